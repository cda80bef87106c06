"""Ledgers as figures: sums, ratios of totals and states, by replication."""

import numpy as np
import pytest

from sim.measures import MEASURES
from sim.study.compare.figures import sums
from tests.study.compare.made_up import figures, run

CLICKS, SHOWN = np.array([30, 60, 90, 20]), np.array([1_000, 2_000, 6_000, 1_000])
BASE, OURS = {"clicks": [20, 20, 20, 20], "impressions": [2_000, 1_000, 1_000, 1_000]}, {"clicks": CLICKS, "impressions": SHOWN}


def test_a_ratio_is_one_of_totals_and_never_a_mean_of_ratios():
    made = figures({"base": BASE, "ours": OURS})
    assert made.level("ctr", 1).mean() == pytest.approx(200 / 10_000)
    assert (CLICKS / SHOWN).mean() != pytest.approx(0.02)
    assert made.each("ctr", 1) == pytest.approx(CLICKS / SHOWN)
    assert made.lift("ctr", 1).mean() == pytest.approx((200 / 10_000) / (80 / 5_000) - 1)


def test_sums_are_counted_in_their_units():
    made = figures({"base": {"revenue": [1.5, 2.5]}, "ours": {"revenue": [3.0, 5.0]}})
    assert made.level("revenue", 0).tolist() == [1.5, 2.5]
    assert made.each("revenue", 1).tolist() == [3.0, 5.0]
    assert made.lift("revenue", 1) == pytest.approx([1.0, 1.0])
    assert made.level("rpm", 1).mean() == pytest.approx(1000 * 8 / 20_000)


def test_how_things_stood_is_averaged_over_days():
    made = figures({"base": {"sightedness": [0.5, 0.7], "exhausted_advertisers": 3}}, days=30)
    assert made.level("sightedness", 0) == pytest.approx([0.5, 0.7])
    assert made.level("exhausted_advertisers", 0, slice(0, 10)).tolist() == [3, 3]


@pytest.mark.parametrize("metric", MEASURES)
def test_days_add_up_to_the_whole(metric):
    one, measure = run({"base": {"clicks": CLICKS}}, days=31).candidates[0], MEASURES[metric]
    whole, first, rest = (sums(one, measure, days) for days in (slice(None), slice(0, 7), slice(7, None)))
    for all_of_it, begun, ended in zip(whole, first, rest, strict=True):
        if all_of_it is not None:
            weighed = (begun * 7 + ended * 24) / 31 if measure.kind == "state" else begun + ended
            assert weighed == pytest.approx(all_of_it)


def test_the_baselines_lift_is_none_to_the_bit():
    made = figures({"base": BASE, "ours": OURS})
    lifts = made.lifts("ctr")
    assert lifts.shape == (4, 2)
    assert (lifts[:, 0] == 0).all()
    assert lifts[:, 1] == pytest.approx(made.lift("ctr", 1))
    assert made.lifts("ctr") is lifts
    assert made.replications == 4


def test_where_there_is_nothing_to_divide_by_there_is_no_figure():
    made = figures({"base": {"impressions": [0, 1_000], "clicks": [0, 10]}, "none": {"impressions": 0, "clicks": 0, "revenue": 0}})
    assert np.isnan(made.each("ctr", 0)).tolist() == [True, False]
    assert made.level("ctr", 0).mean() == pytest.approx(0.01)
    assert np.isnan(made.lift("ctr", 1)).all()
    assert (made.lift("revenue", 1) == -1).all()
    assert np.isnan(figures({"none": {"revenue": 0}, "ours": {}}).lift("revenue", 1)).all()
