"""How a comparison's page looks as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from reports.comparison.page import print_comparison
from sim.study.compare.comparison import Comparison
from tests.reports.screen import screen_of


@pytest.fixture
def show() -> Callable[..., str]:
    """Print a comparison to text."""

    def page(
        comparison: Comparison, width: int = 100, *, ascii_only: bool = False, month_page: bool = True, stored: Sequence[str] | None = None
    ) -> str:
        how = {"month_page": month_page, "stored": stored}
        return screen_of(print_comparison, comparison, width, ascii_only=ascii_only, **how)

    return page
