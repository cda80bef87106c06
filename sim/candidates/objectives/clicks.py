"""Show ads that people click."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Clicks:
    """The predicted probability of a click on top of the page; *cut* is its floor.

    Examples
    --------
    >>> Clicks().cut
    0.01
    """

    learns = "click"

    def __init__(self, cut: float = 0.01) -> None:
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """The prediction itself; the bid plays no part in who is shown."""
        return columns["probability"]
