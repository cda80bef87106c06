"""Before an objective is blamed: a fall beyond chance, and a metric that is shown to hold; what can't be told is said so."""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.columns import QUERIES, REVENUE
from sim.lifecycle.clock import Rank
from sim.lifecycle.team import doubting
from sim.lifecycle.team.doubting import Doubt, fall
from sim.lifecycle.team.ranking import Ranked, ranked
from sim.scenario.schema import DAY_S
from tests.lifecycle.team.acting import act, lines
from tests.lifecycle.team.test_deploying import SURE, Says, ready

WEEKS = doubting._AT_FIRST + doubting._LATELY


def fallen(earned, least=0.03, today=7 * WEEKS):
    """What a team finds whose queries earned so much week by week."""
    seen = {}

    def does(team, clock):
        yield clock.at(DAY_S, Rank.ANALYSIS)
        days = team.platform.ledger.days
        days[: 7 * WEEKS, QUERIES] = 100
        days[: 7 * WEEKS, REVENUE] = np.repeat(earned, 7) * 100
        seen["fall"] = fall(team, 0, today)

    act(does, horizon=f"{7 * WEEKS + 10} days", book={"fallen": least})
    return seen["fall"]


def course(scatter, change):
    """Weeks at about 1,000, up and down in turn, and by a share less lately."""
    weeks = 1_000 * (1 + scatter * np.array([1, -1] * WEEKS)[:WEEKS])
    weeks[doubting._AT_FIRST :] *= 1 + change
    return weeks.astype(np.int64)


@pytest.mark.parametrize(
    ("scatter", "change", "found"),
    [(0.01, -0.10, True), (0.20, -0.10, False), (0.01, -0.02, False), (0.0, 0.1, False)],
    ids=["a fall", "a fall within chance", "less than counts", "a rise"],
)
def test_a_fall_is_found_where_it_is_large_enough_and_beyond_chance(scatter, change, found):
    seen = fallen(course(scatter, change))
    assert seen.found == found
    assert seen.evidence["revenue_change"] == pytest.approx(change, abs=0.001)
    assert seen.evidence["revenue_change_low"] <= seen.evidence["revenue_change"] <= seen.evidence["revenue_change_high"]
    assert f"changed by {change:+.0%} (between " in seen.story


@pytest.mark.parametrize("least", [0.0, 0.03])
def test_too_early_nothing_is_found_unless_a_team_always_asks(least):
    seen = fallen(course(0.01, -0.5), least, today=7 * WEEKS - 1)
    assert seen.found == (least == 0)
    assert np.isnan(list(seen.evidence.values())).all()
    assert "can't be held against the first 28 days" in seen.story


def asked(before, holds):
    """What comes of asking whether the metric holds, what it was at first being given, and what the diary says."""
    came = []

    def does(team, clock):
        yield from ready(team, clock)
        team.models = {"show": team.model}
        doubt = Doubt(clock.now_s // DAY_S)
        doubt._at_first = before(team)
        came.append((yield from doubt.metric_holds(team, clock)))

    played = act(does, raters=SURE, book={"holds": holds, "check_rows": 2_000})
    line = next(line for line in lines(played, "analyse") if "own metric" in line.detail)
    return came[0], line, json.loads(line.evidence)


def same(team):
    return ranked(team.test.label, team.ask(team.test))


@pytest.mark.parametrize(
    ("before", "holds", "answer", "finding", "words"),
    [
        (same, 0.4, True, "wrong objective", "the model's own metric holds: AUC "),
        (lambda _: Ranked(0.999, 0.001), 0.02, False, "stale", "the model's own metric is worse as well: AUC 0.999 in its first 4 weeks"),
        (lambda team: same(team)._replace(error=0.3), 0.02, None, "", "whether the model's own metric holds can't be told: AUC "),
        (lambda _: Ranked(np.nan, np.nan), 0.02, None, "", "can't be told: in the first weeks or the last too few pairs"),
    ],
    ids=["holds", "worse", "too wide", "one class"],
)  # fmt: skip
def test_a_metric_holds_is_worse_or_that_can_not_be_told(before, holds, answer, finding, words):
    came, line, evidence = asked(before, holds)
    assert came is answer
    assert line.finding == finding
    assert words in line.detail
    assert "nan" not in line.detail
    assert set(evidence) == {"auc_before", "auc_now", "auc_change_low", "auc_change_high"}
    if answer:
        assert evidence["auc_change_low"] > -holds


def test_each_week_is_judged_by_the_model_that_served_it_and_the_first_weeks_are_bought_once():
    """A model that ranks the wrong way round served at first: it is judged by the weeks that it served, not the newest by all."""
    seen = {}

    def does(team, clock):
        yield from ready(team, clock)
        deployed = clock.now_s // DAY_S
        good, team.models = team.model, {"show": Says(lambda text: 1 / (1 + np.exp(4 * text)))}
        yield clock.at((deployed + 29) * DAY_S, Rank.ANALYSIS)
        team.models = {"show": good}
        yield clock.at((deployed + 60) * DAY_S, Rank.ANALYSIS)
        doubt = Doubt(deployed)
        once = yield from doubt.metric_holds(team, clock)
        again = yield from doubt.metric_holds(team, clock)
        seen["answers"] = [once, again]

    played = act(does, raters=SURE, book={"check_rows": 1_000}, horizon="80 days")
    found = [json.loads(line.evidence) for line in lines(played, "analyse")]
    assert seen["answers"] == [True, True]
    assert found[0]["auc_before"] < 0.4 < 0.6 < found[0]["auc_now"]
    assert found[0]["auc_before"] == found[1]["auc_before"]
    bought = [line.detail for line in lines(played, "collect")]
    assert sum("first weeks" in one for one in bought) == 1
    assert sum("last weeks" in one for one in bought) == 2
