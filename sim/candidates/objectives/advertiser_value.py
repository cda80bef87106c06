"""Show ads that pay for those who advertise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sim.candidates.objectives.parts import PARTS

if TYPE_CHECKING:
    import pandas as pd


class AdvertiserValue:
    """Click × conversion × the declared value of a conversion; *cut* is the least money that a look brings its advertiser.

    The bid plays no part in who is shown, only in the order of the page and the price.

    Examples
    --------
    >>> import pandas as pd
    >>> AdvertiserValue().value(pd.DataFrame({"click": [0.5], "conversion": [0.25], "value": [40.0]})).tolist()
    [5.0]
    """

    learns = PARTS["advertiser_value"].learns

    def __init__(self, cut: float = 0.01) -> None:
        self.cut = cut

    def value(self, columns: pd.DataFrame) -> Any:
        """What a look is expected to bring the advertiser."""
        return PARTS["advertiser_value"].of(columns)
