"""What built-in objectives are put together from: each a quantity of an ad, per look at it on top of a page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd


class Part(NamedTuple):
    """A quantity of an ad.

    Attributes
    ----------
    learns
        The labels whose predictions it needs.
    of
        The quantity, one number for each row of columns.
    looked
        Whether it comes about only when somebody looks at the ad, and so less often further down.
    """

    learns: tuple[str, ...]
    of: Callable[[pd.DataFrame], Any]
    looked: bool = True


PARTS = {
    "impressions": Part((), lambda columns: 0 * columns["bid"] + 1, looked=False),
    "clicks": Part(("click",), lambda columns: columns["click"]),
    "revenue": Part(("click",), lambda columns: columns["click"] * columns["bid"]),
    "conversions": Part(("click", "conversion"), lambda columns: columns["click"] * columns["conversion"]),
    "advertiser_value": Part(("click", "conversion"), lambda columns: columns["click"] * columns["conversion"] * columns["value"]),
    "show": Part(("show",), lambda columns: columns["show"], looked=False),
}


def labels_for(names: Iterable[str]) -> tuple[str, ...]:
    """The labels that these parts need, the click first: it is what a page is ordered by.

    Examples
    --------
    >>> labels_for(["show", "conversions"])
    ('click', 'conversion', 'show')
    """
    needed = {label for name in names for label in PARTS[name].learns}
    return tuple(label for label in ("click", "conversion", "show") if label in needed)
