"""Each section of the page: what it says, and that it says nothing without figures that call for it."""

from __future__ import annotations

import re
from dataclasses import replace
from math import exp, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.comparison.places import limits, places
from reports.comparison.reasons import paragraph
from sim.study.compare.comparison import UNDECIDED, Common, Factor, Reason, TooSure
from sim.study.decision.lopsided import Lopsided
from sim.study.estimates import Estimate
from tests.reports.comparison.example import BLEND, COMPARISONS, LIMIT, REVENUE, compare

STILL = {"sight": (0.98, 0.98), "exhausted": (6.0, 6.0), "early": 0.01, "late": 0.02}


def why(logs, **changes):
    total = sum(logs.values())
    factors = tuple(Factor(name, exp(one) - 1, one / total) for name, one in logs.items())
    mean = exp(total) - 1
    told = {"revenue": Estimate(mean, mean - 0.002, mean + 0.002), "factors": factors, **STILL} | changes
    return paragraph(Reason("a", "b", **told))


def test_the_largest_share_is_told_first_and_what_works_against_it_last():
    words = why({"ads per query": log(0.99), "clicks per ad": log(0.91), "price per click": log(1.03), "queries": 0.0})
    assert words == (
        "earns 7.21% ±0.20 less than b: 9.0% fewer clicks an ad (126% of the gap), 1.0% fewer ads a query (13% of the gap); "
        "3.0% higher prices a click take back 40%."
    )


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"sight": (0.80, 0.95)}, "Its users end up blinder for ads: eyes 80% against 95%."),
        ({"sight": (0.95, 0.80)}, "Its users end up less blind for ads: eyes 95% against 80%."),
        ({"exhausted": (14.0, 9.0)}, "More advertisers end a day without money: 14.0 against 9.0."),
        ({"early": 0.03, "late": -0.04}, "It was ahead by 3.0% in the first month and behind by 4.0% in the last."),
        ({"early": -0.03, "late": 0.04}, "It was behind by 3.0% in the first month and ahead by 4.0% in the last."),
    ],
)
def test_a_sentence_is_said_only_where_the_figures_call_for_it(changes, said):
    logs = {"clicks per ad": log(0.91)}
    assert why(logs, **changes) == f"{why(logs)} {said}"


@pytest.mark.parametrize(
    "changes", [{"sight": (0.980, 0.975)}, {"exhausted": (6.0, 6.2)}, {"early": -0.0001, "late": 0.04}, {"early": None}]
)
def test_what_does_not_differ_is_not_told(changes):
    logs = {"clicks per ad": log(0.91)}
    assert why(logs, **changes) == why(logs)


def test_an_unproven_gap_is_not_divided():
    words = why({"clicks per ad": log(0.97), "price per click": log(1.0301)}, revenue=Estimate(-0.001, -0.01, 0.008))
    assert "unproven: 3.0% fewer clicks an ad, 3.0% higher prices a click." in words
    assert "of the gap" not in words
    assert why({"queries": 1e-9}, revenue=Estimate(1e-9, -0.01, 0.01)) == ""


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=4).filter(lambda logs: abs(sum(logs)) > 0.05))
def test_the_factor_told_first_is_always_on_the_gaps_side(logs):
    names = ("queries", "ads per query", "clicks per ad", "price per click")
    words = why(dict(zip(names, logs, strict=True)))
    found = re.search(r"than b: \S+ (fewer|lower|more|higher) [a-z ]+\(\d+% of the gap\)", words)
    if max(abs(one / sum(logs)) for one in logs) < 10:
        assert found
        assert (found[1] in {"more", "higher"}) == (sum(logs) > 0) == ("more than b" in words)


def test_the_best_is_first_and_who_has_no_figure_last():
    assert [place.candidate for place in places(compare((BLEND, REVENUE)))] == ["revenue_objective", "blend_0.8"]
    assert places(COMPARISONS["invalid"])[-1].candidate == "revenue_objective"


def test_limits_come_from_rules_on_the_primary_metric_alone():
    full = compare()
    assert limits(full) == (-0.01,)
    other = full.rules[0]._replace(text="revenue_vs_baseline >= 0.5% @ 90%")
    assert limits(replace(full, rules=(*full.rules, other))) == (-0.01, 0.005)
    assert limits(replace(full, primary="clicks")) == ()


def test_zero_and_limit_stand_in_the_same_columns_in_every_row(show):
    rows = show(COMPARISONS["twenty"], 120).partition("vs best (MCB)\n")[2].splitlines()[:20]
    zeros = {row.index("┆") for row in rows if "┆" in row}
    marks = {row.index("╎") for row in rows if "╎" in row}
    assert len(zeros) == len(marks) == 1
    assert marks < set(range(min(zeros)))


def test_narrow_screens_leave_columns_out_and_say_so(show):
    wide, narrow, least = (show(COMPARISONS["ship"], width) for width in (96, 95, 59))
    assert "vs best (MCB)" in wide
    assert "vs best (MCB)" not in narrow
    assert "interval and MCB from 96 columns up" in narrow
    assert "┆" not in least.partition("everything else")[0]


def test_rules_stand_as_they_were_written_with_every_candidate(show):
    for name, width in (("ship", 120), ("ship", 60), ("twenty", 100), ("twenty", 40)):
        text = show(COMPARISONS[name], width).partition("guardrails")[2].partition("trade-off")[0]
        assert LIMIT in text
        assert all(place.candidate in text for place in places(COMPARISONS[name]))
    table = show(COMPARISONS["ship"], 100)
    assert re.search(r"revenue_vs_baseline >= -1%  @95% +✓ \+2\.4% +✓ \+1\.1% +\? -1\.5% +✗ -3\.5%\n", table)


def test_an_undecided_rule_says_what_would_decide_it(show):
    text = show(COMPARISONS["ship"], 120)
    assert f"? {LIMIT} for advertiser_value: about 80 more replications (120 in all, 35 s) would decide it" in text
    full = COMPARISONS["twenty"]
    first = {f"candidate number {number}" for number in range(4)}
    rules = tuple(
        one._replace(status=UNDECIDED, needed_replications=120) if one.candidate in first and one.text == LIMIT else one
        for one in full.rules
    )
    assert "and 2 more of this kind, all in --json" in show(replace(full, rules=rules), 120)


def test_common_worlds_that_hurt_are_a_warning(show):
    hurt = compare(common=Common(-0.2, 0.5, {}))
    assert "! WARNING common worlds hurt: correlation -0.20, the difference varies 2 times as much" in show(hurt)
    assert "WARNING" not in show(compare())
    assert "variance of the difference: world 21%, queries 34%, clicks 0%, learning 45%" in show(compare())
    assert "variance of the difference" not in show(hurt)


def test_an_interval_that_is_too_sure_is_told_with_its_side(show):
    told = show(compare(too_sure=(TooSure("ctr", Lopsided(-2.04, 105)), TooSure("blend", Lopsided(1.5, 57)))), 160)
    assert "! WARNING ctr: rare worlds lie far below the rest (skewness -2.0), so the low end of its interval is too sure;" in told
    assert re.search(r"105\s+worlds would bear it", told)
    assert re.search(r"blend: rare worlds lie far above the rest \(skewness \+1\.5\), so the\s+high end", told)
    assert "too sure" not in show(compare())


def test_what_failed_stands_before_every_figure(show):
    text = show(COMPARISONS["invalid"])
    head = text.partition("Which objective")[0]
    assert "! check failed: mass balance: 3 of 40 replications are off by 1.20 USD" in head
    assert "foreshow-errors/new_model.txt" in head
    assert "✓ 3 checks held" in text


def test_a_sweep_marks_its_best_point_once_and_keeps_the_order(show):
    text = show(COMPARISONS["sweep"], 120).partition("sweep of")[2].partition("what differs")[0]
    assert "best at 0.10, proven within 0.5% of the best of all, corrected for 6 points" in text
    assert re.findall(r"^ +(0\.\d\d) .*?(◀ best)?$", text, re.MULTILINE) == [
        ("0.00", ""), ("0.05", ""), ("0.10", "◀ best"), ("0.15", ""), ("0.20", ""), ("0.25", ""),
    ]  # fmt: skip
    swept = COMPARISONS["sweep"]
    open_still = replace(swept, curves=(swept.curves[0]._replace(sure=False),))
    assert "best at 0.10, not proven to be within" in show(open_still, 120)


def test_the_sign_of_a_reason_is_that_of_its_own_difference(show):
    """A candidate may beat the baseline and lose to the best by as much."""
    found = COMPARISONS["ship"]
    assert places(found)[1].answer == "above"
    assert "✗ blend_0.8 earns 1.15% ±0.80 less than revenue_objective" in show(found, 120)
    unsure = tuple(one._replace(revenue=Estimate(-0.01, -0.03, 0.01)) for one in found.reasons)
    assert "? blend_0.8 earns" in show(replace(found, reasons=unsure), 120)


def test_bands_of_months_do_not_claim_to_hold_at_every_look(show):
    found = COMPARISONS["ship"]
    assert "for all months of a candidate at once, 95%" in " ".join(show(found, 200, month_page=True).split())
    assert "at once, for one look, 95%" in " ".join(show(replace(found, sequential=True), 200, month_page=True).split())


def test_months_are_all_on_one_axis_and_only_if_asked_for(show):
    text = show(COMPARISONS["ship"], 100)
    months = text.partition("month by month")[2].partition("what differs")[0]
    assert len(re.findall(r"2026-\d\d", months)) == 48
    assert len({line.index("┆") for line in months.splitlines() if "┆" in line and "2026" in line}) == 1
    assert "month by month" not in show(COMPARISONS["ship"], 100, month_page=False)


def test_every_letter_of_the_trade_off_is_in_the_picture(show):
    text = show(COMPARISONS["twenty"], 120).partition("trade-off")[2]
    picture = text.partition("P(on")[0].partition("\n")[2]
    assert set("ABCDEFGHIJKLMNOPQRST") <= set(picture)


def test_settings_that_do_not_fit_a_table_are_told_by_value(show):
    narrow = show(compare((REVENUE, BLEND), settings={"retrain_days": ("", "28", "28")}), 40)
    assert "  –: keyword\n  28: revenue_objective, blend_0.8\n" in narrow
    assert "what differs" not in show(compare(settings={}))


def test_ascii_rules_are_judged_in_words(show):
    text = show(COMPARISONS["ship"], 100, ascii_only=True)
    assert re.search(r"@95% +ok \+2\.4% +ok \+1\.1% +\? -1\.5% +NO -3\.5%\n", text)
    assert "guardrails  ok proven, NO breached, ? undecided" in text
