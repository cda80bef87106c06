"""Show ads that earn more than the annoyance they cause costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class LongTerm:
    """Predicted click × bid, less the price of annoyance × the chance that the ad does not belong there.

    Parameters
    ----------
    annoyance
        What a look at an ad that does not belong costs in the long run, in the scenario's currency.
    cut
        The least that a look has to bring, net of annoyance.

    Examples
    --------
    >>> import pandas as pd
    >>> LongTerm(annoyance=0.5).value(pd.DataFrame({"click": [0.5], "bid": [2.0], "show": [0.75]})).tolist()
    [0.875]
    """

    learns = ("click", "show")

    def __init__(self, annoyance: float = 0.02, cut: float = 0.0) -> None:
        self.annoyance = annoyance
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """What a look is expected to bring, less what it costs."""
        return columns["click"] * columns["bid"] - self.annoyance * (1 - columns["show"])
