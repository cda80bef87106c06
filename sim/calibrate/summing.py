"""Sums by code."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def summed(codes: NDArray[Any], numbers: Any, size: int = 0) -> NDArray[np.float64]:
    """The sum of *numbers* of each code below *size* (at least up to the highest code), shape (size,).

    Examples
    --------
    >>> summed(np.array([0, 2, 2]), [1, 2, 3], 4).tolist()
    [1.0, 0.0, 5.0, 0.0]
    """
    return np.bincount(codes, np.asarray(numbers, dtype=np.float64), minlength=size).astype(np.float64)
