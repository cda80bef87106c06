"""The time to a decision, against closed forms."""

import numpy as np
import pytest
from scipy.stats import norm

from tests.benchmarks.decision import deviation_of, queries_needed


def test_so_many_queries_find_the_difference_four_times_in_five():
    needed = queries_needed(deviation=0.3, difference=0.01)
    away = 0.01 / (0.3 / np.sqrt(needed))
    assert norm.sf(1.959964 - away) == pytest.approx(0.8, abs=1e-4)
    assert queries_needed(0.6, 0.01) == pytest.approx(4 * needed)
    assert queries_needed(0.3, 0.02) == pytest.approx(needed / 4)


def test_an_engine_without_noise_needs_one_query():
    assert queries_needed(0.0, 0.01) == 1


RATES = 0.3, 0.2


def coins(policy, queries, seed):
    """Clicks whose coin is the same under both policies where the seed is."""
    return queries, int((np.random.default_rng(seed).random(queries) < RATES[policy]).sum())


def test_the_spread_of_a_difference_anew_and_paired():
    anew, difference = deviation_of(coins, 500, 800, paired=False)
    assert anew == pytest.approx(np.sqrt(0.3 * 0.7 + 0.2 * 0.8), rel=0.11)  # four standard errors of 1 / √(2 · 800)
    assert difference == pytest.approx(0.1, abs=4 * anew / np.sqrt(500 * 800))
    paired, difference = deviation_of(coins, 500, 800, paired=True)
    assert paired == pytest.approx(np.sqrt(0.1 * 0.9), rel=0.11)
    assert difference == pytest.approx(0.1, abs=4 * paired / np.sqrt(500 * 800))


def test_queries_of_one_user_hang_together():
    def users(policy, queries, seed):
        draw = np.random.default_rng(seed)
        return queries, 10 * int((draw.random(queries // 10) < RATES[policy]).sum())

    assert deviation_of(users, 500, 800, paired=False)[0] == pytest.approx(np.sqrt(10 * (0.3 * 0.7 + 0.2 * 0.8)), rel=0.11)
