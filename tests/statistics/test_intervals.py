"""Intervals cover what they claim to cover."""

import numpy as np
import pytest

from sim import seeds
from sim.study.estimates import mean, ratio
from tests.laws.chance import near

STUDIES = 6_000


def coverage(intervals, truth):
    return np.mean([found.low <= truth <= found.high for found in intervals])


def noise(key, replications, spread):
    """Lognormal numbers of mean 1, shape (studies, replications)."""
    normal = seeds.normals(key, STUDIES * replications).reshape(STUDIES, replications)
    return np.exp(spread * normal - spread**2 / 2)


@pytest.mark.parametrize("replications", [2, 5, 20])
def test_intervals_of_a_mean_cover_it_in_19_of_20_studies(replications):
    draws = 100 + 10 * seeds.normals(1, STUDIES * replications).reshape(STUDIES, replications)
    assert near(coverage(map(mean, draws), 100), 0.95, np.sqrt(0.95 * 0.05 / STUDIES))


@pytest.mark.parametrize("replications", [5, 20])
def test_intervals_of_a_ratio_cover_it_in_about_19_of_20_studies(replications):
    world = noise(2, replications, 0.2)  # shared by both, as common queries are
    ours, theirs = 3 * world * noise(3, replications, 0.05), 2 * world * noise(4, replications, 0.05)
    found = coverage((ratio(one, other) for one, other in zip(ours, theirs, strict=True)), 1.5)
    assert 0.92 < found < 0.97


def test_pairing_is_what_makes_intervals_short():
    world = noise(2, 10, 0.2)
    ours, theirs = 3 * world * noise(3, 10, 0.02), 2 * world * noise(4, 10, 0.02)
    paired, unpaired = (
        np.mean([found.high - found.low for found in (ratio(one, other) for one, other in zip(ours, against, strict=True))])
        for against in (theirs, np.roll(theirs, 1, axis=0))
    )
    assert unpaired > 5 * paired
