"""Single impressions: ADWIN behind its door, what it is fed with, and what a team makes of it."""

from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("river", reason="the extra 'drift' is not installed")

from sim.lifecycle.clock import Rank
from sim.lifecycle.team.adwin import Adwin
from sim.lifecycle.team.expecting import LEARNED_DAYS
from sim.lifecycle.team.hearing import DELTA, Hearing
from sim.lifecycle.team.labour import collect, train
from sim.lifecycle.team.watching import watch
from sim.scenario.schema import DAY_S
from tests.lifecycle.team.acting import act, lines

IMPRESSIONS = 2_000


def test_adwin_cuts_its_window_soon_after_the_mean_has_changed():
    draw = np.random.default_rng(1)
    window = Adwin(DELTA)
    assert window.feed((draw.random(20_000) < 0.05) - 0.05) is None
    cut = window.feed((draw.random(20_000) < 0.10) - 0.05)
    assert cut is not None


def test_adwin_cuts_no_window_for_nothing():
    draw = np.random.default_rng(2)
    assert sum(Adwin(DELTA).feed((draw.random(20_000) < 0.05) - 0.05) is not None for _ in range(50)) <= 1


def heard(days, level=lambda day: 1.0, first=10, impressions=IMPRESSIONS, seed=3):
    """Impressions whose clicks go with their fit, as much as *level* says of a day."""
    draw, hearing = np.random.default_rng(seed), Hearing()
    hearing.begin(first)
    for day in range(days):
        fit = draw.uniform(0.0, 0.4, impressions)
        hearing.note(day, fit, draw.random(impressions) < 0.3 * level(day) * fit)
    return hearing


def test_fewer_clicks_than_the_model_leads_one_to_expect_are_found_within_days():
    found = heard(80, lambda day: 0.6 if day >= 50 else 1.0).found(0.1)
    assert found.found
    assert 50 <= found.evidence["found_on"] < 80
    assert found.evidence["clicks_to_expected"] == pytest.approx(0.6, abs=0.05)
    assert not heard(50, lambda day: 0.6 if day >= 50 else 1.0).found(0.1).found
    early = heard(54, lambda day: 0.6 if day >= 50 else 1.0)
    assert early.found(0.1).evidence["found_on"] in range(50, 54)


def test_steady_clicks_are_seldom_called_drift():
    assert sum(heard(90, seed=seed).found(0.1).found for seed in range(10)) == 0


def test_a_change_within_the_tolerance_is_none():
    small = heard(120, lambda day: 0.93 if day >= 50 else 1.0, impressions=20_000)
    assert "found_on" in small.found(0.1).evidence
    assert not small.found(0.1).found
    assert small.found(0.02).found


def test_nothing_is_said_before_it_is_known_what_to_expect():
    assert not heard(10 + LEARNED_DAYS).found(0.0).found
    few = heard(60, lambda day: 0.001)
    assert "too few clicks" in few.found(0.0).story
    hearing = heard(60, lambda day: 0.5 if day >= 40 else 1.0)
    assert hearing.found(0.1).found
    hearing.begin(60)
    assert not hearing.found(0.1).found


def watched(sampler, drift=(), days="70 days"):
    """A team that only watches its impressions, and what it has heard."""
    kept = {}

    def does(team, clock):
        now = [team.now(clock.now_s)]
        team.pairs["first"] = yield from collect(team, clock, "targeted", now, 800, "to learn from")
        team.test = yield from collect(team, clock, "retrieved", now, 800, "to be judged by")
        yield from train(team, clock)
        team.models, team.served = {"show": team.model}, 1.0
        team.serve(clock.now_s)
        kept["hearing"], kept["day"] = team.hearing, clock.now_s // DAY_S
        yield clock.at(clock.now_s, Rank.ANALYSIS)
        yield from watch(team, clock)

    book = {
        "looks_for": [], "watches_for": ["event_drift"], "retrain": "never", "look_every": "7 days",
        "remedies": {"event_drift": "note"}, "drift_tolerance": 0.2,
    }  # fmt: skip
    played = act(
        does, raters={"error": 0, "slip": 0, "capacity": "1M"}, book=book, horizon=days, traffic={"queries": 40_000},
        drift=list(drift), engine={"sampler": sampler},
    )  # fmt: skip
    return played, kept["hearing"], kept["day"]


def test_a_team_hears_every_impression_of_its_models_own_pages():
    played, hearing, day = watched("queries", days="20 days")
    heard_on = {one.day: one for one in hearing._days}
    assert min(heard_on) == day + 1
    own = np.array([heard_on[one].clicks for one in range(day + 1, 20)]) / played.ledger[day + 1 : 20, 3]
    assert 0.8 < own.mean() <= 1  # a holdback of 5 % stays on the incumbent's pages
    assert (own <= 1).all()


def test_a_step_in_clicks_is_written_down_as_drift_on_the_next_look():
    step = {"kind": "step", "what": "clicks", "at": "day 40", "by": -0.6, "lasts": "60 days"}
    played, _, _ = watched("queries", [step])
    (line, *_) = lines(played, "drift")
    assert 40 <= line.day < 40 + 14
    assert line.finding == "event drift"
    calm, _, _ = watched("queries")
    assert lines(calm, "drift") == []


def test_listening_changes_no_figure():
    from sim.lifecycle.team.hearing import Hearing

    played, _, _ = watched("queries", days="15 days")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Hearing, "note", lambda *_: None)
        deaf, _, _ = watched("queries", days="15 days")
    assert np.array_equal(played.ledger, deaf.ledger)


def test_where_no_single_queries_are_played_nothing_is_heard():
    _, hearing, _ = watched("counts", days="20 days")
    assert hearing._days == []
    assert not hearing.found(0.0).found
