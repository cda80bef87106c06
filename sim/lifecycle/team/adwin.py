"""The one door to river: ADWIN, which cuts its window where the mean of a stream has changed (Bifet and Gavaldà 2007)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Adwin:
    """A stream, and whether its mean has changed.

    Parameters
    ----------
    delta
        The chance, by ADWIN's bound, of a cut where nothing has changed.
    """

    def __init__(self, delta: float) -> None:
        from river.drift import ADWIN

        self._window: Any = ADWIN(delta=delta)

    def feed(self, values: NDArray[np.float64]) -> int | None:
        """Go on with some values, each between -1 and 1; the place of the last one at which the window was cut, None where it was not."""
        cut, window = None, self._window
        for place, value in enumerate(values.tolist()):
            window.update(value)
            if window.drift_detected:
                cut = place
        return cut
