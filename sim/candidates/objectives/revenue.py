"""Show ads that earn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class Revenue:
    """Bid × predicted probability of a click on top of the page; *cut* is the least that pays for the place.

    Examples
    --------
    >>> Revenue().cut
    0.001
    """

    learns = "click"

    def __init__(self, cut: float = 0.001) -> None:
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """What a look at the ad is expected to bring, at the advertiser's own bid."""
        return columns["probability"] * columns["bid"]
