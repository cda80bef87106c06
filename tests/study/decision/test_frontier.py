"""Who may be on the frontier of two metrics."""

import numpy as np
import pytest

from sim import seeds
from sim.study.decision.frontier import on_frontier
from sim.study.decision.selection import p_best
from tests.study.decision.degenerate import HOLED, MOVING, ONE, STILL

STREAM = seeds.key(1, "decision")


def test_a_metric_twice_is_a_race_for_the_best():
    values = MOVING - [0, 1.3, -0.6]
    assert on_frontier(values, values, STREAM) == pytest.approx(p_best(values, STREAM), abs=0.02)


def test_a_metric_against_itself_has_everybody_on_the_frontier():
    assert on_frontier(MOVING, -MOVING, STREAM).tolist() == [1, 1, 1]


def test_noise_of_worlds_does_not_matter():
    worlds = 100 * seeds.normals(5, 6)[:, None]
    x, y = MOVING - [0, 1.3, 0], MOVING[:, ::-1] * [1, 1, 3]
    assert on_frontier(x + worlds, y - worlds, STREAM) == pytest.approx(on_frontier(x, y, STREAM), abs=0.01)


def test_edges_of_the_frontier():
    assert np.isnan(on_frontier(ONE, ONE, STREAM)).all()
    assert on_frontier(STILL, STILL, STREAM).tolist() == [1, 1, 1]  # a tie beats nobody
    assert on_frontier(STILL + np.array([0, 1, 2]), STILL + np.array([0, 1, 0]), STREAM).tolist() == [0, 1, 1]
    assert on_frontier(MOVING[:, :1], MOVING[:, :1], STREAM).tolist() == [1]
    assert np.isnan(on_frontier(HOLED, MOVING, STREAM)).tolist() == [False, True, False]
    assert np.isnan(on_frontier(MOVING, np.full((6, 3), np.nan), STREAM)).all()
