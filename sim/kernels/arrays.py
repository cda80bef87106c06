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


def blank(shape: int | tuple[int, ...], dtype: Any) -> NDArray[Any]:
    """Zeros that begin at a cache line, so that a row that fits in one is never spread over two.

    Examples
    --------
    >>> blank((3, 4), np.int64).ctypes.data % 64
    0
    """
    count, kind = int(np.prod(shape)), np.dtype(dtype)
    room = np.zeros(count * kind.itemsize + 63, np.uint8)
    skipped = -room.ctypes.data % 64
    return room[skipped : skipped + count * kind.itemsize].view(kind).reshape(shape)
