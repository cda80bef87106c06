"""The record of a model: what is planted is found, what is not there is not, and truth stands beside it."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from sim.health import BLIND, HEALTHY, MISCALIBRATED, STALE, UNSURE, UNTESTED, health_from
from sim.lifecycle.team.checks import delays, feature_drift, imbalance, learned_pairs, rated_alike, rater_checks
from sim.lifecycle.team.health import Case, health_of, rated_set
from sim.lifecycle.team.psi import bins_of, effective, psi
from sim.lifecycle.team.raters import ballots_for, votes_for
from sim.lifecycle.team.sample import fresh
from sim.lifecycle.team.scores import Judged, luck_of_calibration, scores
from sim.lifecycle.team.slicing import Spend
from sim.scenario.playbook_schema import Raters
from tests.laws.tiny import stage_of, tiny

NAMES = ("text_match", "commercial", "never_seen", "topic_1", "topic_2")


def pairs(rows=8_000, seed=1, day=3, shift=0.0, topic_shift=0.0, more=0.0, raters=3, error=0.0, design="retrieved"):
    """Pairs whose worth follows from their text, but for what *shift* takes away from it and a topic's own change."""
    draw = np.random.default_rng(seed)
    table = np.zeros((rows, len(NAMES)), np.float32)
    table[:, 0] = draw.normal(size=rows)
    table[:, 1] = draw.random(rows) < 0.3
    topic = draw.integers(0, 3, rows)
    table[np.arange(rows), 2 + topic] = topic > 0
    table[:, 2] = draw.random(rows) < 0.1
    margin = (1 - shift) * 2 * table[:, 0] + shift * 2 * draw.normal(size=rows) + draw.logistic(size=rows) - 3 + more
    margin += topic_shift * (topic == 1)
    one = fresh(table, margin.astype(np.float32), np.full(rows, day, np.int32), design, np.ones(rows))
    return one.rated(np.ones(rows, np.bool_), ballots_for(one.margin, Raters(error=error, slip=0), raters, seed))


def says(sample):
    """A model that is right about pairs without any shift."""
    return 1 / (1 + np.exp(-(2 * sample.table[:, 0] - 3)))


def record(old, new, said=says, checks=(), **changes):
    nothing = np.zeros(0)
    sets = (rated_set("old test set", old, said(old)), None if new is None else rated_set("fresh pairs", new, said(new), len(old)))
    spend = Spend(old.table, said(old), np.ones(len(old)), np.full(len(old), 2.0)) if changes.pop("spend", True) else None
    spend = spend or Spend(old.table[:0], nothing, nothing, nothing)
    return health_of(Case(9, 2, "show", "deployed", True, 12.345, *sets, spend, checks, NAMES, 7))


def test_a_world_that_stood_still_is_healthy():
    """AUC's margin is 3 errors away, normalised entropy's more: luck fails this once in some 700."""
    one = record(pairs(20_000), pairs(20_000, seed=2, day=30))
    assert one.verdict == HEALTHY
    assert (one.old_day, one.fresh_day, one.old_rows, one.fresh_rows, one.spent) == (3, 30, 20_000, 20_000, 12.35)
    assert one.bias == pytest.approx(1, abs=0.06)
    assert all(part.low < 1.1 and part.high > 0.9 for part in one.deciles)


def test_a_world_that_moved_makes_it_stale():
    one = record(pairs(), pairs(seed=2, shift=0.4))
    auc = one.measures[0]
    assert one.verdict == STALE
    assert auc.high < 0
    assert auc.gap == pytest.approx(auc.fresh - auc.old, abs=1e-5)


def test_few_pairs_prove_nothing_and_one_set_even_less():
    assert record(pairs(150), pairs(150, seed=2)).verdict == UNSURE
    alone = record(pairs(), None)
    assert (alone.verdict, alone.deciles, alone.fresh_day) == (UNTESTED, (), -1)
    assert alone.measures[0].gap is None


def test_a_set_of_one_class_is_named_as_the_reason_for_no_verdict():
    new = pairs(500, seed=2)
    one = record(pairs(), replace(new, yes=np.zeros_like(new.yes)))
    assert (one.verdict, one.withheld) == (UNTESTED, "all 500 rows of its fresh pairs have the same label")
    assert record(pairs(), pairs(seed=2)).withheld == ""


def test_what_tells_nothing_apart_is_blind():
    assert record(pairs(), pairs(seed=2), said=lambda sample: np.full(len(sample), 0.1)).verdict == BLIND
    never = record(pairs(), pairs(seed=2), said=lambda sample: np.zeros(len(sample)))
    assert (never.verdict, never.deciles, never.slices, never.bias) == (BLIND, (), (), None)


def test_a_model_whose_probabilities_no_longer_hold_is_not_healthy_though_it_tells_pairs_apart_as_before():
    one = record(pairs(20_000), pairs(20_000, seed=2, more=-0.45))
    auc, calibration = one.measures[0], one.measures[3]
    assert auc.fresh == pytest.approx(auc.old, abs=0.015)
    assert calibration.low > calibration.tolerance
    assert one.bias < 0.8
    assert one.verdict == MISCALIBRATED


def test_calibration_that_is_neither_proven_to_hold_nor_to_be_off_is_a_doubt():
    one = record(pairs(20_000), pairs(20_000, seed=2, more=0.3))
    low, high, tolerance = one.measures[3].low, one.measures[3].high, one.measures[3].tolerance
    assert 0 < low < tolerance < high
    assert one.verdict == UNSURE


def test_where_little_comes_true_calibration_may_be_off_by_less_than_two_points():
    rare = record(pairs(40_000, more=-2.5), pairs(40_000, seed=2, more=-3.15), said=lambda one: 1 / (1 + np.exp(5.5 - 2 * one.table[:, 0])))
    calibration, share = rare.measures[3], pairs(40_000, more=-2.5).label.mean()
    assert calibration.tolerance == pytest.approx(share / 4, rel=1e-5)
    assert calibration.tolerance < calibration.gap < 0.02
    assert (rare.bias < 0.6, rare.verdict) == (True, MISCALIBRATED)
    assert record(pairs(), pairs(seed=2)).measures[3].tolerance == 0.02


def test_luck_on_few_fresh_pairs_makes_no_model_miscalibrated():
    """A calibration error of few rows is mostly luck, and larger than that of many."""
    records = [record(pairs(20_000), pairs(120, seed=seed)) for seed in range(2, 32)]
    assert np.mean([one.measures[3].gap for one in records]) > 0.02
    assert MISCALIBRATED not in {one.verdict for one in records}


def test_the_luck_of_calibration_is_the_error_of_a_model_that_is_right():
    """Mean of 200 sets; its own error is some 2 % of it."""
    draw = np.random.default_rng(5)
    said, unit = draw.beta(1, 9, 3_000), draw.choice([0.5, 2.0], 3_000)
    found = []
    for _ in range(200):
        yes = (draw.random(3_000) < said) * unit
        judged = Judged(said, yes, unit - yes, unit, np.arange(3_000))
        found.append(scores(judged)["calibration_error"])
    assert luck_of_calibration(judged) == pytest.approx(np.mean(found), rel=0.06)


def test_the_slice_that_moved_is_found_and_no_other():
    one = record(pairs(20_000), pairs(20_000, seed=2, topic_shift=1.5))
    assert {part.name for part in one.slices} >= {"topic 1"}
    worst = next(part for part in one.slices if part.name == "topic 1")
    assert worst.ratio > 1.2 * one.bias
    assert worst.truth == pytest.approx(worst.ratio)  # raters who never err
    assert worst.p < 1e-6
    assert worst.money > 0
    assert one.slices == tuple(sorted(one.slices, key=lambda part: -part.money))
    still = record(pairs(20_000), pairs(20_000, seed=3))
    assert still.slices == ()
    assert still.looked_at == 7


def test_truth_is_what_raters_who_err_do_not_see():
    one = record(pairs(error=0.45), pairs(seed=2, raters=1, error=0.45))
    assert one.measures[0].truth > one.measures[0].fresh + 0.02


def test_without_traffic_nobody_knows_a_share_or_money():
    one = record(pairs(), pairs(seed=2, topic_shift=1.5), spend=False)
    assert {part.share for part in one.deciles} == {None}
    assert {part.money for part in one.slices} == {0.0}


def test_it_comes_back_from_json_as_it_was():
    one = record(pairs(), pairs(seed=2, topic_shift=1.0))
    assert health_from(json.loads(json.dumps(one.plain, allow_nan=False))) == one
    assert health_from(one.plain | {"of_tomorrow": 1}) == one


# --- checks --------------------------------------------------------------------------------------


def adjudicated(seed=1, error=0.4):
    one = pairs(20_000, seed, raters=1, error=error)
    again = one.yes == 1
    return one.rated(again, ballots_for(one.margin[again], Raters(error=error, slip=0), 2, seed + 50))


def test_agreement_of_raters_is_that_of_two_of_them_on_a_pair():
    """Errors of shares of some thousands are below 0.02."""
    one = adjudicated()
    both = votes_for(one.margin, Raters(error=0.4, slip=0), 2, 99)
    differ, agree = rater_checks(one)
    assert differ.value == pytest.approx((both == 1).mean(), abs=0.02)
    assert agree.value == pytest.approx(2 * (both == 2).sum() / both.sum(), abs=0.03)
    assert differ.truth == pytest.approx(((one.label == 1) != (one.margin > 0)).mean(), abs=1e-6)
    assert (differ.passed, agree.passed) == (False, False)
    assert all(check.passed for check in rater_checks(adjudicated(error=0.0)))
    assert [check.passed for check in rater_checks(pairs(raters=1))] == [None, None]


def test_a_set_rated_by_one_and_one_rated_by_three_are_not_alike():
    assert rated_alike(pairs(raters=1), adjudicated()).passed is False
    assert rated_alike(adjudicated(), adjudicated(2)).passed
    assert rated_alike(pairs(raters=1), pairs(raters=1)).passed


def test_labels_that_became_cleaner_do_not_make_a_model_healthy():
    """Three raters who replace one hide a loss that is plain where three rated both sets."""
    old, new = pairs(20_000, raters=1, error=0.4), pairs(20_000, 2, day=30, shift=0.15, error=0.4)
    unlike = (rated_alike(old, new),)
    assert record(pairs(20_000, raters=3, error=0.4), new).verdict == STALE
    assert record(old, new).verdict == HEALTHY  # what the gaps alone would say
    one = record(old, new, checks=unlike)
    assert one.verdict == UNTESTED
    assert one.withheld == "one rater alone said 100% of 'show' in its old test set, and more than one rated the fresh pairs"
    assert record(new, new, checks=(rated_alike(new, new),)).withheld == ""
    blind = record(old, new, said=lambda sample: np.full(len(sample), 0.1), checks=unlike)
    assert (blind.verdict, blind.withheld) == (BLIND, "")


def test_imbalance_counts_what_was_learned_from():
    one = pairs(1_000)
    check = imbalance(learned_pairs([one], NAMES), "rated pairs")
    shown = int(one.label.sum())
    assert check.value == pytest.approx((1_000 - shown) / shown, rel=1e-5)
    none = replace(one, yes=np.zeros_like(one.yes))
    assert imbalance(learned_pairs([none], NAMES), "rated pairs").passed is None


def test_features_that_moved_are_named_and_luck_is_not():
    old, new = pairs(4_000), pairs(2_000, seed=2)
    moved = new.table.copy()
    moved[:, 0] += 1
    assert feature_drift(learned_pairs([old], NAMES), new.table, new.weight).value < 0.02
    check = feature_drift(learned_pairs([old], NAMES), moved, new.weight)
    assert check.passed is False
    assert check.meaning.startswith("text_match:")
    away = new.table.copy()
    away[:, 3:] = [1, 0]
    assert psi(bins_of(old.table, old.weight, NAMES), effective(old.weight), away, new.weight)["topic"] > 1


def test_pairs_of_the_whole_index_are_no_traffic():
    odd = pairs(3_000, seed=4, design="uniform")
    odd.table[:, 0] += 3
    both = learned_pairs([odd, pairs(3_000)], NAMES)
    assert feature_drift(both, pairs(3_000, seed=2).table, np.ones(3_000)).passed
    assert both.positive + both.negative == 6_000
    assert feature_drift(learned_pairs([odd], NAMES), pairs(3_000, seed=2).table, np.ones(3_000)).passed is False


def test_nothing_is_late_where_nothing_is_waited_for():
    spells = list(stage_of(tiny()).past.spells)
    check = delays(spells, 0)
    assert (check.name, check.value, check.passed) in {("delayed clicks", 0.0, True), ("delayed conversions", check.value, check.passed)}
    late = [
        replace(spells[-1], sale_row=np.zeros(2, np.intp), known_s=spells[-1].end_s + np.array([0, 10**6]), sale_number=np.array([3, 1]))
    ]
    check = delays(late, spells[-1].end_s + 10**5)
    assert (check.name, check.value, check.truth) == ("delayed conversions", 0.0, 0.25)
