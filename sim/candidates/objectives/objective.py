"""What an objective is: the labels that models learn, the value it sees in an ad, and its cut.

A user's own objective is a plain function of columns, wrapped by `Custom`. Most objectives look at
one ad at a time; one that has to look at whole pages (*maximise A subject to B ≥ b*) is first
settled on an `Outlook`, and is then as plain as the others.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("click", "show", "conversion")  # the place of a label is part of its model's random state


class Objective(Protocol):
    """The value of each ad that could be shown, from predicted quantities and the bid.

    Attributes
    ----------
    learns
        The label that a model is trained on, or several with a model for each: "show" (a rater
        says that the ad belongs there), "click", and "conversion" (of a click).
    cut
        The value below which an ad is not shown. Without one, maximising clicks fills every slot.
    """

    @property
    def learns(self) -> str | Sequence[str]:
        """The label or labels."""
        ...

    @property
    def cut(self) -> float:
        """The bar."""
        ...

    def value(self, columns: pd.DataFrame) -> Any:
        """One number per row of *columns*.

        These are the features, a prediction for each label under its own name, "probability" (the
        first label's), "bid", and "value" (of a conversion, as the advertiser declares it).
        """
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What can be known of the traffic that pages will meet.

    Attributes
    ----------
    queries
        How often each cell was asked, as logged, shape (cells,).
    examination
        How likely a position is looked at, as estimated from the log, shape (slots,).
    reserve
        The lowest bid that is let in, in the scenario's currency.
    """

    queries: NDArray[np.float64]
    examination: NDArray[np.float64]
    reserve: float


class Settled(NamedTuple):
    """An objective that looks at one ad at a time, and in words how it was arrived at."""

    objective: Objective
    story: str


@runtime_checkable
class Unsettled(Protocol):
    """An objective that has to look at whole pages first."""

    def settle(self, columns: pd.DataFrame, outlook: Outlook) -> Settled:
        """What its value is, given everything that could be shown."""
        ...


def labels_of(objective: Objective) -> tuple[str, ...]:
    """The labels that an objective needs.

    Examples
    --------
    >>> labels_of(Custom(len, {}, learns=["click", "show"])), labels_of(Custom(len, {}))
    (('click', 'show'), ('click',))
    """
    return (objective.learns,) if isinstance(objective.learns, str) else tuple(objective.learns)


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

    def __init__(
        self, function: Callable[..., Any], arguments: dict[str, Any], learns: str | Sequence[str] = "click", cut: float = 0.0
    ) -> None:
        self.function = function
        self.arguments = arguments
        self.learns = learns
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """What the user's function says."""
        return self.function(columns, **self.arguments)
