"""A switch of the objective: gate, shadow, a canary that is judged by what is wanted now, and the looks after it."""

import json
from functools import cache

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from sim.candidates.model import Constant
from sim.candidates.objectives.clicks import Clicks
from sim.columns import CLICKS, IMPRESSIONS, QUERIES
from sim.lifecycle.clock import Rank
from sim.lifecycle.team import switching
from sim.lifecycle.team.clicking import Clicking, Heard, look, stale
from sim.lifecycle.team.deploying import deploy
from sim.lifecycle.team.gate import Gap
from sim.lifecycle.team.miscalibration import clicked_as_said
from sim.lifecycle.team.scores import Judged
from sim.lifecycle.team.switching import Trained, switch_objective
from sim.scenario.schema import DAY_S
from tests.lifecycle.team.acting import act, lines
from tests.lifecycle.team.test_deploying import SURE, ready

BUSY = {"queries": 60_000}
BOOK = {"canary": 0.25, "shadow": "2 days", "canary_lasts": "3 days", "canary_loss": 0.1, "retrain": "10 days", "look_every": "8 days"}
DUMMY = {"use": "sklearn.dummy:DummyClassifier", "strategy": "prior"}


class Worst(Clicks):
    """Shows what is clicked least."""

    def __init__(self):
        super().__init__(cut=-1.0)

    def value(self, columns):
        return -columns["probability"]


class ForMoney(Worst):
    """The same, but a bid has a say: it is to be judged by revenue."""

    def value(self, columns):
        return -columns["probability"] / (1 + columns["bid"])


def switched(book=None, show_model=None, horizon="40 days", **settings):
    """A team whose model serves goes over to clicks on its day 12 or so; and what was served day by day."""
    served, kept = [], {}

    def noting(team, clock):
        while True:
            rival = tuple(team.rival.models) if team.rival else ()
            served.append((tuple(team.models), team.served, rival, team.variants))
            yield clock.at((clock.now_s // DAY_S + 1) * DAY_S, Rank.ANALYSIS)

    def does(team, clock):
        clock.start(noting(team, clock))
        yield from ready(team, clock)
        if show_model is not None:
            team.model = show_model(team)
        yield from deploy(team, clock)
        kept["team"], kept["show"], kept["at"] = team, team.models["show"], clock.now_s // DAY_S
        kept["came"] = yield from switch_objective(team, clock)
        kept["models"], kept["served"], kept["stays"] = dict(team.models), team.served, team.stays

    played = act(does, raters=SURE, book=BOOK | (book or {}), traffic=BUSY, horizon=horizon, **settings)
    return played, served, kept


@cache
def usual():
    return switched()


def after(played, event, day):
    return [line for line in lines(played, event) if line.day > day]


def test_the_first_model_of_clicks_goes_through_shadow_and_canary():
    played, served, kept = usual()
    steps = [step for n, step in enumerate(served) if n == 0 or step[:3] != served[n - 1][:3]]
    canary = [step for step in steps if step[2]]
    assert [step[:3] for step in canary] == [(("click",), 0.25, ("show",))]
    assert canary[0][3] == (1, 1, 1)
    assert sum(bool(step[2]) for step in served) == 3
    (line, *_) = after(played, "deploy", kept["at"])
    seen = json.loads(line.evidence)
    assert {"normalised_entropy", "ratio", "shadow_ads", "ads_before", "canary_ctr_change", "canary_revenue_change", "model"} <= set(seen)
    assert seen["normalised_entropy"] < 1
    assert seen["ratio_low"] < 1.25
    assert seen["ratio_high"] > 0.8
    for words in ("gate passed", "shadow (it would show", "canary of 25% (CTR +", "revenue a query", "takes over from all others"):
        assert words in line.detail
    (switch,) = lines(played, "switch_objective")
    assert "every 8 days it is looked whether it is miscalibrated or stale" in switch.detail


def test_nobody_sees_it_before_the_canary_and_the_canary_shows_what_was_promised():
    played, served, kept = usual()
    (line, *_) = after(played, "deploy", kept["at"])
    seen = json.loads(line.evidence)
    each = played.ledger[:, IMPRESSIONS] / played.ledger[:, QUERIES]
    whole = [day for day in range(len(served) - 1) if served[day][2] and served[day + 1][2]]  # noted as each day begins
    begun = next(day for day, one in enumerate(served) if one[2])
    assert {one[1] for one in served[begun - 3 : begun]} == {1.0}  # of the model that serves, in training and in the shadow
    shown = seen["shadow_ads"] * 0.25 * 0.95 + each[begun - 2] * (1 - 0.25 * 0.95)
    assert each[whole].mean() == pytest.approx(shown, rel=0.05)
    assert each[line.day + 1 : line.day + 4].mean() == pytest.approx(seen["shadow_ads"], rel=0.35)


def test_a_canary_that_clicks_less_is_sent_back_and_the_objective_stays(monkeypatch):
    monkeypatch.setattr(switching, "build_objective", lambda *_: Worst())
    played, served, kept = switched()
    assert kept["came"] is False
    assert kept["stays"]
    assert kept["models"] == {"show": kept["show"]}
    assert served[-1][:3] == (("show",), 1.0, ())
    (line,) = lines(played, "rollback")
    seen = json.loads(line.evidence)
    assert seen["canary_ctr_change"] < -max(0.1, 2 * seen["canary_ctr_error"])
    assert "the objective stays impressions, and is not switched again" in line.detail
    assert not after(played, "deploy", kept["at"])
    rate = played.ledger[:, CLICKS] / played.ledger[:, IMPRESSIONS]
    assert rate[line.day + 1 :].mean() > 0.8 * rate[kept["at"] + 1 : kept["at"] + 3].mean()


def test_an_objective_in_which_bids_have_a_say_is_judged_by_revenue(monkeypatch):
    monkeypatch.setattr(switching, "build_objective", lambda *_: ForMoney())
    played, _, kept = switched(book={"canary_loss": 0.95})
    (line,) = [*after(played, "deploy", kept["at"])[:1], *lines(played, "rollback")]
    assert line.detail.index("revenue a query") < line.detail.index("CTR")
    seen = json.loads(line.evidence)
    lost = seen["canary_revenue_change"] < -max(0.95, 2 * seen["canary_revenue_error"])
    assert (line.event == "rollback") == lost


def test_a_model_of_clicks_that_knows_only_the_base_rate_is_held_at_the_gate():
    def good(team):
        first = team.pairs["first"]
        return LogisticRegression().fit(team.stage.features.frame([first.table]), first.label)

    played, served, kept = switched(show_model=good, candidate={"model": DUMMY})
    assert kept["came"] is False
    assert not kept["stays"]  # it may be tried again
    assert not any(rival for _, _, rival, _ in served)
    (line,) = lines(played, "rollback")
    assert line.detail.startswith("held at the gate: normalised entropy 1.0")


def test_a_model_of_clicks_that_would_show_nothing_is_held_in_the_shadow():
    played, served, kept = switched(book={"then": {"use": "clicks", "cut": 0.999}})
    assert kept["came"] is False
    (line,) = lines(played, "rollback")
    assert line.detail.startswith("held in the shadow (it would show 0.00 ads a query")
    assert not any(rival for _, _, rival, _ in served)


def test_newer_models_of_clicks_are_held_against_the_one_that_serves(monkeypatch):
    played, _, kept = usual()
    (_, *later) = after(played, "deploy", kept["at"])
    assert later
    assert all("gate passed: normalised entropy" in line.detail for line in later)
    assert np.diff([line.day for line in later]).tolist() == [10] * (len(later) - 1)
    assert "the look before it found nothing (" in later[1].detail
    train, times = switching._Switch.train, []

    def blind_once(self, team, clock):
        found = yield from train(self, team, clock)
        times.append(clock.now_s)
        return Trained({"click": Constant(0.5)}, found.begun_s) if len(times) == 2 else found

    monkeypatch.setattr(switching._Switch, "train", blind_once)
    played, _, kept = switched(horizon="50 days")
    (held,) = lines(played, "rollback")
    assert "; model 1 serves on" in held.detail
    deployed = [json.loads(line.evidence)["model"] for line in after(played, "deploy", kept["at"])]
    assert deployed == list(range(1, len(deployed) + 1))
    assert len(deployed) == len(times) - 1
    assert after(played, "deploy", held.day)


STEP = {"kind": "step", "what": "clicks", "by": -0.7, "lasts": "60 days"}


def test_after_the_switch_it_is_looked_and_what_is_found_is_mended_by_a_newer_model():
    calm, _, kept = switched(book={"retrain": "never"}, horizon="45 days")
    (first,) = after(calm, "deploy", kept["at"])
    step = STEP | {"at": f"day {first.day + 2}"}
    moved, _, _ = switched(book={"retrain": "never"}, horizon="45 days", drift=[step])
    found = after(moved, "analyse", first.day)
    assert found
    assert {line.finding for line in found} <= {"miscalibrated", "stale"}
    assert found[0].finding == "miscalibrated"
    assert json.loads(found[0].evidence)["ratio_high"] < 0.8
    assert (found[0].day - first.day) % 8 == 0
    mended = after(moved, "train", first.day)
    assert mended[0].day == found[0].day  # it takes some hours
    assert [line.day for line in mended] == [line.day for line in found]
    assert [one.moment for one in moved.health if one.label == "click"][:2] == ["deployed", "at a look"]


def test_what_is_only_noted_is_not_mended():
    calm, _, kept = switched(book={"retrain": "never"}, horizon="45 days")
    (first,) = after(calm, "deploy", kept["at"])
    step = STEP | {"at": f"day {first.day + 2}"}
    noted, _, _ = switched(
        book={"retrain": "never", "remedies": {"miscalibrated": "note", "stale": "note"}}, horizon="45 days", drift=[step]
    )
    assert after(noted, "analyse", first.day)
    assert not after(noted, "train", first.day)


def test_a_team_whose_objective_stays_does_not_ask_again(monkeypatch):
    from sim.lifecycle.team import looks
    from sim.lifecycle.team.findings import Finding
    from sim.lifecycle.team.watching import watch

    asked = []

    def always(team, clock):
        yield clock.at(clock.now_s, Rank.ANALYSIS)
        asked.append(clock.now_s)
        return Finding("drift", True, {}, "found")

    def does(team, clock):
        yield from ready(team, clock)
        yield from deploy(team, clock)
        yield from watch(team, clock)

    monkeypatch.setitem(looks.WATCHES, "drift", always)
    monkeypatch.setattr(switching, "build_objective", lambda *_: Worst())
    book = BOOK | {"watches_for": ["drift"], "remedies": {"drift": "switch_objective"}, "look_every": "2 days"}
    played = act(does, raters=SURE, book=book, traffic=BUSY, horizon="50 days")
    assert len(asked) == len(lines(played, "switch_objective")) == 1
    assert len(lines(played, "rollback")) == 1
    (back,) = lines(played, "rollback")
    assert after(played, "deploy", back.day)  # models of raters' labels go on being renewed


def judged(said, yes, shown, who):
    return Judged(*(np.asarray(one, np.float64) for one in (said, yes, np.subtract(shown, yes), np.ones(len(yes)))), np.asarray(who))


def test_the_interval_of_clicks_over_predicted_holds_the_truth_as_often_as_it_says():
    """Pairs differ from what is said of them, so rows of one pair are not that many trials."""
    rng, inside = np.random.default_rng(1), 0
    for _ in range(400):
        said = rng.beta(2, 60, 300)
        each = rng.gamma(4, 1 / 4, 300)
        rows = np.repeat(np.arange(300), 5)
        shown = np.full(1_500, 200.0)
        yes = rng.poisson(said[rows] * each[rows] * shown)
        seen = clicked_as_said(judged(said[rows], yes, shown, rows), 1.25).evidence
        inside += seen["ratio_low"] < 1 < seen["ratio_high"]
    assert inside / 400 == pytest.approx(0.95, abs=0.03)


def test_stale_is_what_passes_its_margin_and_chance():
    assert stale(Gap(0.8, 0.86, 0.06, 0.02), 0.05).found
    assert not stale(Gap(0.8, 0.86, 0.06, 0.04), 0.05).found
    assert not stale(Gap(0.8, 0.84, 0.04, 0.001), 0.05).found


class OfTheLog:
    """A team of which a look reads the playbook only, with a log that is told."""

    class plan:  # noqa: N801
        calibration, stale_error = 1.25, 0.05


def test_a_first_model_is_held_against_its_own_first_week_since_the_pages_before_it_were_others(monkeypatch):
    rng = np.random.default_rng(7)
    odds = rng.normal(-3, 1, 3_000)

    def day(number, knows):
        right = 1 / (1 + np.exp(-odds))
        said = 1 / (1 + np.exp(-(odds if knows else np.full(3_000, -2.6))))
        yes = rng.binomial(60, right)
        return Heard(number * DAY_S, (number + 1) * DAY_S, judged(said, yes, np.full(3_000, 60), np.arange(3_000)))

    monkeypatch.setattr(Clicking, "listen", lambda *_: None)
    serves = Clicking(None, 1, 0, 2 * DAY_S, heard=[day(number, number < 9) for number in range(2, 16)])
    _, seen = look(OfTheLog, serves, 16 * DAY_S)
    assert (seen.name, seen.found) == ("stale", True)
    calm = Clicking(None, 1, 0, 2 * DAY_S, heard=[day(number, True) for number in range(2, 16)])
    assert [one.found for one in look(OfTheLog, calm, 16 * DAY_S)] == [False, False]
    young = Clicking(None, 1, 0, 2 * DAY_S, heard=[day(number, True) for number in range(2, 5)])
    assert [one.name for one in look(OfTheLog, young, 5 * DAY_S)] == ["miscalibrated"]  # there is nothing after its first week
