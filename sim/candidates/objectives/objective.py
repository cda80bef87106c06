"""What an objective is: the label a model learns, the value it sees in an ad, and its cut.

A user's own objective is a plain function of columns, wrapped by `Custom`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import pandas as pd


class Objective(Protocol):
    """The value of each ad that could be shown, from predicted quantities and the bid.

    Attributes
    ----------
    learns
        The label that the model is trained on: "show" (a rater says that the ad belongs there) or
        "click".
    cut
        The value below which an ad is not shown. Without one, maximising clicks fills every slot.
    """

    learns: str
    cut: float

    def value(self, columns: pd.DataFrame) -> Any:
        """One number per row of *columns*: the features, "probability" and "bid"."""
        ...


class Custom:
    """An objective from a user's function.

    Examples
    --------
    >>> import pandas as pd
    >>> def profit(columns, margin=0.5):
    ...     return margin * columns["bid"] * columns["probability"]
    >>> Custom(profit, {"margin": 1.0}).value(pd.DataFrame({"bid": [2.0], "probability": [0.1]})).tolist()
    [0.2]
    """

    def __init__(self, function: Callable[..., Any], arguments: dict[str, Any], learns: str = "click", cut: float = 0.0) -> None:
        self.function = function
        self.arguments = arguments
        self.learns = learns
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """What the user's function says."""
        return self.function(columns, **self.arguments)
