"""Many candidates or months at once: families of intervals miss as often as they say.

Every test is one seeded draw; `near` allows 4.5 standard errors, one false alarm in 100 000.
"""

import numpy as np
import pytest

from sim import seeds
from sim.study.decision.bands import band
from sim.study.decision.family import min_p
from sim.study.decision.frontier import on_frontier
from sim.study.decision.paired import error
from sim.study.decision.selection import p_best
from tests.laws.chance import near
from tests.study.decision.best import mcb

STUDIES = 500
DRAWS = 2_000  # enough where many claims are averaged


def studies(part, n, k, correlation, count=STUDIES):
    """Values of mean 0 and variance 1 whose columns share worlds, shape (count, n, k)."""
    drawn = seeds.normals(seeds.key(6, "decision", part), count * n * (k + 1)).reshape(count, n, k + 1)
    return np.sqrt(correlation) * drawn[:, :, :1] + np.sqrt(1 - correlation) * drawn[:, :, 1:]


def at_most(hits, expected, tolerance):
    """Whether *hits* are no oftener than *expected* but for their own noise and a stated tolerance."""
    return np.mean(hits) <= expected + tolerance + 4.5 * np.sqrt(expected / len(hits))


def misses(values, critical):
    return bool((np.abs(values.mean(axis=0)) > critical(values, 0.95) * error(values)).any())


@pytest.mark.parametrize(("n", "k", "correlation"), [(20, 5, 0.5), (40, 12, 0.9), (20, 5, 0.0)])
def test_families_of_twins_call_a_difference_in_about_5_percent(n, k, correlation):
    found = [misses(values, min_p) for values in studies(1, n, k, correlation)]
    assert near(np.mean(found), 0.05, np.sqrt(0.05 * 0.95 / STUDIES))
    alone = [misses(values, lambda values, confidence: min_p(values[:, :1], confidence)) for values in studies(1, n, k, correlation)]
    assert np.mean(alone) > 0.1  # without the correction


@pytest.mark.parametrize("n", [2, 3, 5])
def test_min_p_holds_with_few_replications(n):
    """Five candidates: about 5 %, where the multivariate t would miss 8 to 15 % (a sample's correlation is too high)."""
    assert at_most([misses(one, min_p) for one in studies(9, n, 5, 0.5)], 0.05, tolerance=0.015)


def test_a_year_of_months_is_in_its_band_with_few_replications():
    """12 months of 10 replications, autocorrelated: misses 5 %, a little more for the estimated correlation."""
    shocks = studies(2, 10, 12, 0.0)
    months = np.empty_like(shocks)
    months[..., 0] = shocks[..., 0]
    for month in range(1, 12):
        months[..., month] = 0.6 * months[..., month - 1] + 0.8 * shocks[..., month]
    missed = []
    for values in months:
        low, high = band(values, 0.95)
        missed.append(bool(((low > 0) | (high < 0)).any()))
    assert at_most(missed, 0.05, tolerance=0.02)
    assert np.mean(missed) > 0.01


def behind(truth):
    """Each true mean minus the best of the others."""
    return np.array([own - np.delete(truth, number).max() for number, own in enumerate(truth)])


@pytest.mark.parametrize("truth", [(0, 0, 0, 0), (0, 0.1, 0.2, 0.2), (0, 0, 0, 0.3)])
def test_mcb_covers_all_candidates_at_once(truth):
    """Joint coverage at least 95 %; golden 0.966 for four candidates, 20 replications, correlation 0.9."""
    truth = np.array(truth)
    found = np.array([mcb(values, 0.95) for values in studies(3, 20, 4, 0.9, 4_000) + truth])
    inside = (found[..., 0] <= behind(truth) + 1e-12) & (behind(truth) <= found[..., 1] + 1e-12)
    assert at_most(~inside.all(axis=1), 0.05, tolerance=0)


def claims(n, k, tau, count):
    """What is said of the candidate that looks best, and whether it is."""
    truths = tau * np.sqrt(0.1 / n) * seeds.normals(seeds.key(6, "decision", 4, n), count * k).reshape(count, k)
    said = np.array([p_best(v, number, DRAWS) for number, v in enumerate(studies(5, n, k, 0.9, count) + truths[:, None])])
    top = said.argmax(axis=1)
    return said[np.arange(count), top], top == truths.argmax(axis=1)


@pytest.mark.parametrize(("n", "k"), [(10, 4), (6, 8)])
def test_p_best_is_right_as_often_as_it_says(n, k):
    """Truths spread twice as widely as a mean's noise; the prior is flat, theirs is not: 0.03 for that."""
    said, right = claims(n, k, 3.0, 700)
    for low, high in ((0.3, 0.6), (0.6, 0.9), (0.9, 1.01)):
        these = (said >= low) & (said < high)
        assert these.sum() > 50
        gap = said[these].mean() - right[these].mean()
        assert abs(gap) <= 0.03 + 4.5 * np.sqrt(said[these].mean() * (1 - said[these].mean()) / these.sum())


def test_chances_on_the_frontier_come_true():
    """Of three candidates with random truths, as many are on the true frontier as was said, over 400 worlds."""
    count, n, k = 400, 10, 3
    truths = np.sqrt(0.1 / n) * 3 * seeds.normals(seeds.key(6, "decision", 6), count * 2 * k).reshape(2, count, 1, k)
    x, y = (studies(7 + side, n, k, 0.9, count) + truths[side] for side in (0, 1))
    said = np.array([on_frontier(*pair, number, DRAWS) for number, pair in enumerate(zip(x, y, strict=True))])
    tx, ty = truths[0, :, 0], truths[1, :, 0]
    on = ~((tx[:, None, :] > tx[:, :, None]) & (ty[:, None, :] > ty[:, :, None])).any(axis=2)
    for sure in (said > 0.9, (said > 0.1) & (said < 0.9), said < 0.1):
        assert sure.sum() > 50
        claim = said[sure].mean()
        assert abs(on[sure].mean() - claim) <= 0.03 + 4.5 * np.sqrt(claim * (1 - claim) / sure.sum())
