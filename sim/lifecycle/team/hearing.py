"""Clicks one by one, as they are made, against what the model leads one to expect: ADWIN on what each impression is off by.

A day's sum hides when things changed, and needs days to be sure. Single impressions are told by the `queries` sampler only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.adwin import Adwin
from sim.lifecycle.team.expecting import LEARNED_DAYS
from sim.lifecycle.team.findings import Finding

DELTA = 0.002
_LATELY_DAYS = 14
_LEAST_CLICKS = 100.0  # in the first days; with fewer nothing is said


class Day(NamedTuple):
    """What the impressions of a day came to: their fit (examination times prediction), and their clicks."""

    day: int
    fit: float
    clicks: float


class Hearing:
    """Impressions since a model was deployed.

    How many clicks a unit of fit brings is learned in the first two weeks; from then on ADWIN is fed with each impression's click
    less its expectation.
    """

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, day: int) -> None:
        """Start anew, from *day* on."""
        self._first = day
        self._days: list[Day] = []
        self._rate: float | None = None
        self._adwin: Adwin | None = None
        self._cut_on: int | None = None
        self._heard = 0

    def note(self, day: int, fit: NDArray[np.float64], clicked: NDArray[np.bool_]) -> None:
        """Impressions in the order in which they were shown, both of shape (impressions,)."""
        if day < self._first or len(fit) == 0:
            return
        if day >= self._first + LEARNED_DAYS and self._rate is None:
            self._learn()
        if self._adwin is not None and self._rate is not None:
            off: NDArray[np.float64] = clicked - np.minimum(self._rate * fit, 1.0)
            self._heard += len(off)
            if self._adwin.feed(off) is not None:
                self._cut_on = day
        if not self._days or self._days[-1].day != day:
            self._days.append(Day(day, 0.0, 0.0))
        self._days[-1] = Day(day, self._days[-1].fit + float(fit.sum()), self._days[-1].clicks + float(clicked.sum()))

    def found(self, tolerance: float) -> Finding:
        """Whether ADWIN has cut its window, and clicks are off by more than a share that is tolerated.

        Returns
        -------
        Finding
            With `impressions` that ADWIN was fed, `found_on` (the day of its last cut, from 0) and `clicks_to_expected` of the last
            two weeks.
        """
        later = [one for one in self._days if one.day >= self._first + LEARNED_DAYS][-_LATELY_DAYS:]
        if self._adwin is None or not later:
            return Finding("event drift", False, {}, "too few clicks to know what to expect")
        ratio = sum(one.clicks for one in later) / ((self._rate or 1.0) * sum(one.fit for one in later))
        evidence = {"impressions": float(self._heard), "clicks_to_expected": ratio, "tolerance": tolerance}
        if self._cut_on is not None:
            evidence["found_on"] = float(self._cut_on)
        cut = "never cut its window" if self._cut_on is None else f"last cut its window on day {self._cut_on + 1}"
        story = f"in {self._heard:,} impressions ADWIN {cut}; lately {ratio:.2f} times the clicks that the model leads one to expect"
        return Finding("event drift", self._cut_on is not None and abs(ratio - 1) > tolerance, evidence, story)

    def _learn(self) -> None:
        """What a unit of fit brings, if the first days say so."""
        fit, clicks = (sum(getattr(one, name) for one in self._days) for name in ("fit", "clicks"))
        self._rate = clicks / fit if fit > 0 else 0.0
        if clicks >= _LEAST_CLICKS:
            self._adwin = Adwin(DELTA)
