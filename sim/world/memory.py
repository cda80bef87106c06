"""What users remember: eyes that learn to look past ads, and people who ask less often.

Users of each device come to expect what they meet. *Sightedness*, a factor on every click, moves
towards exp(blindness × (share of the ads looked at that belong there - the share they were used
to)); *satisfaction*, the share of queries that are asked at all, towards exp(-leaving × ads looked
at per query that do not belong). Both go half the way in one half-life: with 60 days 64.6 % of the
learning has happened after 90 (Hohnhold, O'Brien and Tang 2015, who found that quality rather than
load drives it, and no significant effect on the number of queries: `leaving` is 0 by default).

Users are used to what served before day 1, so with it they stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEAST_SIGHT, MOST_SIGHT = 0.05, 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Memory:
    """The law by which users of each device learn.

    Attributes
    ----------
    half_life_days
        In what time they go half the way to what they now meet.
    used_to
        Share of the ads looked at that belonged there, before day 1, shape (devices,).
    stayed
        Satisfaction before day 1, shape (devices,).
    """

    half_life_days: float
    blindness: float
    leaving: float
    used_to: NDArray[np.float64]
    stayed: NDArray[np.float64]

    def sightedness_after(self, sightedness: NDArray[np.float64], met: NDArray[np.float64], days: float) -> NDArray[np.float64]:
        """Sightedness *days* later, shape (devices,).

        Parameters
        ----------
        met
            Queries, and ads looked at that belong and that do not, shape (devices, 3). Users who met
            no ad learn nothing.

        Examples
        --------
        >>> memory = Memory(60, 0.5, 0.0, np.array([0.5]), np.ones(1))
        >>> memory.sightedness_after(np.ones(1), np.array([[10.0, 0.0, 5.0]]), 60).round(4).tolist()
        [0.8894]
        """
        good, bad = met[:, 1], met[:, 2]
        looked = good + bad
        share = np.divide(good, looked, out=self.used_to.copy(), where=looked > 0)
        aim = np.clip(np.exp(self.blindness * (share - self.used_to)), LEAST_SIGHT, MOST_SIGHT)
        return np.where(looked > 0, self._towards(sightedness, aim, days), sightedness)

    def satisfaction_after(self, satisfaction: NDArray[np.float64], met: NDArray[np.float64], days: float) -> NDArray[np.float64]:
        """Satisfaction *days* later, shape (devices,); *met* as for sightedness."""
        asked = met[:, 0]
        bad = np.divide(met[:, 2], asked, out=np.zeros(len(asked)), where=asked > 0)
        return np.where(asked > 0, self._towards(satisfaction, np.exp(-self.leaving * bad), days), satisfaction)

    def _towards(self, now: NDArray[np.float64], aim: NDArray[np.float64], days: float) -> NDArray[np.float64]:
        return np.asarray(aim + (now - aim) * 0.5 ** (days / self.half_life_days), dtype=np.float64)


def memory_of(half_life_days: float, blindness: float, leaving: float, met: NDArray[np.float64]) -> Memory:
    """The memory of users who are used to *met*: queries, ads that belong and ads that do not, shape (devices, 3)."""
    looked = met[:, 1] + met[:, 2]
    used_to = np.divide(met[:, 1], looked, out=np.ones(len(met)), where=looked > 0)
    bad = np.divide(met[:, 2], met[:, 0], out=np.zeros(len(met)), where=met[:, 0] > 0)
    return Memory(half_life_days, blindness, leaving, used_to, np.exp(-leaving * bad))
