"""From ledgers and a question to a verdict: every part of it is there, and what is broken is invalid."""

import numpy as np
import pytest

from sim.study.compare.comparison import FAIL, HOLD, INVALID, PASS, SHIP, UNDECIDED, Failed
from sim.study.compare.judge import Beside, judge
from tests.study.compare.made_up import against, around, asked, run

RULES = ("revenue_vs_baseline >= -1%", "ctr >= 2%")
CLEAR = against(np.stack([around(0.03, 0.002), around(0.01, 0.002)[::-1]], axis=1), spread=0.2, days=59)
OPEN = against(around(0.01, 0.02))


def test_all_parts_are_there():
    found = judge(CLEAR, asked(rules=RULES), Beside(variance={"world": 1.0}, replication_s=2.0))
    assert (found.verdict, found.ship, found.exit, found.why) == (SHIP, "c0", 0, "")
    assert {one.candidate for one in found.differences} == {"base", "c0", "c1"}
    both = [(month, name) for name in ("c0", "c1") for month in ("2026-01", "2026-02")]
    assert [(one.month, one.candidate) for one in found.months] == both
    assert [(one.text, one.candidate, one.status) for one in found.rules] == [(rule, name, PASS) for rule in RULES for name in ("c0", "c1")]
    assert [(one.candidate, one.against) for one in found.reasons] == [("c0", "base"), ("c1", "c0")]
    assert all(one.holds for one in found.checks)
    assert found.common.variance == {"world": 1.0}
    assert found.common.correlation > 0.99
    assert found.common.gain > 10
    assert (found.frontier.x, found.frontier.y) == ("revenue", "ctr")
    assert found.settings == {"policy": ("base", "c0", "c1")}
    assert (found.needed_replications, found.needed_seconds, found.precision) == (None, None, None)


def test_it_is_pure():
    one, other = judge(CLEAR, asked(rules=RULES)), judge(CLEAR, asked(rules=RULES))
    assert all(getattr(one, name) == getattr(other, name) for name in one.__slots__)


def test_undecided_says_how_long_it_would_take():
    found = judge(OPEN, asked(), Beside(replication_s=3.0))
    assert (found.verdict, found.exit) == (UNDECIDED, 3)
    assert found.needed_replications > 8
    assert found.needed_seconds == 3.0 * (found.needed_replications - 8)
    assert judge(OPEN, asked()).needed_seconds is None


def test_an_open_rule_says_how_long_it_would_take():
    found = judge(OPEN, asked(rules=("revenue_vs_baseline >= 0.5%",)), Beside(replication_s=3.0))
    (rule,) = found.rules
    assert rule.status == UNDECIDED
    assert rule.needed_seconds == 3.0 * (rule.needed_replications - 8)
    assert found.needed_replications >= rule.needed_replications


def test_a_broken_check_is_invalid_whatever_the_figures_say():
    sums = {"revenue": around(130, 1), "clicks": 20_000}
    found = judge(run({"base": {"revenue": 100.0}, "c0": sums}), asked(), Beside(replication_s=1.0))
    assert (found.verdict, found.ship, found.exit, found.needed_replications) == (INVALID, "", 4, None)
    assert found.why == "mass balance: clicks, ads or pages of c0 exceed what they are part of"
    assert found.difference("c0", "revenue").lift.mean == pytest.approx(0.3)  # but they are told


def test_a_metric_that_is_not_there_is_invalid():
    found = judge(run({"base": {"revenue": 0}, "c0": {"revenue": around(130, 1)}}), asked(rules=RULES[:1]))
    assert (found.verdict, found.rules[0].status) == (INVALID, INVALID)
    assert "every figure there" in found.why


def test_without_a_baseline_there_is_nothing_to_compare():
    failed = (Failed("gone", "no"),)
    found = judge(CLEAR, asked("gone"), Beside(failed))
    assert (found.verdict, found.exit, found.why) == (INVALID, 4, "the baseline, gone, could not be played")
    assert (found.differences, found.rules, found.failed) == ((), (), failed)


def test_the_baseline_alone_is_invalid_only_when_others_failed():
    alone = run({"base": {}})
    assert judge(alone, asked(), Beside((Failed("c0", "no"),))).verdict == INVALID
    found = judge(alone, asked(rules=RULES))
    assert (found.verdict, found.rules, found.common, found.frontier) == (HOLD, (), None, None)


def test_others_go_on_when_one_failed():
    assert judge(CLEAR, asked(), Beside((Failed("c2", "no"),))).verdict == SHIP


SHY = {"impressions": [9_000] * 7 + [0], "queries_with_ads": [4_000] * 7 + [0], "clicks": [1] * 7 + [0]}
FAR = {"clicks": around(400, 4)}


def test_who_has_no_figure_is_out_and_the_others_go_on():
    rules = ("ctr_vs_baseline >= -1%",)
    found = judge(run({"base": {}, "shy": SHY, "far": FAR}), asked(primary="ctr", rules=rules))
    assert (found.verdict, found.ship, found.exit) == (SHIP, "far", 0)
    assert found.failed == (Failed("shy", "its ctr has nothing to be counted or divided by"),)
    assert {(one.candidate, one.status) for one in found.rules} == {("far", PASS), ("shy", INVALID)}
    assert {one.candidate for one in found.differences} == {"base", "far"}
    assert judge(found.run, asked(primary="ctr", rules=rules), Beside(found.failed)).failed == found.failed
    alone = judge(run({"base": {}, "far": FAR}), asked(primary="ctr", rules=rules))
    assert found.difference("far", "ctr") == alone.difference("far", "ctr")


@pytest.mark.parametrize("of", [{"base": SHY, "far": FAR}, {"base": FAR, "shy": SHY}])
def test_without_a_figure_of_the_baseline_or_of_any_rival_it_is_invalid(of):
    assert judge(run(of), asked(primary="ctr")).verdict == INVALID


def test_a_guardrail_that_is_broken_holds():
    found = judge(CLEAR, asked(rules=("ctr >= 4%",)))
    assert (found.verdict, found.exit, found.why) == (HOLD, 1, "no candidate keeps every guardrail")
    assert {one.status for one in found.rules} == {FAIL}
    assert found.reasons[0].against == "base"


@pytest.mark.parametrize("replications", [1, None])
def test_one_replication_is_undecided_and_every_figure_is_without_interval(replications):
    found = judge(against([[0.03, 0.01]], days=59), asked(replications=replications, rules=RULES))
    assert found.verdict == UNDECIDED
    assert (found.common, found.frontier, found.needed_replications) == (None, None, None)
    lift = found.difference("c0", "revenue").lift
    assert (round(lift.mean, 6), lift.low, lift.high) == (0.03, None, None)
    assert [(round(one.lift.mean, 4), one.lift.low) for one in found.months] == [(0.03, None)] * 2 + [(0.01, None)] * 2


def test_twenty_candidates():
    lifts = np.stack([np.roll(around(0.03 * k / 19, 0.001), k) for k in range(20)], axis=1)
    found = judge(against(lifts), asked(rules=RULES[:1]))
    assert (found.verdict, found.ship) == (SHIP, "c19")
    assert len(found.rules) == 20
    assert sum(found.difference(one.name, "revenue").p_best for one in found.run.candidates) == pytest.approx(1)


def test_an_interrupted_one_leaves_with_130_whatever_it_found():
    assert judge(run({"base": {}, "c0": {}}, interrupted=True), asked()).exit == 130
