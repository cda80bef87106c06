"""Drift while a model serves: daily clicks against what the model itself leads one to expect.

The model says how well each ad that was shown fits; clicks should go with that, position by position.
How many clicks a unit of fit brings is learned in the first weeks, and how far days scatter about it; from then
on the residuals should stay about 0.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.detectors import page_hinkley
from sim.lifecycle.team.findings import Finding

LEARNED_DAYS = 14  # two whole weeks, so that weekdays weigh alike
_LEAST_CLICKS = 100.0  # in these days; with fewer nothing is said


class Course(NamedTuple):
    """What came day by day since a model was deployed, arrays of shape (days,).

    Attributes
    ----------
    fit
        The model's own score of all that was shown that day: Σ impressions × examination × prediction.
    """

    first_day: int
    fit: NDArray[np.float64]
    clicks: NDArray[np.float64]

    def grown(self, fit: NDArray[np.float64], clicks: NDArray[np.float64]) -> Course:
        """With further days."""
        return Course(self.first_day, np.concatenate([self.fit, fit]), np.concatenate([self.clicks, clicks]))


def begun(day: int) -> Course:
    """A course of no days, from *day* on."""
    return Course(day, np.zeros(0), np.zeros(0))


def residuals(course: Course, tolerance: float = 0.0, learned: int = LEARNED_DAYS) -> NDArray[np.float64]:
    """Standardised residuals of the days after the first *learned*, shape (days - learned,).

    Parameters
    ----------
    tolerance
        The share of expected clicks that a day may be off for nothing. Thousands of clicks a day make changes sure that
        are no drift of the world: histories of ads settle for months after new pages, and move clicks by some percent.

    Notes
    -----
    Expected clicks are the rate of the first days times a day's fit. A residual's variance is what days scatter, which
    is taken from the first days and at least Poisson's, and the error of the rate that was learned.
    """
    rate = course.clicks[:learned].sum() / course.fit[:learned].sum()
    expected = rate * course.fit
    off = course.clicks - expected
    scatter = max(1.0, float((np.square(off[:learned]) / expected[:learned]).sum()) / (learned - 1))
    of_rate = scatter / expected[:learned].sum()
    later = expected[learned:]
    beyond = np.sign(off[learned:]) * np.maximum(np.abs(off[learned:]) - tolerance * later, 0)
    return np.asarray(beyond / np.sqrt(scatter * later + np.square(later) * of_rate))


def drift(course: Course, tolerance: float, delta: float, threshold: float) -> Finding:
    """Whether clicks have left the course that the model leads one to expect (Page-Hinkley, both sides).

    Returns
    -------
    Finding
        With `z_mean` (of the last two weeks), `found_on` (the day of the alarm, from 0) and `clicks_to_expected` since what was learned.
    """
    days = len(course.clicks)
    if days <= LEARNED_DAYS or course.clicks[:LEARNED_DAYS].sum() < _LEAST_CLICKS or not (course.fit > 0).all():
        return Finding("drift", False, {"days": float(days)}, f"{days} days with too few clicks to know what to expect")
    z = residuals(course, tolerance)
    at = page_hinkley(z, delta, threshold)
    rate = course.clicks[:LEARNED_DAYS].sum() / course.fit[:LEARNED_DAYS].sum()
    last = slice(max(LEARNED_DAYS, days - 14), days)
    ratio = float(course.clicks[last].sum() / (rate * course.fit[last].sum()))
    evidence = {"days": float(days), "z_mean": float(z[-14:].mean()), "clicks_to_expected": ratio, "tolerance": tolerance}
    if at is not None:
        evidence["found_on"] = float(course.first_day + LEARNED_DAYS + at)
    off = f"z {z[-14:].mean():+.1f} a day beyond {tolerance:.0%}"
    story = f"in the last two weeks {ratio:.2f} times the clicks that the model leads one to expect ({off})"
    return Finding("drift", at is not None, evidence, story)
