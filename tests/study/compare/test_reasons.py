"""Why one earns more than another: the factors of its revenue are those that were put in."""

import numpy as np
import pytest

from sim.study.compare.margins import Margins, estimate
from sim.study.compare.reasons import reason
from tests.study.compare.made_up import SUMS, around, figures

FIXED = Margins(0.95, sequential=False)


def why(ours, theirs=None, **changes):
    return reason(figures({"base": theirs or {}, "ours": ours}, **changes), 1, 0, FIXED)


def test_each_factor_is_what_was_put_in_and_all_of_them_are_the_revenue():
    queries, ads, clicks, price = 0.9, 1.2, 0.8, 1.3
    found = why(
        {
            "queries": SUMS["queries"] * queries,
            "impressions": SUMS["impressions"] * queries * ads,
            "clicks": SUMS["clicks"] * queries * ads * clicks,
            "revenue": SUMS["revenue"] * queries * ads * clicks * price,
        }
    )
    assert [one.name for one in found.factors] == ["queries", "ads per query", "clicks per ad", "price per click"]
    assert [one.change for one in found.factors] == pytest.approx([queries - 1, ads - 1, clicks - 1, price - 1], abs=0.002)
    assert sum(one.share for one in found.factors) == pytest.approx(1)
    assert np.prod([1 + one.change for one in found.factors]) == pytest.approx(1 + found.revenue.mean)
    assert (found.candidate, found.against) == ("ours", "base")


def test_what_is_proven_against_the_baseline_is_what_the_table_has_as_proven():
    """One alone is proven earlier than the same one among three: a sign in the table and another one here would contradict each other."""
    of = {"base": {}, "ours": {"revenue": around(101, 1.53)}, "b": {"revenue": around(100, 3)[::-1]}, "c": {"revenue": around(99, 2)}}
    made = figures(of)
    found = reason(made, 1, 0, FIXED).revenue
    assert found == pytest.approx(estimate(0.01, FIXED.family(made.lifts("revenue"))[1]))
    assert found.low < 0 < FIXED.single(made.lifts("revenue")[:, 1]).low
    beside = reason(made, 2, 1, FIXED).revenue
    assert beside.high - beside.low < 2 * FIXED.family(made.lifts("revenue"))[2]  # no row of the table: for itself


def test_the_only_thing_that_changed_has_the_whole_share():
    shares = {one.name: one.share for one in why({"revenue": 80.0}).factors}
    assert shares == pytest.approx({"queries": 0, "ads per query": 0, "clicks per ad": 0, "price per click": 1})


def test_the_revenue_has_the_interval_of_one_lift():
    revenue = around(110, 5)
    found = why({"revenue": revenue}).revenue
    half = 2.364624 * (revenue / 100).std(ddof=1) / 8**0.5
    assert found == pytest.approx((0.1, 0.1 - half, 0.1 + half))


def test_without_clicks_there_is_nothing_to_take_apart():
    for ours in ({"clicks": 0, "revenue": 0}, {"impressions": 0, "clicks": 0, "revenue": 0}):
        found = why(ours)
        assert found.factors == ()
        assert found.revenue.mean == -1
    assert why({}, {"clicks": 0, "revenue": 0}).revenue.mean is None


def test_equals_have_no_shares():
    assert {(one.change, one.share) for one in why({}).factors} == {(0.0, 0.0)}


def test_eyes_are_those_of_the_end_and_budgets_those_of_all_days():
    made = figures({"base": {}, "ours": {"sightedness": 0.9, "exhausted_advertisers": 8}}, days=4)
    made.run.candidates[1].days[:, :2, 9] = 0
    made.run.candidates[1].days[:, -1, 11] = 700_000
    found = reason(made, 1, 0, FIXED)
    assert (found.sight, found.exhausted) == ((0.7, 1.0), (4.0, 0.0))


def test_the_first_and_the_last_whole_month_show_where_it_goes():
    made = figures({"base": {}, "ours": {}}, days=31 + 28 + 31 + 5)
    days = made.run.candidates[1].days
    days[:, :31, 4] *= 2
    days[:, 59:90, 4] *= 3
    days[:, 90:, 4] *= 9  # five days are no month
    found = reason(made, 1, 0, FIXED)
    assert (found.early, found.late) == (1.0, 2.0)
    assert (why({}, days=40).early, why({}, days=40).late) == (None, None)  # of one whole month nothing is first
    assert why({}, {"revenue": 0}, days=90).early is None
