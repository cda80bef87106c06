"""What a figure of the match is: its name, its scale, and how it is taken of a log, real or simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

Of = TypeVar("Of")

RATIO, SHARE, CORRELATION = "ratio", "share", "correlation"


class Measure(NamedTuple, Generic[Of]):
    """A figure and how it is taken.

    Attributes
    ----------
    key, name
        In a document, and on a screen.
    scale
        RATIO (positive, compared by its logarithm), SHARE (of one) or CORRELATION.
    take
        The figure of a log; NaN where it has too little for it.
    near
        Whether something that was fitted comes near it.
    """

    key: str
    name: str
    scale: str
    take: Callable[[Of], float]
    near: bool = False
