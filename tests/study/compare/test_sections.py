"""The parts of a comparison: differences, months, what common worlds bought, the frontier, curves, warm-up."""

import numpy as np
import pytest

from sim.study.compare import sections
from sim.study.compare.choice import choose
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins
from sim.study.decision import bands, paired
from tests.study.compare.made_up import MOVES, against, around, asked, figures, run

FIXED = Margins(0.95, sequential=False)
TWO = np.stack([around(0.03, 0.002), around(0.01, 0.002)[::-1]], axis=1)


def made_of(lifts, **changes):
    return Figures(against(lifts, **changes), "base")


def chosen(made, primary="revenue"):
    return choose(made.lifts(primary), made.baseline, FIXED, 0.005, (), made.names)


def differences(made, **changes):
    question = asked(**changes)
    found = sections.differences(made, question, FIXED, chosen(made, question.primary))
    return {(one.metric, one.candidate): one for one in found}


def test_the_primary_metric_comes_first_for_all_and_knows_who_is_best():
    made = made_of(TWO)
    found = differences(made)
    assert list(found)[:3] == [("revenue", "base"), ("revenue", "c0"), ("revenue", "c1")]
    told = [found["revenue", name] for name in made.names]
    assert [round(one.p_best, 2) for one in told] == [0, 1, 0]
    assert [one.mcb for one in told] == [tuple(bounds) for bounds in chosen(made).mcb]
    assert found["ctr", "c0"].p_best is found["ctr", "c0"].mcb is None


def test_the_primary_metric_is_told_once():
    made = made_of(TWO)
    found = sections.differences(made, asked(primary="ctr"), FIXED, chosen(made, "ctr"))
    assert [one.metric for one in found[:6]] == ["ctr"] * 3 + ["impressions"] * 3
    assert len({(one.metric, one.candidate) for one in found}) == len(found)


def test_lifts_hold_together_and_levels_each_for_itself():
    made = made_of(TWO)
    found, halves = differences(made), FIXED.family(made.lifts("revenue"))
    one = found["revenue", "c0"]
    assert one.lift == pytest.approx((0.03, 0.03 - halves[1], 0.03 + halves[1]), abs=1e-7)
    assert one.level == FIXED.single(made.level("revenue", 1))
    assert found["revenue", "base"].lift == (0, 0, 0)


def test_no_count_is_ever_below_nothing():
    found = differences(figures({"base": {"conversions": [0, 0, 0, 9]}, "c0": {}}))
    assert found["conversions", "base"].level.low == 0


def test_what_has_no_values_is_left_out():
    found = differences(figures({"base": {"conversions": 5}, "c0": {"clicks": 0, "revenue": 0}}))
    assert ("conversions", "base") in found
    assert ("conversions", "c0") not in found  # none
    assert ("cpc", "c0") not in found  # nothing to divide by
    assert found["revenue", "c0"].lift.mean == -1  # the primary metric always


def test_months_have_the_band_of_each_candidate():
    made = made_of(TWO, days=59)
    days = made.run.candidates[1].days
    days[:, 31:, 4] *= 2
    found = sections.months(made, "revenue", 0.95)
    assert [(one.candidate, one.month) for one in found] == [(name, month) for name in ("c0", "c1") for month in ("2026-01", "2026-02")]
    values = np.stack([made.lift("revenue", 1, slice(0, 31)), made.lift("revenue", 1, slice(31, 59))], axis=1)
    lows, highs = bands.band(values, 0.95)
    for one, low, high in zip(found[:2], lows, highs, strict=True):
        assert one.lift[1:] == pytest.approx((low, high))
    assert found[1].lift.mean == pytest.approx(2 * 1.03 - 1, abs=1e-5)


def test_a_month_without_revenue_has_no_lift():
    made = made_of(TWO, days=59)
    made.run.candidates[0].days[:, 31:, 4] = 0
    assert [one.lift.mean is None for one in sections.months(made, "revenue", 0.95)] == [False, True] * 2


def test_losers_are_held_against_the_leader_and_the_leader_against_the_baseline():
    lifts = np.stack([around(mean, 0.001) for mean in (0.01, 0.03, -0.05, 0.02)], axis=1)
    made = made_of(lifts)
    assert [(one.candidate, one.against) for one in sections.reasons(made, chosen(made), FIXED)] == [
        ("c1", "base"), ("c3", "c1"), ("c0", "c1"), ("c2", "c1"),
    ]  # fmt: skip
    made = made_of(lifts - 0.1)
    assert [(one.candidate, one.against) for one in sections.reasons(made, chosen(made), FIXED)] == [
        (name, "base") for name in ("c1", "c3", "c0", "c2")
    ]


def test_what_common_worlds_bought_is_of_the_leader_and_the_baseline():
    made = made_of(TWO, spread=0.2)
    found = sections.common(made, "revenue", chosen(made), {"world": 1.0})
    assert (found.correlation, found.gain) == paired.correlation_gain(made.level("revenue", 1), made.level("revenue", 0))
    assert found.variance == {"world": 1.0}
    losing = made_of(TWO[:, ::-1] - 0.1, spread=0.2)
    nearest = sections.common(losing, "revenue", chosen(losing), {})  # the best of the others, wherever it stands
    assert nearest.candidate == losing.names[1 + int(np.argmax(losing.lifts("revenue").mean(axis=0)[1:]))] == "c1"
    assert nearest.gain == paired.correlation_gain(losing.level("revenue", 2), losing.level("revenue", 0))[1] > 10
    for lonely in (figures({"base": {}}), figures({"base": {}, "c0": {}}, replications=1)):
        assert sections.common(lonely, "revenue", chosen(lonely), {}) is None


def test_common_worlds_that_hurt_are_told():
    worlds = 100 + 10 * MOVES
    made = figures({"base": {"revenue": worlds}, "c0": {"revenue": 220 - worlds}})
    found = sections.common(made, "revenue", chosen(made), {})
    assert found.correlation == pytest.approx(-1)
    assert found.gain == pytest.approx(0.5)


def test_the_frontier_sets_the_primary_metric_against_another():
    of = {
        "base": {},
        "rich": {"revenue": around(120, 1), "clicks": 200},
        "liked": {"clicks": around(400, 1)},
        "poor": {"revenue": around(80, 1)},
    }
    made = figures(of)
    found = sections.frontier(made, "revenue")
    assert (found.x, found.y) == ("revenue", "ctr")
    assert {name: round(chance, 1) for name, chance in found.on.items()} | {"base": 0} == {"base": 0, "rich": 1, "liked": 1, "poor": 0}
    assert sections.frontier(made, "ctr").y == "revenue"
    assert sections.frontier(figures({"base": {}, "c0": {}}), "revenue") is None
    assert sections.frontier(made_of([[0.1, 0.2]]), "revenue") is None


def test_a_sweep_is_a_curve_with_its_best_point():
    names = [f"m cut={value}" for value in ("0.01", "0.02", "0.03")]
    sweep = [{"name": name, "sweep": ["m", [["objective.cut", name.partition("=")[2]]]]} for name in names]
    settings = {"candidate": [{"name": "base"}, *sweep, {"name": "gone", "sweep": ["m", [["objective.cut", "0.04"]]]}]}
    lifts = np.stack([around(mean, 0.001) for mean in (0.01, 0.03, 0.0)], axis=1)
    made = made_of(lifts, names=names, settings=settings)
    (curve,) = sections.curves(made, chosen(made), asked())
    assert (curve.candidate, curve.key) == ("m", "objective.cut")
    assert curve.points == tuple((name.partition("=")[2], name) for name in names)  # who could not be played is no point
    assert (curve.best, curve.sure) == (names[1], True)
    vague = made_of(np.stack([around(0.0301, 0.05)[::-1], around(0.03, 0.05), around(0.0, 0.05)], axis=1), names=names, settings=settings)
    assert not sections.curves(vague, chosen(vague), asked())[0].sure


def test_a_grid_names_both_its_keys():
    settings = {"candidate": [{"name": "base"}, {"name": "c0", "sweep": ["m", [["a", "1"], ["b", "2"]]]}]}
    made = made_of(TWO[:, :1], settings=settings)
    (curve,) = sections.curves(made, chosen(made), asked())
    assert (curve.key, curve.points) == ("a, b", (("1, 2", "c0"),))
    assert sections.curves(made_of(TWO), chosen(made_of(TWO)), asked()) == ()


def test_days_at_the_start_that_differ_are_told():
    made = Figures(run({"base": {}, "c0": {}}, days=100), "base")
    days = made.run.candidates[1].days
    days[:, :, 4] += 50_000 * (np.arange(100) % 2)
    days[:, :10, 4] *= 9
    assert sections.warm_up(made, "revenue", 1) == 10
    assert sections.warm_up(made, "sightedness", 1) is None
    assert sections.warm_up(made_of(TWO), "revenue", 1) is None  # two days


def test_worlds_of_which_one_lies_far_from_the_rest_make_an_interval_too_sure():
    lifts = np.full((9, 3), 0.03) + 0.001 * np.arange(9)[:, None]
    lifts[4, 0] = -0.3
    lifts[4, 2] = 0.1
    (first, second) = sections.too_sure(made_of(lifts), "revenue")
    assert (first.candidate, second.candidate) == ("c0", "c2")
    assert first.found.skewness < -2 < 2 < second.found.skewness
    assert first.found.bearing > second.found.bearing > 100
    assert sections.too_sure(made_of(lifts[:7]), "revenue") == ()  # too few to tell
    assert sections.too_sure(made_of(lifts[:, 1:2]), "revenue") == ()
