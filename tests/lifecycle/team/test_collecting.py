"""Sampling designs: which pairs come up how often, what each row says of itself, and that none knows the future."""

import numpy as np
import pytest

from sim.lifecycle.clock import Rank
from sim.lifecycle.team import collecting
from sim.lifecycle.team.collecting import Snapshot, within
from sim.lifecycle.team.sample import DESIGNS
from sim.scenario.schema import DAY_S, Scenario
from tests.laws.chance import drawn_from, near
from tests.laws.tiny import learner, stage_of, tiny
from tests.lifecycle.team.acting import act

STAGE = stage_of(tiny(learner("impressions")))
FEATURES, WORLD = STAGE.features, STAGE.world
SIGHT, MARGIN = WORLD.sight, WORLD.at(0).margin
DEVICES, MATCHED = len(SIGHT.devices), SIGHT.matched
QUERIES = np.arange(SIGHT.cells, dtype=np.float64) % 7
SHOWN = (np.array([5, 80, 1000], np.intp), np.array([10, 30, 60], np.int64))
TODAY = Snapshot(3, QUERIES, MARGIN, STAGE.past.histories, SIGHT, SHOWN)
ROWS = 20_000


def collected(design, days=(TODAY,), rows=ROWS, key=11):
    return getattr(collecting, design)(FEATURES, days[0] if design == "uniform" else days, rows, key)


def rows_of(sample):
    """Which row of the feature table each pair is, told by its columns; histories are in them too."""
    place = {row.tobytes(): number for number, row in enumerate(FEATURES.now(TODAY.histories).to_numpy(np.float32))}
    return np.array([place.get(row.tobytes(), -1) for row in sample.table])


@pytest.mark.parametrize("design", ["retrieved", "targeted", "served"])
def test_each_row_says_why_when_and_with_what_weight(design):
    sample = collected(design, rows=500)
    assert len(sample) == 500
    assert set(sample.why) == {DESIGNS.index(design)}
    assert set(sample.day) == {3}
    assert sample.weight.mean() == pytest.approx(1)
    assert (sample.votes == 0).all()
    if design != "targeted":
        assert set(sample.weight) == {1.0}


def test_retrieved_pairs_come_up_as_often_as_they_are_asked():
    cell = rows_of(collected("retrieved")) // MATCHED
    asked = QUERIES * (SIGHT.bid_micros > 0).sum(axis=1).repeat(DEVICES)
    some = asked.reshape(4, -1).sum(axis=1)
    assert drawn_from(np.bincount(cell * 4 // len(asked), minlength=4), some)
    assert (QUERIES[cell] > 0).all()


def test_served_pairs_come_up_as_often_as_they_were_shown():
    row = rows_of(collected("served"))
    assert drawn_from([(row == one).sum() for one in SHOWN[0]], SHOWN[1])
    assert (row >= 0).all()


def test_what_was_never_shown_can_not_be_collected():
    nothing = replace_shown(TODAY, np.zeros(0, np.intp), np.zeros(0, np.int64))
    assert len(collected("served", (nothing,))) == 0
    assert len(collected("served", (nothing, TODAY), 100)) == 100


def replace_shown(day, row, count):
    return day._replace(shown=(row, count))


def test_a_uniform_sample_is_of_the_whole_index_and_nearly_all_of_it_is_unrelated():
    sample = collected("uniform")
    unrelated = sample.margin < -20
    expected = 1 - MATCHED / SIGHT.ads
    assert near(unrelated.mean(), expected, np.sqrt(expected * (1 - expected) / ROWS))
    assert (sample.margin > 0).mean() < 0.02
    text = sample.table[:, FEATURES.names.index("text_match")]
    assert text[unrelated].mean() < text[~unrelated].mean() - 1
    assert not sample.table[:, FEATURES.names.index("never_seen")].any()


def test_likely_positives_are_found_more_often_and_their_weights_undo_that():
    plain, aimed = collected("retrieved"), collected("targeted")
    share = (plain.margin > 0).mean()
    worthy = aimed.margin > 0
    assert worthy.mean() > 1.5 * share
    weighted = (aimed.weight * worthy).sum() / aimed.weight.sum()
    residual = aimed.weight * (worthy - weighted) / aimed.weight.mean()
    error = np.hypot(residual.std() / np.sqrt(ROWS), np.sqrt(share * (1 - share) / ROWS))
    assert near(weighted, share, error)


@pytest.mark.parametrize("design", ["retrieved", "targeted", "served"])
def test_days_are_sampled_as_much_as_they_had_traffic(design):
    busy = replace_shown(TODAY._replace(day=10, queries=3 * QUERIES), SHOWN[0], 3 * SHOWN[1])
    sample = collected(design, (TODAY, busy), 1_000)
    assert [(sample.day == day).sum() for day in (3, 10)] == [250, 750]


def test_recency_is_a_window_of_days_each_once():
    days = [TODAY._replace(day=day) for day in (0, 7, 14, 21, 21)]
    assert [one.day for one in within(days, 21, 1)] == [21]
    assert [one.day for one in within(days, 21, 8)] == [14, 21]
    assert [one.day for one in within(days, 21, 7)] == [21]
    assert [one.day for one in within(days, 40, 7)] == [21]  # the newest in any case


def test_an_archived_page_is_rated_as_it_was():
    was = TODAY._replace(margin=-np.ones_like(MARGIN))
    assert (collected("retrieved", (was,), 200).margin == -1).all()
    assert (collected("retrieved", (TODAY,), 200).margin > 0).any()


# --- nothing of the future ------------------------------------------------------------------------------------------


def archive(leak=False, **drift):
    """Samples of the pages of the first two weeks, collected on day 22, in a world that changes, or not, on day 15."""
    kept = {}

    def does(team, clock):
        yield clock.at(22 * DAY_S, Rank.ANALYSIS)
        days = [day for day in team.archive if day.day < 15]
        if leak:  # the mistake to be caught: old pages with the histories of today
            days = [day._replace(histories=team.log.histories) for day in days]
        for design in ("retrieved", "targeted", "served"):
            kept[design] = getattr(collecting, design)(team.stage.features, days, 400, 5)

    act(does, horizon="23 days", drift=[drift] if drift else [])
    return kept


STEP = {"kind": "step", "what": "clicks", "at": "day 16", "by": 5.0}


def test_no_feature_of_a_rated_pair_knows_what_came_after_its_page():
    for design, sample in archive(**STEP).items():
        assert np.array_equal(sample.table, archive()[design].table), design
        assert sample.table.any()


def test_a_leak_is_caught():
    """The same comparison sees features that were taken from the future."""
    before, after = archive(leak=True), archive(leak=True, **STEP)
    assert all(not np.array_equal(before[design].table, after[design].table) for design in before)


def test_a_feature_of_a_page_is_what_was_logged_before_it():
    """Histories in rows are those of the page's day: a later one differs, so a mix-up would show."""
    found = {}

    def does(team, clock):
        yield clock.at(15 * DAY_S, Rank.ANALYSIS)
        found["days"] = [(day.day, day.histories) for day in team.archive]
        found["tables"] = [collecting.retrieved(team.stage.features, [day], 300, 5).table for day in team.archive]
        found["features"] = team.stage.features

    act(does, horizon="16 days")
    assert [day for day, _ in found["days"]] == [0, 7, 14]
    lift = found["features"].names.index("query_evidence")
    assert not np.array_equal(found["tables"][0][:, lift], found["tables"][2][:, lift])


def test_histories_have_56_days_to_mature_before_day_1():
    assert Scenario.model_fields["history"].default.days >= 56 * DAY_S
    evidence = {days: stage_of(tiny(history={"days": f"{days} days"})).past.histories.ad_expected.sum() for days in (7, 56, 112)}
    assert evidence[56] / evidence[112] > 0.75  # two half-lives of 28 days, of four: 0.75 / 0.94 = 0.8
    assert evidence[7] / evidence[112] < 0.25


def test_margins_and_sight_of_a_snapshot_are_of_one_moment():
    """A page's truth is kept as it was when worthiness drifts afterwards."""
    seen = []

    def does(team, clock):
        yield clock.at(1 * DAY_S, Rank.ANALYSIS)
        seen.append(team.archive[0])
        yield clock.at(12 * DAY_S, Rank.ANALYSIS)
        seen.extend([team.archive[0], team.now(clock.now_s)])

    act(does, horizon="14 days", drift=[{"kind": "step", "what": "worthiness", "at": "day 5", "by": 0.9}])
    assert np.array_equal(seen[0].margin, seen[1].margin)
    assert not np.array_equal(seen[0].margin, seen[2].margin)
    assert seen[2].shown[1].sum() > 0
