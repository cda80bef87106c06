"""Miscalibrated, bad slices, feature drift: found where they are, and seldom where they are not.

False-alarm rates are those that are stated, checked over a few hundred samples with a margin of four
standard errors of a share (so each such test itself fails by chance less than once in 10 000 seeds).
"""

from __future__ import annotations

import json

import numpy as np
import pytest

from sim.lifecycle.chronicle import Chronicle
from sim.lifecycle.team.findings import stale
from sim.lifecycle.team.miscalibration import miscalibrated
from sim.lifecycle.team.sample import fresh
from sim.lifecycle.team.slices import bad_slice, gaps, slices
from sim.lifecycle.team.stability import binned, feature_drift, psi, shifts
from tests.lifecycle.team.samples import NAMES, pairs


def at_most(share, rate, runs):
    """Whether a share of *runs* does not pass *rate*, but for chance."""
    return share <= rate + 4 * np.sqrt(rate * (1 - rate) / runs)


def samples(runs, rows=4_000, **how):
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        yield pairs(rows, rng, **how)


# --- miscalibrated ---------------------------------------------------------------------------------


def test_the_interval_of_observed_over_predicted_covers_the_truth_as_often_as_it_says():
    runs = 400
    covered = 0
    for _, said, label in samples(runs):
        found = miscalibrated(label, said, factor=1.25).evidence
        covered += found["ratio_low"] <= 1 <= found["ratio_high"]
    assert abs(covered / runs - 0.95) < 4 * np.sqrt(0.95 * 0.05 / runs)


def test_a_model_at_the_edge_of_what_is_allowed_is_found_with_half_the_error_and_one_inside_never():
    runs = 300
    edge = [miscalibrated(label, said / np.float32(1.25), factor=1.25).found for _, said, label in samples(runs)]
    inside = [miscalibrated(label, said, factor=1.25).found for _, said, label in samples(runs)]
    assert at_most(np.mean(edge), 0.025, runs)
    assert sum(inside) == 0


@pytest.mark.parametrize("factor", [0.6, 1.6])
def test_a_model_that_is_off_by_more_is_found(factor):
    found = [miscalibrated(label, said * np.float32(factor), factor=1.25).found for _, said, label in samples(40, rows=8_000)]
    assert all(found)


def test_too_few_positives_say_nothing():
    found = miscalibrated(np.r_[np.ones(19, np.int8), np.zeros(500, np.int8)], np.full(519, 0.9), factor=1.25)
    assert (found.found, found.story.startswith("19 pairs")) == (False, True)


# --- stale -----------------------------------------------------------------------------------------


def rated(label):
    """Pairs that one rater has labelled."""
    rows = len(label)
    one = fresh(np.zeros((rows, 1), np.float32), np.zeros(rows, np.float32), np.zeros(rows, np.int32), "retrieved", np.ones(rows))
    return one.rated(np.ones(rows, np.bool_), label.astype(np.int16)[:, None])


@pytest.mark.parametrize(("of", "told"), [("fresh", "all 400 fresh pairs have"), ("frozen", "all 400 of the frozen set have")])
def test_a_set_of_one_class_has_no_measure_and_the_sentence_says_why(of, told):
    rng = np.random.default_rng(3)
    said = rng.random(400).astype(np.float32)
    sets = {"frozen": rated(rng.random(400) < said), "fresh": rated(rng.random(400) < said)} | {of: rated(np.zeros(400))}
    found = stale(sets["frozen"], sets["fresh"], said, said, 0.05, 9)
    other = "frozen" if of == "fresh" else "fresh"
    assert not found.found
    assert told in found.story
    assert found.story.count("–") == 3
    assert "nan" not in found.story
    chronicle = Chronicle()
    chronicle.write(0, "analyse", found.story, evidence=found.evidence)
    told_of = {name for name, value in json.loads(chronicle.lines[0].evidence).items() if value is not None}
    assert told_of == {f"{name}_{other}" for name in ("normalised_entropy", "pr_auc", "roc_auc")}


# --- slices ----------------------------------------------------------------------------------------


def test_slices_of_a_family_part_the_rows():
    table, _, _ = pairs(500, np.random.default_rng(1))
    parts = {one.name: one.rows for one in slices(NAMES, table)}
    for family in (["topic 0", "topic 1", "topic 2"], ["device 0", "device mobile"], ["commercial", "not commercial"]):
        assert (sum(parts[name].astype(int) for name in family) == 1).all()
    assert (sum(parts[f"log_bid, quarter {one}"].astype(int) for one in (1, 2, 3, 4)) == 1).all()


def test_where_no_slice_is_bad_one_is_called_so_as_seldom_as_stated():
    runs = 200
    # The effect size is left out (1.0001): only the test keeps false findings away.
    found = [bad_slice(NAMES, table, label, said, 1.0001, 0.05).found for table, said, label in samples(runs)]
    assert at_most(np.mean(found), 0.05, runs)


def test_a_bad_slice_is_found_and_named_whatever_the_model_says_on_average():
    for table, said, label in samples(10, rows=8_000, off=2.5):
        for scale in (1.0, 0.5):
            found = bad_slice(NAMES, table, label, said * np.float32(scale), 1.2, 0.05)
            assert found.found
            assert "worst: topic 1, " in found.story
    assert found.evidence["p"] < 1e-4


def test_a_sure_but_small_gap_is_no_bad_slice():
    (sample,) = samples(1, rows=60_000, off=1.25)
    table, said, label = sample
    (worst, *_) = gaps(label, said, tuple(slices(NAMES, table)))
    assert worst.adjusted < 0.01
    assert not bad_slice(NAMES, table, label, said, 1.5, 0.05).found


def test_a_slice_with_few_positives_is_not_judged():
    table, said, label = pairs(60, np.random.default_rng(0))
    found = bad_slice(NAMES, table, label, said, 1.5, 0.05)
    assert (found.found, found.evidence) == (False, {"slices": 0.0})


# --- feature drift ---------------------------------------------------------------------------------


def test_the_index_of_hand_made_shares():
    before, after = np.array([100.0, 300, 600]), np.array([300.0, 300, 400])
    by_hand = (0.3 - 0.1) * np.log(3) + (0.4 - 0.6) * np.log(0.4 / 0.6)
    assert psi(before * 1e6, after * 1e6) == pytest.approx(by_hand, rel=1e-6)
    assert psi(before, before) == 0
    assert np.isfinite(psi(np.array([10.0, 0]), np.array([0.0, 10])))


def test_topics_are_one_feature_and_a_constant_is_none():
    (before, *_), (after, *_) = samples(2, rows=300)
    names = [name for name, *_ in binned(NAMES, before, after, np.ones(300))]
    assert names == ["topic", "device", "text_match", "commercial", "never_seen", "log_bid", "ad_lift", "query_lift"]


@pytest.mark.parametrize("weighted", [False, True])
def test_without_drift_any_feature_passes_chance_as_seldom_as_stated(weighted):
    runs, rate = 200, 0.05
    passed = 0
    for seed in range(runs):
        rng = np.random.default_rng(seed)
        before, after = pairs(3_000, rng)[0], pairs(1_500, rng)[0]
        weight = np.ones(3_000)
        if weighted:  # likely rows are there more often, and weigh less
            pull = np.exp(0.7 * before[:, 0])
            kept = rng.random(3_000) < pull / pull.max()
            before, weight = before[kept], 1 / pull[kept]
        passed += any(one.psi > one.chance for one in shifts(NAMES, before, after, weight, rate))
    assert at_most(passed / runs, 2 * rate if weighted else rate, runs)  # Kish's size is a mean over bins, and bins differ


def test_a_feature_that_moved_is_found_and_named():
    rng = np.random.default_rng(2)
    found = feature_drift(NAMES, pairs(3_000, rng)[0], pairs(3_000, rng, shift=0.8)[0], np.ones(3_000), 0.2)
    assert found.found
    assert max((value, name) for name, value in found.evidence.items() if name.startswith("psi_"))[1] == "psi_text_match"


def test_few_rows_are_no_drift():
    rng = np.random.default_rng(3)
    found = feature_drift(NAMES, pairs(40, rng)[0], pairs(40, rng)[0], np.ones(40), 0.2)
    assert found.evidence["psi"] > 0.2
    assert not found.found
