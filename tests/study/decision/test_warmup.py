"""MSER-5: where a run's start ends."""

import numpy as np
import pytest

from sim import seeds
from sim.study.decision.warmup import mser5

STEADY = seeds.normals(4, 360)


def by_hand(series):
    """The criterion as it is written down."""
    batches = [np.mean(series[first : first + 5]) for first in range(0, len(series) // 5 * 5, 5)]
    m = len(batches)
    waste = [sum((z - np.mean(batches[d:])) ** 2 for z in batches[d:]) / (m - d) ** 2 for d in range(m // 2 + 1)]
    return int(np.argmin(waste))


@pytest.mark.parametrize("days", [50, 187, 360])
@pytest.mark.parametrize("start", [0, 10])
def test_it_minimises_the_standard_error(days, start):
    series = STEADY[:days] + start * np.exp(-np.arange(days) / 5)
    cut = by_hand(series)
    assert mser5(series) == (None if cut == days // 5 // 2 else 5 * cut)


def test_a_step_is_cut_off():
    assert mser5(STEADY + np.where(np.arange(360) < 30, 8, 0)) == 30


def test_the_level_does_not_matter():
    series = STEADY + np.where(np.arange(360) < 30, 8, 0)
    assert mser5(series + 1e6) == mser5(3 * series) == 30


def test_it_refuses_where_it_can_not_tell():
    assert mser5(STEADY[:49]) is None
    assert mser5(np.array([])) is None
    assert mser5(np.arange(360.0)) is None  # still on its way
    assert mser5(np.where(np.arange(360) == 7, np.nan, STEADY)) is None


def test_what_never_moves_needs_no_cut():
    assert mser5(np.full(60, 0.1)) == 0
