"""What the patterns of the world may be: a world with half a topic would play on, and be wrong without a word."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.world.drift.patterns import Patterns

MOST_DEMAND = 1001.0  # what a built-in step may do at most
MOST_LOG = 50.0
_IN_LOGS = ("_odds", "_bids")
_HIGHEST = {"demand": MOST_DEMAND}  # of the others, which are shares, 1


def sound(before: Patterns, after: Patterns) -> Patterns:
    """*after*, with arrays of its own, once every pattern in it has been looked through; what is as before is *before*'s.

    Raises
    ------
    ValueError
        With the words that follow "its": which pattern is wrong, and how.

    Examples
    --------
    >>> calm = Patterns.at_start(np.ones(1))
    >>> sound(calm, replace(calm, demand=-1.0))
    Traceback (most recent call last):
    ValueError: demand is -1; expected a number from 0 to 1001
    """
    whole = {}
    for one in fields(before):
        try:
            whole[one.name] = _looked_through(one.name, getattr(before, one.name), getattr(after, one.name))
        except ValueError as problem:
            raise ValueError(f"{one.name} {problem}") from None
    return replace(before, **whole)


def kind_of(value: object) -> str:
    """What a value is, for somebody who expected something else."""
    return "nothing" if value is None else f"a {type(value).__name__}"


def _looked_through(name: str, before: Any, after: Any) -> Any:
    if isinstance(before, np.ndarray):
        return _array(name, before, after)
    if after is before:
        return before
    if isinstance(before, bool):
        if not isinstance(after, bool | np.bool_):
            raise ValueError(f"is {kind_of(after)}; expected True or False")  # noqa: TRY004  the caller adds whose it is
        return bool(after)
    if isinstance(after, bool | str) or not isinstance(after, int | float | np.integer | np.floating):
        raise ValueError(f"is {kind_of(after)}; expected a number")  # noqa: TRY004  the caller adds whose it is
    number = float(after)
    highest = _HIGHEST.get(name, 1.0)
    if not 0 <= number <= highest:
        raise ValueError(f"is {number:g}; expected a number from 0 to {highest:g}")
    return number


def _array(name: str, before: NDArray[Any], after: Any) -> NDArray[Any]:
    try:
        array = np.array(after, dtype=before.dtype)  # a copy: what the user keeps can't change the world later
    except (TypeError, ValueError):
        raise ValueError(f"is {kind_of(after)}; expected an array of numbers") from None
    if array.shape != before.shape:
        raise ValueError(f"has shape {array.shape}; expected {before.shape}")
    if np.array_equal(array, before):
        return before
    if not np.isfinite(array).all():
        raise ValueError(f"holds {int((~np.isfinite(array)).sum()):,} values that are no finite number")
    if name.endswith(_IN_LOGS) and array.size and np.abs(array).max() > MOST_LOG:
        raise ValueError(f"reaches {array.flat[np.abs(array).argmax()]:g}; expected logs from -{MOST_LOG:g} to {MOST_LOG:g}")
    if array.dtype == np.bool_ and not array.any():
        raise ValueError("is false throughout; at least one must be left")
    if name.endswith("_shares"):
        return _shares(array)
    return array


def _shares(array: NDArray[Any]) -> NDArray[Any]:
    if array.min() < 0:
        raise ValueError(f"holds {array.min():g}; no share may be below 0")
    total = array.sum()
    if abs(total - 1) > 1e-6:
        raise ValueError(f"sum to {total:g}; expected 1")
    return np.asarray(array / total)
