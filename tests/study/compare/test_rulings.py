"""Guardrails held against ledgers: every operator, unit and aggregate, and how many worlds would decide."""

import math
from itertools import product

import numpy as np
import pytest
from scipy import stats

from sim.scenario.rules import parse
from sim.study.compare.comparison import FAIL, INVALID, PASS, UNDECIDED
from sim.study.compare.margins import Margins
from sim.study.compare.rulings import rule_on
from tests.study.compare.made_up import around, figures

FIXED, WATCHED = Margins(0.95, sequential=False), Margins(0.95, sequential=True)
BOTH = pytest.mark.parametrize("margins", [FIXED, WATCHED])
STEADY = figures({"base": {"clicks": 300}, "ours": {"clicks": 330}}, replications=40)  # a CTR of 3 % and of 3.3 %
NOISY = figures({"base": {"revenue": 100.0}, "ours": {"revenue": around(100, 1)}})


def ruled(text, made=STEADY, margins=FIXED, candidate=1):
    return rule_on(parse(text), made, candidate, margins)


@BOTH
@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("ctr >= 3.2%", PASS), ("ctr >= 3.3%", PASS), ("ctr >= 3.4%", FAIL),
        ("ctr > 3.2%", PASS), ("ctr > 3.3%", FAIL), ("ctr > 3.4%", FAIL),
        ("ctr <= 3.2%", FAIL), ("ctr <= 3.3%", PASS), ("ctr <= 3.4%", PASS),
        ("ctr < 3.2%", FAIL), ("ctr < 3.3%", FAIL), ("ctr < 3.4%", PASS),
    ],
)  # fmt: skip
def test_operators_at_a_figure_that_is_known_exactly(text, status, margins):
    assert ruled(text, margins=margins).status == status


@pytest.mark.parametrize(
    ("text", "estimate", "unit"),
    [
        ("ctr >= 0.03", 0.033, ""),
        ("ctr >= 3%", 0.033, "%"),
        ("ctr_vs_baseline >= 5%", 0.1, "%"),
        ("ctr_vs_baseline >= 0.2pp", 0.003, "pp"),
        ("clicks >= 300", 330, ""),
        ("p5(ctr_vs_baseline) >= 0.2pp", 0.003, "pp"),
        ("p5(ctr_vs_baseline) >= 1%", 0.1, "%"),
        ("min(clicks) >= 300", 330, ""),
        ("max(clicks) <= 400", 330, ""),
        ("revenue_vs_baseline >= 0", 0.0, "%"),
    ],
)
def test_units(text, estimate, unit):
    found = ruled(text)
    assert (found.estimate, found.unit) == (pytest.approx(estimate), unit)
    assert (found.text, found.candidate) == (text, "ours")


@pytest.mark.parametrize("margins", [FIXED, WATCHED])
@pytest.mark.parametrize(("operator", "side"), [(">=", -1), (">", -1), ("<=", 1), ("<", 1)])
def test_a_bound_decides_and_not_the_estimate(operator, side, margins):
    low, high = margins.bounds(NOISY.level("revenue", 1), 0.95, 1)
    near, far = (low, high) if side < 0 else (high, low)
    for limit, status, bound in ((near + 0.01 * side, PASS, near), (near - 0.01 * side, UNDECIDED, near), (far - 0.01 * side, FAIL, far)):
        found = ruled(f"revenue {operator} {limit:.9f}", NOISY, margins)
        assert (found.status, found.bound) == (status, pytest.approx(bound))
        assert found.estimate == pytest.approx(100)


def test_rivals_share_the_error_and_a_rule_has_its_own_confidence():
    three = figures({"base": {}, "ours": {"revenue": around(100, 1)}, "one": {}, "two": {}})
    shared = ruled("revenue >= 99 @ 85%", three)
    assert shared.bound == pytest.approx(ruled("revenue >= 99", NOISY).bound)  # 15 % of three are 5 %
    assert ruled("revenue >= 99 @ 99%", NOISY).bound < ruled("revenue >= 99", NOISY).bound


@pytest.mark.parametrize(("share", "confidence", "n"), list(product((5, 10, 50, 95), (0.8, 0.95), (8, 45, 59, 93, 200))))
def test_bounds_of_quantiles_are_the_order_statistics_that_the_binomial_law_allows(share, confidence, n):
    values = np.random.default_rng(n).permutation(n) + 1.0
    made = figures({"base": {}, "ours": {"revenue": values}})
    q = share / 100
    below = [r for r in range(1, n + 1) if stats.binom.sf(r - 1, n, q) >= confidence]  # the r-th lies below but for the error
    above = [r for r in range(1, n + 1) if stats.binom.cdf(r - 1, n, q) >= confidence]
    low, high = max(below, default=None), min(above, default=None)
    at = f"@ {100 * confidence:g}%"
    assert ruled(f"p{share}(revenue) >= {n + 1} {at}", made).bound == (high if high is not None else pytest.approx(low))
    assert ruled(f"p{share}(revenue) >= {n + 1} {at}", made).status == (FAIL if high is not None else UNDECIDED)
    found = ruled(f"p{share}(revenue) >= 0.5 {at}", made)
    assert (found.status, found.bound) == ((PASS, low) if low is not None else (UNDECIDED, None))
    assert found.estimate == pytest.approx(np.quantile(values, q))


@pytest.mark.parametrize(("text", "worlds"), [("min(revenue) >= 50", 59), ("max(revenue) <= 150", 59), ("min(revenue) >= 50 @ 90%", 22)])
def test_so_many_worlds_prove_that_all_keep_a_limit(text, worlds):
    for count, status in ((worlds - 1, UNDECIDED), (worlds, PASS), (3 * worlds, PASS)):
        found = ruled(text, figures({"base": {}, "ours": {"revenue": around(100, 1, count)}}))
        assert found.status == status
    assert found.bound == found.estimate == pytest.approx(99 if "min" in text else 101)


@pytest.mark.parametrize("count", [1, 20, 59, 93, 300])
@pytest.mark.parametrize(("text", "odd"), [("min(revenue) >= 50", 49.0), ("max(revenue) <= 150", 151.0)])
def test_one_world_breaks_what_all_have_to_keep(text, odd, count):
    values = np.full(count, 100.0)
    values[count // 2] = odd
    found = ruled(text, figures({"base": {}, "ours": {"revenue": values}}))
    assert (found.status, found.estimate, found.bound) == (FAIL, odd, odd)


def test_who_watches_a_quantile_waits_longer_but_not_who_watches_for_one_bad_world():
    """A share of the error for each look: 0.05 / (n (n + 1)) is reached by 0.95^n at n = 278."""
    for text, worlds in (("p5(revenue) >= 50", 278), ("min(revenue) >= 50", 59), ("max(revenue) <= 150", 59)):
        for count, status in ((worlds - 1, UNDECIDED), (worlds, PASS)):
            assert ruled(text, figures({"base": {}, "ours": {"revenue": around(100, 1, count)}}), WATCHED).status == status


def test_months_are_those_of_the_horizon():
    made = figures({"base": {}, "ours": {}}, days=90, replications=4)
    for first, days in (("1..1", 31), ("2..2", 28), ("1..2", 59), ("3..3", 31), ("1..3", 90), ("2..9", 59)):
        found = ruled(f"month({first}).queries >= 1", made)
        assert found.estimate == pytest.approx(10_000 * days / 90, abs=1)


@BOTH
@pytest.mark.parametrize("gap", [0.2, 0.4])
def test_so_many_replications_would_decide(gap, margins):
    found = ruled(f"revenue >= {100 - gap}", NOISY, margins)
    assert found.status == UNDECIDED
    spread = NOISY.level("revenue", 1).std(ddof=1)
    clear = []
    for n in (found.needed_replications - 1, found.needed_replications):
        signs = np.resize([1.0, -1.0], n) * spread * math.sqrt((n - 1) / n)
        clear.append(margins.bounds(100 + signs - signs.mean(), 0.95, 1)[0] >= 100 - gap)
    assert clear == [False, True]


def test_nothing_is_said_to_decide_what_nothing_would():
    assert ruled("revenue >= 100", NOISY).needed_replications is None  # just at the limit
    assert ruled("revenue >= 99.9999", NOISY).needed_replications is None  # beyond any reason
    assert ruled(f"p50(revenue) >= {np.sort(NOISY.level('revenue', 1))[3]}", NOISY).needed_replications is not None
    half = figures({"base": {}, "ours": {"revenue": np.repeat([99.0, 101.0], 4)}})
    assert ruled("p50(revenue) >= 100", half).needed_replications is None  # just as many worlds on either side
    assert ruled("revenue >= 1").needed_replications is None  # decided
    single = ruled("revenue >= 99", figures({"base": {}, "ours": {}}, replications=1))
    assert (single.status, single.bound, single.needed_replications) == (UNDECIDED, None, None)


@pytest.mark.parametrize(
    ("text", "margins", "worlds"),
    [
        ("min(revenue) >= 50", FIXED, 59),
        ("max(revenue) <= 150 @ 90%", WATCHED, 22),
        ("p5(revenue) >= 50", FIXED, 59),
        ("p5(revenue) >= 50", WATCHED, 278),
        ("p95(revenue) <= 150", FIXED, 59),
    ],
)
def test_so_many_worlds_without_an_odd_one_would_decide(text, margins, worlds):
    assert ruled(text, NOISY, margins).needed_replications == worlds


@BOTH
@pytest.mark.parametrize("text", ["p50(revenue) >= 99.9", "p50(revenue) > 100.1", "p20(revenue) <= 99.2", "p30(revenue) < 99.2"])
def test_so_many_worlds_on_the_same_sides_of_a_limit_would_decide(text, margins):
    few = np.random.default_rng(2).normal(100, 1, 13)
    found = ruled(text, figures({"base": {}, "ours": {"revenue": few}}), margins)
    assert found.status == UNDECIDED
    more = {n: np.repeat(few, n // 13 + 1) for n in (int(0.7 * found.needed_replications), int(1.15 * found.needed_replications) + 26)}
    early, late = (ruled(text, figures({"base": {}, "ours": {"revenue": values}}), margins).status for values in more.values())
    assert early == UNDECIDED
    assert late in {PASS, FAIL}


@BOTH
def test_where_there_is_no_figure_a_rule_is_invalid(margins):
    made = figures({"base": {"clicks": 0, "impressions": 0}, "ours": {"clicks": [0, 1], "impressions": [0, 10]}})
    for text, candidate in (("ctr >= 1%", 0), ("ctr_vs_baseline >= -1%", 1), ("p5(ctr) >= 1%", 1), ("clicks_vs_baseline >= -1%", 1)):
        found = ruled(text, made, margins, candidate)
        assert found[2:5] == (INVALID, None, None)
    assert ruled("ctr >= 1%", made, margins).status == PASS  # a ratio of totals is there
