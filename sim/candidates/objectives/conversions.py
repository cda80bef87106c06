"""Show ads that people buy from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.candidates.objectives.parts import PARTS

if TYPE_CHECKING:
    import pandas as pd


class Conversions:
    """Predicted click × predicted conversion of a click; *cut* is the least chance that a look ends in a conversion.

    Conversions that have not arrived when a model is trained count as none.

    Examples
    --------
    >>> import pandas as pd
    >>> Conversions().value(pd.DataFrame({"click": [0.5], "conversion": [0.25]})).tolist()
    [0.125]
    """

    learns = PARTS["conversions"].learns

    def __init__(self, cut: float = 0.0005) -> None:
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """The chance that a look ends in a conversion."""
        return PARTS["conversions"].of(columns)
