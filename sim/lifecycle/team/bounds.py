"""An estimate with its bounds: each of the two holds with 95% by itself, so a team that asks about one side is wrong once in twenty."""

from __future__ import annotations

from typing import NamedTuple

_ERROR = 0.05


class Bounded(NamedTuple):
    """An estimate, the least that it may be, and the most; NaN, which passes no threshold, where nothing was measured."""

    value: float
    low: float
    high: float


NOTHING = Bounded(float("nan"), float("nan"), float("nan"))


def bounded(value: float, error: float, degrees: float = float("inf")) -> Bounded:
    """An estimate and its standard error, which was itself estimated with so many degrees of freedom.

    Examples
    --------
    >>> [round(one, 3) for one in bounded(0.5, 0.1)]
    [0.5, 0.336, 0.664]
    >>> [round(one, 3) for one in bounded(0.5, 0.1, degrees=4)]
    [0.5, 0.287, 0.713]
    """
    from scipy.special import stdtrit

    reach = float(stdtrit(degrees, 1 - _ERROR)) * error
    return Bounded(value, value - reach, value + reach)
