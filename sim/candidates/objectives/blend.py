"""A weighted sum of what decoupled models predict: the weights can be changed without training anything."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.candidates.objectives.parts import PARTS, labels_for

if TYPE_CHECKING:
    import pandas as pd


class Blend:
    """Weight × quantity, added up; what has no weight need not be learned.

    Parameters
    ----------
    revenue, clicks, conversions, advertiser_value, show
        The weight of each: predicted click × bid, click, click × conversion, click × conversion ×
        value, and of being worth showing. A negative weight is a cost.
    cut
        The value below which an ad is not shown.

    Examples
    --------
    >>> import pandas as pd
    >>> both = Blend(revenue=1.0, show=0.5)
    >>> both.learns, both.value(pd.DataFrame({"click": [0.5], "bid": [2.0], "show": [0.5]})).tolist()
    (('click', 'show'), [1.25])
    """

    def __init__(
        self,
        revenue: float = 0.0,
        clicks: float = 0.0,
        conversions: float = 0.0,
        advertiser_value: float = 0.0,
        show: float = 0.0,
        cut: float = 0.0,
    ) -> None:
        given = {"revenue": revenue, "clicks": clicks, "conversions": conversions, "advertiser_value": advertiser_value, "show": show}
        self.weights = {name: weight for name, weight in given.items() if weight != 0}
        if not self.weights:
            raise ValueError(f"a blend needs at least one weight that is not 0: {', '.join(given)}")
        self.learns = labels_for(self.weights)
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """The sum."""
        return sum(weight * PARTS[name].of(columns) for name, weight in self.weights.items())
