"""Numbers as people read them: three digits and a unit, and no more of an error than two figures.

Written by hand since a table is only readable when all of a column's figures share one unit and one
number of decimals, which no general formatter knows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from sim.study.estimates import Estimate

NOTHING = "–"
_SUFFIXES = ("", "k", "M", "G", "T", "P", "E")


class Unit(NamedTuple):
    """What a column of figures is divided by, what that is called, and its decimals."""

    divisor: float
    suffix: str
    decimals: int


def unit_for(top: float | None, whole: bool = False) -> Unit:
    """The unit in which *top*, the largest figure of a column, has about three digits.

    Parameters
    ----------
    top
        The largest figure, None when there is none.
    whole
        Whether the figures are counts, which have no decimals below a thousand.

    Examples
    --------
    >>> unit_for(48_300_000)
    Unit(divisor=1000000.0, suffix='M', decimals=1)
    """
    size = float(f"{abs(top or 0.0):.3g}")
    step = 0
    while step < len(_SUFFIXES) - 1 and size >= 1000 ** (step + 1):
        step += 1
    shown = size / 1000**step
    decimals = 0 if (whole and step == 0) or shown >= 100 else 1 if shown >= 10 else 2
    return Unit(float(1000**step), _SUFFIXES[step], decimals)


def largest(values: Iterable[float | None]) -> float:
    """The largest figure there is, 0 when there is none."""
    return max((abs(value) for value in values if value is not None), default=0.0)


def figure(value: float | None, unit: Unit) -> str:
    """*value* in *unit*; something too small to show is told from nothing.

    Examples
    --------
    >>> [figure(value, Unit(1e6, "M", 1)) for value in (48_300_000, 20, 0, None)]
    ['48.3', '<0.1', '0.0', '–']
    """
    if value is None:
        return NOTHING
    text = f"{value / unit.divisor:.{unit.decimals}f}"
    if value > 0 and float(text) == 0:
        least = f"{10.0**-unit.decimals:.{unit.decimals}f}"
        return "<" + (least.lstrip("0") if unit.decimals > 1 else least)
    if float(text) == 0:
        return text.removeprefix("-")
    return text if len(text) < 12 else f"{value / unit.divisor:.2g}"


def count(value: float | None) -> str:
    """A count in words.

    Examples
    --------
    >>> count(36_500_000), count(12), count(None)
    ('36.5 M', '12', '–')
    """
    return _worded(value, unit_for(value, whole=value is not None and value == round(value)))


def money(value: float | None, currency: str) -> str:
    """An amount in words.

    Examples
    --------
    >>> money(1_234_000, "USD"), money(0, "USD")
    ('1.23 M USD', '0.00 USD')
    """
    return NOTHING if value is None else f"{_worded(value, unit_for(value))} {currency}"


def percent(value: float | None) -> str:
    """A share.

    Examples
    --------
    >>> percent(0.0327), percent(0.2), percent(0.00012), percent(None)
    ('3.27%', '20.0%', '0.012%', '–')
    """
    return NOTHING if value is None else f"{100 * value:.{share_decimals(value)}f}%"


def share_decimals(top: float) -> int:
    """Decimals for a column of percentages whose largest is *top* (a fraction)."""
    return 1 if top >= 0.0995 else 2 if top >= 0.000995 or top == 0 else 3


def delta(value: float | None, decimals: int = 1) -> str:
    """A signed relative difference.

    Examples
    --------
    >>> delta(0.341), delta(-0.0001), delta(None), delta(123.4)
    ('+34.1%', '+0.0%', '–', '+12,340%')
    """
    if value is None:
        return NOTHING
    if abs(value) >= 1e6:
        return f"{100 * value:+.1e}%"
    shown = round(100 * value, 0 if abs(value) >= 10 else decimals) + 0.0
    return f"{shown:+,.{0 if abs(value) >= 10 else decimals}f}%"


def half_width(estimate: Estimate) -> float | None:
    """What stands behind the ±, None without an interval."""
    return None if estimate.high is None or estimate.mean is None else estimate.high - estimate.mean


def error_decimals(errors: Iterable[float | None], otherwise: int = 1, most: int = 2) -> int:
    """Decimals that show two figures of the middle error, in percent.

    Examples
    --------
    >>> error_decimals([0.021, None]), error_decimals([0.0021]), error_decimals([0.4]), error_decimals([None])
    (1, 2, 0, 1)
    """
    real = [100 * error for error in errors if error is not None and error > 0 and math.isfinite(error)]
    if not real:
        return otherwise
    exponent = int(f"{sorted(real)[len(real) // 2]:.1e}".partition("e")[2])
    return max(0, min(most, 1 - exponent))


def lift(estimate: Estimate, decimals: int | None = None) -> str:
    """A relative difference with its error.

    Examples
    --------
    >>> lift(Estimate(0.341, 0.32, 0.362)), lift(Estimate(0.341)), lift(Estimate(None))
    ('+34.1% ±2.1', '+34.1%', '–')
    """
    half = half_width(estimate)
    decimals = error_decimals([half]) if decimals is None else decimals
    if half is None:
        return delta(estimate.mean, decimals)
    error = f"{100 * half:,.{decimals}f}" if half < 1e6 else f"{100 * half:.1e}"
    return f"{delta(estimate.mean, decimals)} ±{error}"


def interval(estimate: Estimate) -> str:
    """The interval of a relative difference, from one end to the other; nothing falls by more than all.

    Examples
    --------
    >>> interval(Estimate(0.341, 0.32, 0.362)), interval(Estimate(0.7, -2.0, 3.4))
    ('+32.0% to +36.2%', '-100% to +340%')
    """
    if estimate.low is None:
        return NOTHING
    decimals = error_decimals([half_width(estimate)])
    return f"{delta(max(-1.0, estimate.low), decimals)} to {delta(estimate.high, decimals)}"


def times(ratio: float) -> str:
    """A ratio in words.

    Examples
    --------
    >>> times(5.07), times(1.2), times(0.21)
    ('5.1 times', '1.2 times', '0.21 times')
    """
    return f"{ratio:,.0f} times" if ratio >= 100 else f"{ratio:.2g} times"


def many(number: int, noun: str) -> str:
    """A number of things.

    Examples
    --------
    >>> many(1, "day"), many(3, "replication")
    ('1 day', '3 replications')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _worded(value: float | None, unit: Unit) -> str:
    return f"{figure(value, unit)} {unit.suffix}".rstrip()
