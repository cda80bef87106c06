"""What a page looks like as text."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

from reports.console import open_console


def screen_of(show: Callable[..., None], told: Any, width: int = 100, *, ascii_only: bool = False, **how: Any) -> str:
    """What *show*, one of the functions that print, prints of something."""
    stream = StringIO()
    show(told, open_console(stream, width=width, ascii_only=ascii_only), **how)
    return stream.getvalue()
