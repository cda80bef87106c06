"""How tests treat chance: every draw is seeded, and a false alarm is rarer than one in 100 000.

A test that passes passes always; the rate says how rarely a *right* program would have failed when
its seed was chosen. Examples of hypothesis are found the same way in every run.
"""

from __future__ import annotations

import numpy as np
from hypothesis import settings
from scipy import stats

SIGMAS = 4.5
ALARM = 7e-6  # of a normal number outside ± SIGMAS

repeatable = settings(derandomize=True, deadline=None, max_examples=100, database=None)


def near(found, expected, error):
    """Whether *found* lies within SIGMAS standard errors of *expected*, everywhere."""
    return bool((np.abs(np.asarray(found) - expected) <= SIGMAS * np.asarray(error)).all())


def mean_is(sample, expected):
    """Whether the mean of independent numbers is *expected* as far as their spread tells."""
    sample = np.asarray(sample, dtype=float)
    return near(sample.mean(), expected, sample.std(ddof=1) / np.sqrt(len(sample)))


def drawn_from(counts, shares):
    """Whether counts are a multinomial draw with *shares* (Pearson's chi-square)."""
    counts, shares = np.ravel(counts), np.ravel(shares)
    return bool(stats.chisquare(counts, counts.sum() * shares / shares.sum()).pvalue > ALARM)


def independent(table):
    """Whether rows and columns of a table of counts are independent."""
    return bool(stats.chi2_contingency(table, correction=False).pvalue > ALARM)
