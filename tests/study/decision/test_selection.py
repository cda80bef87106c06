"""Comparisons with the best, against a slow reading of the formulas, and at the edges."""

import numpy as np
import pytest
from scipy import stats

from sim import seeds
from sim.study.decision.posterior import draws
from sim.study.decision.selection import p_best
from tests.study.decision.best import mcb
from tests.study.decision.degenerate import HOLED, MOVING, ONE, STILL

STREAM = seeds.key(1, "decision")


def by_hand(values, confidence):
    """Hsu's intervals, one candidate and one rival at a time."""
    n, k = values.shape
    t = stats.t.ppf(1 - (1 - confidence) / (k - 1), n - 1)

    def apart(i, j, sign):
        difference = values[:, i] - values[:, j]
        return difference.mean() + sign * t * difference.std(ddof=1) / n**0.5

    high = [max(0, min(apart(i, j, 1) for j in range(k) if j != i)) for i in range(k)]
    may_be_best = {i for i in range(k) if high[i] > 0}
    low = [0 if may_be_best == {i} else min(0, *(apart(i, j, -1) for j in may_be_best - {i})) for i in range(k)]
    return np.array([low, high]).T


@pytest.mark.parametrize("worlds", range(4))
def test_mcb_is_hsus(worlds):
    values = seeds.normals(worlds, 12 * 5).reshape(12, 5) + worlds * np.array([0, 0, 0.2, 1, 1.2])
    assert mcb(values, 0.95) == pytest.approx(by_hand(values, 0.95))


def test_a_sure_winner_is_behind_nobody():
    found = mcb(MOVING + np.array([0, 50, 0]), 0.95)
    assert found[1, 0] == 0
    assert found[1, 1] > 40
    assert (found[[0, 2], 1] == 0).all()


def test_worlds_that_all_share_cancel():
    worlds = 100 * seeds.normals(5, 6)[:, None]
    assert mcb(MOVING + worlds, 0.95) == pytest.approx(mcb(MOVING, 0.95))
    assert p_best(MOVING + worlds, STREAM) == pytest.approx(p_best(MOVING, STREAM), abs=1e-3)


def test_edges_of_mcb():
    assert mcb(ONE, 0.95).tolist() == [[-np.inf, np.inf]] * 3
    assert mcb(STILL, 0.95).tolist() == [[0, 0]] * 3
    assert mcb(STILL + np.array([0, 1, 0]), 0.95) == pytest.approx(np.array([[-1, 0], [0, 1], [-1, 0]]))
    assert np.isnan(mcb(MOVING[:, :1], 0.95)).all()


def test_of_two_the_better_is_best_but_for_the_p_value():
    values = MOVING[:, :2] + [1.1, 0]
    below = stats.ttest_rel(values[:, 0], values[:, 1], alternative="greater").pvalue
    assert 0.05 < below < 0.95
    assert p_best(values, STREAM) == pytest.approx([1 - below, below], abs=4.5 * 0.5 / 20_000**0.5)


def test_who_does_the_same_shares():
    values = MOVING[:, [1, 0, 1]]
    found = p_best(values, STREAM)
    assert found == pytest.approx([0.5, 0, 0.5], abs=1e-3)
    assert found[0] == found[2]


def test_edges_of_p_best():
    assert np.isnan(p_best(ONE, STREAM)).all()
    assert p_best(STILL, STREAM) == pytest.approx([1 / 3] * 3)
    assert p_best(STILL + np.array([0, 1, 0]), STREAM).tolist() == [0, 1, 0]
    assert p_best(MOVING[:, :1], STREAM).tolist() == [1]
    found = p_best(HOLED, STREAM)
    assert np.isnan(found).tolist() == [False, True, False]
    assert found[[0, 2]].sum() == pytest.approx(1)


def test_more_candidates_than_replications():
    found = p_best(seeds.normals(3, 4 * 20).reshape(4, 20), STREAM)
    assert found.sum() == pytest.approx(1)
    assert 0 < found.max() < 1


def test_a_stream_gives_the_same_and_another_one_other_draws():
    assert (p_best(MOVING - [0, 1.3, 0], STREAM) == p_best(MOVING - [0, 1.3, 0], STREAM)).all()
    assert (p_best(MOVING - [0, 1.3, 0], STREAM) != p_best(MOVING - [0, 1.3, 0], STREAM + 1)).any()


@pytest.mark.parametrize("rows", [3, 6])
def test_draws_follow_the_multivariate_t(rows):
    values = MOVING[:rows]
    drawn = draws(values, STREAM)
    scaled = (drawn - values.mean(axis=0)) / (values.std(axis=0, ddof=1) / rows**0.5)
    for column in scaled.T:
        assert stats.kstest(column, stats.t(rows - 1).cdf).pvalue > 7e-6
    ranks = stats.spearmanr(drawn[:, 0], drawn[:, 1]).statistic
    assert abs(ranks - np.corrcoef(values[:, 0], values[:, 1])[0, 1]) < 0.1
