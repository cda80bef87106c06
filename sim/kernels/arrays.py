"""Arrays as the kernels were compiled for."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def solid(array: Any, dtype: Any) -> NDArray[Any]:
    """*array* with its numbers in a row and writable, since a kernel is compiled for one kind only; a copy if it must be.

    Examples
    --------
    >>> solid(np.broadcast_to(1, 3), np.int64).flags.writeable
    True
    """
    return np.require(array, dtype, ["C", "W", "A"])
