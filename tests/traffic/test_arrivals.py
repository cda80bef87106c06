"""Tables that queries are drawn from, exact; and counts that are Poisson."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.traffic.arrivals import DAY_S, cell_table, cumulative_bars, poisson_table
from tests.laws.chance import drawn_from, mean_is, near, repeatable
from tests.traffic.pages import bars, drawn, pages, play

MEANS = np.geomspace(1e-6, 2e4, 41)


@pytest.mark.parametrize("mean", MEANS)
def test_the_poisson_table_is_exact(mean):
    chances, _ = poisson_table(mean)
    cut = chances.copy()
    cut[-1] = 1
    assert np.abs(np.diff(cut, prepend=0) - stats.poisson.pmf(np.arange(len(cut)), mean)).max() < 1e-12
    assert stats.poisson.sf(len(cut) - 2, mean) < 1e-15  # what the last entry takes in is nothing
    assert (np.diff(cut) >= 0).all()


@pytest.mark.parametrize("mean", [0.0, *MEANS])
def test_the_guide_never_starts_beyond_the_place_it_looks_for(mean):
    chances, guide = poisson_table(mean)
    coins = np.unique(np.concatenate([np.linspace(0, 1, 4_001)[:-1], np.nextafter(chances[:-1], 0), chances[:-1]]))
    coins = coins[coins < 1]
    place = np.searchsorted(chances, coins, side="right")
    assert (guide[(coins * len(guide)).astype(int)] <= place).all()
    assert place.max() < len(chances)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=300).filter(lambda shares: sum(shares) > 1e-3))
@repeatable
def test_the_alias_table_gives_each_cell_exactly_its_share(shares):
    shares = np.array(shares)
    table, cells = cell_table(shares), len(shares)
    kept = (table >> np.uint64(32)) / 2.0**32
    alias = (table & np.uint64(0xFFFFFFFF)).astype(int)
    chance = (kept + np.bincount(alias, 1 - kept, cells)) / cells
    assert np.abs(chance - shares / shares.sum()).max() < 2**-31


def test_a_cell_without_a_share_is_never_drawn():
    table = cell_table(np.array([0.0, 0.7, 0.0, 0.3]))
    assert (table[[0, 2]] >> np.uint64(32) == 0).all()
    assert set((table & np.uint64(0xFFFFFFFF)).tolist()) <= {1, 3}


@given(st.lists(st.floats(1e-6, 1), min_size=1, max_size=8))
@repeatable
def test_cumulative_bars_end_at_the_whole(weights):
    found = cumulative_bars(np.array(weights))
    assert found[-1] == 2**32
    assert np.abs(np.diff(found / 2.0**32, prepend=0) - np.array(weights) / sum(weights)).max() < 2**-31


@pytest.mark.parametrize("mean", [0.02, 0.9, 7.0, 90.0])
def test_queries_of_a_second_follow_the_poisson_law(mean):
    day, page = drawn(mean * DAY_S, [1.0]), pages([[-1]])
    found = np.array([play(page, bars(0), day, s, s + 1).queries.sum() for s in range(8_000)])
    low, high = (stats.poisson.ppf(q, mean) for q in (1e-3, 1 - 1e-3))
    edges = np.arange(low, high + 1)
    counts = np.bincount(np.digitize(found, edges, right=True), minlength=len(edges) + 1)
    shares = np.diff(stats.poisson.cdf(edges, mean), prepend=0, append=1)
    assert drawn_from(counts[shares > 0], shares[shares > 0])


@pytest.mark.parametrize("per_day", [40.0, 2_000.0])
def test_days_without_noise_have_the_dispersion_of_the_poisson_law(per_day):
    page, days = pages(np.full((3, 1), -1)), 2_000
    found = np.array([play(page, bars(0), drawn(per_day, [0.2, 0.3, 0.5], key)).queries[0] for key in range(days)])
    total = found.sum(axis=1)
    assert mean_is(total, per_day)
    assert near(total.var(ddof=1) / total.mean(), 1, np.sqrt(2 / days))
    assert near(found.var(axis=0, ddof=1) / found.mean(axis=0), 1, np.sqrt((2 + 1 / found.mean(axis=0)) / days))
    assert near(np.corrcoef(found.T)[np.triu_indices(3, 1)], 0, 1 / np.sqrt(days))


def test_hours_of_one_day_and_of_the_next_are_unlike_each_other():
    page, hour = pages([[-1]]), 3600
    days = [drawn(5_000, [1.0], key) for key in range(200)]
    found = np.array([[play(page, bars(0), day, h * hour, (h + 1) * hour).queries.sum() for h in range(24)] for day in days]).ravel()
    for gap in (1, 24):
        assert near(np.corrcoef(found[:-gap], found[gap:])[0, 1], 0, 1 / np.sqrt(len(found)))
