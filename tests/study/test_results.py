"""Frozen results: months, frames and fingerprints."""

from dataclasses import FrozenInstanceError, replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.columns import COLUMNS, STATES
from sim.scenario.units import months_in
from sim.study.estimates import METRICS
from sim.study.results import months_between, summed
from tests.laws.chance import repeatable
from tests.laws.tiny import learner, policy, tiny
from tests.study.made_up import candidate, ledger, run


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.integers(1, 900))
@repeatable
def test_months_cover_every_day_once(start, days):
    months = months_between(start, days)
    assert [day for month in months for day in range(month.first, month.end)] == list(range(days))
    assert len({month.label for month in months}) == len(months) == months_in(start, days)
    assert months[0].label == start.strftime("%Y-%m")


def test_monthly_counts_add_up_to_the_days():
    made = run(candidate(revenue=[1, 2, 3, 4]))
    monthly = made.monthly(made.candidates[0])
    assert monthly.shape == (4, 2, len(COLUMNS))
    added_up = [column for column in range(len(COLUMNS)) if column not in STATES]
    assert (monthly.sum(axis=1) == made.candidates[0].days.sum(axis=1))[:, added_up].all()
    assert monthly[0, :, 2].tolist() == [3_100, 2_800]


@given(st.lists(st.integers(0, 1_000_000), min_size=1, max_size=40))
@repeatable
def test_how_things_stood_is_the_mean_of_the_days_to_the_nearest_whole(levels):
    days = np.zeros((1, len(levels), len(COLUMNS)), np.int64)
    days[0] = np.array(levels)[:, None]
    (found,) = summed(days)
    assert abs(found[list(STATES)] - np.mean(levels)).max() <= 0.5
    assert set(np.delete(found, STATES).tolist()) == {sum(levels)}


def test_the_frame_has_a_row_for_each_candidate_replication_and_month():
    made = run(candidate("one"), candidate("two", clicks=0, impressions=0))
    frame = made.frame
    assert set(frame) == {"candidate", "replication", "month", *METRICS}
    assert len(set(frame)) == len(list(frame))
    assert len(frame) == 2 * 4 * 2
    one = frame[(frame["candidate"] == "one") & (frame["month"] == "2026-02") & (frame["replication"] == 3)].iloc[0]
    assert (one["clicks"], one["impressions"], one["revenue"], one["ctr"]) == (280, 2_800, 28.0, 0.1)
    assert (one["exhausted_advertisers"], one["dry_cells"], one["sightedness"], one["satisfaction"]) == (7, 40, 0.9, 1.0)
    assert frame[frame["candidate"] == "two"]["ctr"].isna().all()


def test_a_fingerprint_tells_names_and_every_count_apart():
    base = run(candidate("one"), candidate("two"))
    days = ledger()
    days[3, 58, 4] += 1
    others = [
        run(candidate("one"), candidate("three")),
        run(candidate("two"), candidate("one")),
        run(candidate("one")),
        run(candidate("one"), replace(candidate("two"), days=days)),
    ]
    assert len({made.fingerprint for made in (base, *others)}) == 5
    assert base.fingerprint == run(candidate("one"), candidate("two"), seed=9).fingerprint


def test_results_can_not_be_changed():
    made = run(candidate())
    with pytest.raises(FrozenInstanceError):
        made.seed = 2
    with pytest.raises(FrozenInstanceError):
        made.candidates[0].name = "other"


def test_a_run_knows_its_candidates_by_name():
    made = run(candidate("one"), candidate("two"))
    assert made.candidate("two").name == "two"
    assert made.days == 59
    assert made.complete
    assert not run(candidate(), replications=3).complete
    assert not run(candidate(), interrupted=True).complete


def test_a_finished_study_tells_what_it_played():
    drift = [{"kind": "step", "what": "demand", "by": 0.5, "at": "day 4"}, {"kind": "step", "what": "clicks", "by": 0.5, "at": "day 2"}]
    made = sim.run(tiny(policy("keyword"), learner("clicks"), drift=drift, replications=2, horizon="8 days"))
    assert (made.scenario, made.seed, made.replications, made.planned, made.days) == ("tiny", 3, 2, 2, 8)
    assert [(event.day, event.detail) for event in made.world_events] == [(1, "step: clicks +50%"), (3, "step: demand +50%")]
    assert made.incumbent == "keyword"
    assert [(one.objective, one.model, one.policy) for one in made.candidates] == [
        ("", "", "keyword"),
        ("clicks", "LogisticRegression", ""),
    ]
    assert [entry.replication for entry in made.candidates[1].chronicle] == sorted(
        entry.replication for entry in made.candidates[1].chronicle
    )
    assert made.candidates[1].days.shape == (2, 8, len(COLUMNS))
    assert np.isfinite(made.frame["revenue"]).all()
