"""The users of a candidate's platform as they stand now: how readily they look, how readily they ask."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.world.memory import Memory


class Crowd:
    """Users of each device, who learn overnight from what they met by day.

    Parameters
    ----------
    share
        Share of the queries of each device, shape (devices,).
    memory
        How they learn; None for users who are in step with what serves them.
    """

    def __init__(self, share: NDArray[np.float64], memory: Memory | None) -> None:
        self.sightedness = np.ones(len(share))
        self.satisfaction = np.ones(len(share)) if memory is None else memory.stayed.copy()
        self._share = share
        self._memory = memory
        self._met = np.zeros((len(share), 3))

    @property
    def remembers(self) -> bool:
        """Whether anything they met can change how they look or ask."""
        return self._memory is not None and (self._memory.blindness > 0 or self._memory.leaving > 0)

    @property
    def at_ease(self) -> NDArray[np.float64] | None:
        """Satisfaction before day 1, shape (devices,); None where nobody ever stays away."""
        return self._memory.stayed if self._memory is not None and self._memory.leaving > 0 else None

    def meet(self, met: NDArray[np.float64]) -> None:
        """Users met ads: queries, ads that belong and ads that do not, shape (devices, 3)."""
        self._met += met

    def sleep(self) -> None:
        """A night passes, and they have learned from the day."""
        if self._memory is not None:
            self.sightedness = self._memory.sightedness_after(self.sightedness, self._met, 1.0)
            self.satisfaction = self._memory.satisfaction_after(self.satisfaction, self._met, 1.0)
        self._met = np.zeros_like(self._met)

    @property
    def levels_ppm(self) -> tuple[int, int]:
        """Mean sightedness and satisfaction in millionths."""
        return round(float(self._share @ self.sightedness) * 1e6), round(float(self._share @ self.satisfaction) * 1e6)
