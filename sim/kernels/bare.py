"""Kernels that only work on the arrays they are handed.

Numba counts who holds an array, whenever a name for it comes and goes, and in a loop over rows this
took more time than the work did. A kernel that makes no array has no need of it.
"""

from __future__ import annotations

from numba import njit

bare = njit(cache=True, boundscheck=False, _nrt=False)
