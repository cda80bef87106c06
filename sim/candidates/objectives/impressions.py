"""Show every ad that belongs: the first metric that teams pick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Impressions:
    """The predicted probability that a rater would show the ad; nobody is asked whether users click.

    Examples
    --------
    >>> Impressions(cut=0.2).learns
    'show'
    """

    learns = "show"

    def __init__(self, cut: float = 0.2) -> None:
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """The prediction itself; the bid plays no part in who is shown."""
        return columns["probability"]
