"""Tables that queries are drawn from, exact; and counts that are Poisson."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim.kernels.arrivals import CHUNK, keep_satisfied
from sim.traffic import arrivals
from sim.traffic.arrivals import DAY_S, cell_table, cumulative_bars, poisson_table
from tests.laws.chance import drawn_from, independent, mean_is, near, repeatable
from tests.traffic.pages import drawn, pages, play, replayed

MEANS = np.geomspace(1e-6, 2e4, 41)
DAYS = {"drawn": drawn(30_000, [0.5, 0.3, 0.2]), "replayed": replayed([9_000, 0, 20_000, 1], (0.3, 0.7))}


def queries_of(day, first_s=0, end_s=DAY_S, satisfied=None):
    """Words, cells and seconds of the queries of a day, batch after batch; of those who are satisfied only."""
    found = []
    for batch in day.batches(first_s, end_s):
        count = batch.number
        if satisfied is not None:
            count = keep_satisfied(count, *batch[1:], np.rint(np.asarray(satisfied) * 2.0**32).astype(np.uint64))
        found.append(np.array([part[:count].astype(np.uint64) for part in batch[1:]]))
    return np.concatenate(found, axis=1)


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
    found = np.array([play(page, 0, day, s, s + 1).queries.sum() for s in range(8_000)])
    low, high = (stats.poisson.ppf(q, mean) for q in (1e-3, 1 - 1e-3))
    edges = np.arange(low, high + 1)
    counts = np.bincount(np.digitize(found, edges, right=True), minlength=len(edges) + 1)
    shares = np.diff(stats.poisson.cdf(edges, mean), prepend=0, append=1)
    assert drawn_from(counts[shares > 0], shares[shares > 0])


@pytest.mark.parametrize("per_day", [40.0, 2_000.0])
def test_days_without_noise_have_the_dispersion_of_the_poisson_law(per_day):
    page, days = pages(np.full((3, 1), -1)), 2_000
    found = np.array([play(page, 0, drawn(per_day, [0.2, 0.3, 0.5], key)).queries[0] for key in range(days)])
    total = found.sum(axis=1)
    assert mean_is(total, per_day)
    assert near(total.var(ddof=1) / total.mean(), 1, np.sqrt(2 / days))
    assert near(found.var(axis=0, ddof=1) / found.mean(axis=0), 1, np.sqrt((2 + 1 / found.mean(axis=0)) / days))
    assert near(np.corrcoef(found.T)[np.triu_indices(3, 1)], 0, 1 / np.sqrt(days))


def test_hours_of_one_day_and_of_the_next_are_unlike_each_other():
    page, hour = pages([[-1]]), 3600
    days = [drawn(5_000, [1.0], key) for key in range(200)]
    found = np.array([[play(page, 0, day, h * hour, (h + 1) * hour).queries.sum() for h in range(24)] for day in days]).ravel()
    for gap in (1, 24):
        assert near(np.corrcoef(found[:-gap], found[gap:])[0, 1], 0, 1 / np.sqrt(len(found)))


@pytest.mark.parametrize("kind", DAYS)
@pytest.mark.parametrize("stretch", [(0, DAY_S), (3_600, 3_700), (11, 70_000)])
def test_queries_come_in_order_of_time_and_within_their_stretch(monkeypatch, kind, stretch):
    monkeypatch.setattr(arrivals, "_SLICE", 7_000)  # a log's day in four slices
    *_, seconds = queries_of(DAYS[kind], *stretch).astype(int)
    assert (np.diff(seconds) >= 0).all()
    assert stretch[0] <= seconds[0] <= seconds[-1] < stretch[1]


@pytest.mark.parametrize("slice_", [500, 7_000, 10_000_000])
def test_in_however_many_slices_a_log_is_read_its_queries_are_the_same(monkeypatch, slice_):
    whole = queries_of(DAYS["replayed"])
    monkeypatch.setattr(arrivals, "_SLICE", slice_)
    assert (queries_of(DAYS["replayed"]) == whole).all()
    assert whole.shape[1] == 29_001


@pytest.mark.parametrize("per_day", [30_000, 40 * DAY_S])  # the second has seconds with more queries than a chunk
@pytest.mark.parametrize("batch", [1, CHUNK, 1_000])
def test_a_buffer_smaller_than_the_day_loses_no_query(monkeypatch, per_day, batch):
    day, end_s = drawn(per_day, [0.5, 0.3, 0.2]), DAY_S if per_day < DAY_S else 600
    whole = queries_of(day, 0, end_s)
    monkeypatch.setattr(arrivals, "_BATCH", batch)
    assert sum(1 for _ in day.batches(0, end_s)) > 10
    assert (queries_of(day, 0, end_s) == whole).all()


@given(st.sampled_from(sorted(DAYS)), st.lists(st.floats(0, 1), min_size=2, max_size=2))
@repeatable
def test_fewer_satisfied_users_ask_a_part_of_the_same_queries(kind, levels):
    everyone, (low, high) = queries_of(DAYS[kind]), (queries_of(DAYS[kind], satisfied=[level]) for level in sorted(levels))
    for few, many in ((low, high), (high, everyone)):
        assert (many[:, np.isin(many[0], few[0])] == few).all()  # the very same words, cells and seconds, in the same order


@pytest.mark.parametrize("kind", DAYS)
def test_when_all_are_satisfied_every_query_is_asked_and_when_nobody_is_none(kind):
    assert (queries_of(DAYS[kind], satisfied=[1.0]) == queries_of(DAYS[kind])).all()
    assert queries_of(DAYS[kind], satisfied=[0.0]).shape[1] == 0


def test_each_devices_users_stay_away_for_themselves():
    day = replayed([50_000, 70_000], (0.3, 0.7))
    before, after = queries_of(day)[1], queries_of(day, satisfied=[0.9, 0.25])[1]
    for cell in range(4):
        asked, share = (before == cell).sum(), (0.9, 0.25)[cell % 2]
        assert near((after == cell).sum(), asked * share, np.sqrt(asked * share * (1 - share)))


def test_who_stays_away_does_not_depend_on_the_second_the_cell_or_the_click():
    day = drawn(400_000, [0.5, 0.3, 0.2])
    everyone, kept = queries_of(day), queries_of(day, satisfied=[0.5])
    for part, size in ((everyone[0] >> np.uint64(60), 16), (everyone[1], 3), (everyone[2] // 3600, 24)):
        stayed = np.isin(everyone[0], kept[0])
        table = np.array([np.bincount(part[stayed == one].astype(int), minlength=size) for one in (False, True)])
        assert independent(table)
