"""How a comparison's page looks as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import StringIO

import pytest

from reports.comparison.page import print_comparison
from reports.console import open_console
from sim.study.compare.comparison import Comparison


@pytest.fixture
def show() -> Callable[..., str]:
    """Print a comparison to text."""

    def page(
        comparison: Comparison, width: int = 100, *, ascii_only: bool = False, month_page: bool = True, stored: Sequence[str] | None = None
    ) -> str:
        stream = StringIO()
        print_comparison(comparison, open_console(stream, width=width, ascii_only=ascii_only), month_page=month_page, stored=stored)
        return stream.getvalue()

    return page
