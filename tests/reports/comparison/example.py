"""Made-up comparisons: invented figures that fit together, for every verdict and shape a report may meet."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, log, nan
from typing import Any, NamedTuple

from sim.study.compare.comparison import (
    FAIL,
    HOLD,
    INVALID,
    PASS,
    SHIP,
    UNDECIDED,
    Check,
    Common,
    Comparison,
    Curve,
    Difference,
    Factor,
    Failed,
    Frontier,
    MonthlyDifference,
    Reason,
    TooSure,
    Verdicted,
)  # fmt: skip
from sim.study.decision.lopsided import Lopsided
from sim.study.estimates import Estimate
from tests.reports.made_up import FOREIGN, KEYWORD, LONG, Kind, make_run

BASE = "keyword"
METRICS = ("revenue", "impressions", "clicks", "ctr", "cpc", "rpm", "ads_per_query", "fill")


class Shape(NamedTuple):
    """A candidate's factors against the baseline's, and half its revenue's interval."""

    name: str
    queries: float
    ads: float
    clicks: float
    price: float
    half: float
    sight: float = 0.98
    exhausted: float = 6.0
    early: float = 0.005


REVENUE = Shape("revenue_objective", 1.0, 1.021, 0.985, 1.025, 0.007)
BLEND = Shape("blend_0.8", 1.0, 1.012, 1.012, 0.995, 0.008)
VALUE = Shape("advertiser_value", 1.0, 0.98, 1.019, 0.995, 0.009, exhausted=2.1)
CLICKS = Shape("max_ctr", 0.998, 0.92, 1.134, 0.918, 0.009, sight=0.93, exhausted=11.0, early=0.02)
FOUR = (REVENUE, BLEND, VALUE, CLICKS)
LIMIT, SHARE, ADS = "revenue_vs_baseline >= -1%  @95%", "ctr >= 1%", "impressions_vs_baseline >= -5% with 95% confidence"


def compare(shapes: tuple[Shape, ...] = FOUR, **changes: Any) -> Comparison:
    """A comparison in which candidates are shaped as told."""
    names = [shape.name for shape in shapes]
    settings: dict[str, Any] = {
        "run": play(tuple(names)),
        "verdict": SHIP,
        "ship": names[0] if names else "",
        "baseline": BASE,
        "primary": "revenue",
        "confidence": 0.95,
        "indifference": 0.005,
        "sequential": False,
        "differences": (kept(shapes), *(difference(shape, metric, shapes) for shape in shapes for metric in METRICS)),
        "months": tuple(month(shape, number) for shape in shapes for number in range(12)),
        "rules": tuple(rule for shape in shapes for rule in judged(shape)),
        "reasons": tuple(reason(shape, shapes[0]) for shape in shapes[1:]),
        "checks": tuple(Check(name, holds=True) for name in ("mass balance", "keys in step", "budgets kept", "no gaps")),
        "common": Common(0.93, 13.4, {"world": 0.21, "queries": 0.34, "clicks": 0.0, "learning": 0.45}),
        "frontier": Frontier("revenue", "ctr", {name: 1.0 if place in {0, 3} else 0.93 for place, name in enumerate(names)}),
        "curves": (),
        "settings": {"objective": ("", *names), "retrain_days": ("", *("28" for _ in names))},
        "failed": (),
        "warm_up": 0,
    }  # fmt: skip
    return Comparison(**(settings | changes))


@cache
def play(names: tuple[str, ...], replications: int = 40) -> Any:
    """Ledgers for the baseline and *names*, over a year."""
    kinds = (KEYWORD, *(Kind(name, 1.0, 0.01, objective=name) for name in names))
    played = make_run(kinds, replications=2)
    return replace(
        played, run="which-objective-7", scenario="which objective", source="which_objective.toml",
        question="Which objective should we ship?", replications=replications, planned=replications,
    )  # fmt: skip


def lifted(shape: Shape, metric: str) -> Estimate:
    """A metric's lift, as the factors have it."""
    shown, clicked = shape.queries * shape.ads, shape.queries * shape.ads * shape.clicks
    ratio = {
        "revenue": clicked * shape.price, "impressions": shown, "clicks": clicked, "ctr": shape.clicks, "cpc": shape.price,
        "rpm": clicked * shape.price / shape.queries, "ads_per_query": shape.ads, "fill": shape.ads**0.5,
    }[metric]  # fmt: skip
    half = shape.half if metric == "revenue" else 0.6 * shape.half
    return Estimate(ratio - 1, ratio - 1 - half, ratio - 1 + half)


def difference(shape: Shape, metric: str, shapes: tuple[Shape, ...]) -> Difference:
    """A candidate's, and for revenue its place among the others."""
    lift = lifted(shape, metric)
    mean, low, high = lift
    level = Estimate(*(1e6 * (1 + (end or 0.0)) for end in (mean, low, high)))
    if metric != "revenue":
        return Difference(shape.name, metric, lift, level)
    others = [lifted(one, metric).mean or 0.0 for one in shapes if one is not shape]
    gap = (mean or 0.0) - max([0.0, *others])
    mcb = (min(0.0, gap - shape.half * 2), max(0.0, gap + shape.half * 2))
    return Difference(shape.name, metric, lift, level, chance(shape, shapes), mcb)


def kept(shapes: tuple[Shape, ...]) -> Difference:
    """The baseline's own place among *shapes* that break no rule."""
    shapes = tuple(shape for shape in shapes if all(one.status != FAIL for one in judged(shape)))
    still = Shape(BASE, 1.0, 1.0, 1.0, 1.0, 0.0)
    best = max(shapes, key=lambda shape: lifted(shape, "revenue").mean or 0.0, default=still)
    gap = -(lifted(best, "revenue").mean or 0.0)
    mcb = (min(0.0, gap - best.half), max(0.0, gap + best.half)) if shapes else None
    return Difference(BASE, "revenue", Estimate(0.0, 0.0, 0.0), Estimate(1e6, 1e6, 1e6), None, mcb)


def chance(shape: Shape, shapes: tuple[Shape, ...]) -> float:
    """To be the best: the more, the farther ahead of the others in units of the interval."""
    weights = [exp(min(500.0, 1.2 * (lifted(one, "revenue").mean or 0.0) / one.half)) for one in shapes]
    return weights[shapes.index(shape)] / sum(weights, start=1.0)


def month(shape: Shape, number: int) -> MonthlyDifference:
    """From the early lift straight to the late one."""
    early, late = ends(shape)
    mean = early + (late - early) * number / 11
    return MonthlyDifference(shape.name, "revenue", f"2026-{number + 1:02}", Estimate(mean, mean - 2 * shape.half, mean + 2 * shape.half))


def ends(shape: Shape) -> tuple[float, float]:
    """The lift in the first month, and in the last: their mean is the whole year's."""
    return shape.early, 2 * (lifted(shape, "revenue").mean or 0.0) - shape.early


def judged(shape: Shape) -> list[Verdicted]:
    """Three rules."""
    money, shown = lifted(shape, "revenue"), lifted(shape, "impressions")
    found = []
    for text, lift, limit in ((LIMIT, money, -0.01), (ADS, shown, -0.05)):
        low, high = lift.low or 0.0, lift.high or 0.0
        status = PASS if low >= limit else FAIL if high < limit else UNDECIDED
        more = (120, 35.2) if status == UNDECIDED else (None, None)
        found.append(Verdicted(text, shape.name, status, lift.mean, high if status == FAIL else low, "%", *more))
    share = 0.0327 * shape.clicks
    return [*found, Verdicted(SHARE, shape.name, PASS, share, share - 0.0003, "%")]


def reason(shape: Shape, rival: Shape) -> Reason:
    """Against *rival*, from the factors."""
    names = ("queries", "ads per query", "clicks per ad", "price per click")
    logs = [log(getattr(shape, part) / getattr(rival, part)) for part in ("queries", "ads", "clicks", "price")]
    factors = tuple(Factor(name, exp(one) - 1, one / (sum(logs) or 1e-9)) for name, one in zip(names, logs, strict=True))
    mean = exp(sum(logs)) - 1
    money = Estimate(mean, mean - shape.half, mean + shape.half)
    early, late = ((1 + ours) / (1 + theirs) - 1 for ours, theirs in zip(ends(shape), ends(rival), strict=True))
    return Reason(shape.name, rival.name, money, factors, (shape.sight, rival.sight), (shape.exhausted, rival.exhausted), early, late)


def many(count: int) -> tuple[Shape, ...]:
    """So many candidates, each a little worse than the one before."""
    return tuple(REVENUE._replace(name=f"candidate number {place}", clicks=0.985 - 0.004 * place) for place in range(count))


def twenty() -> Comparison:
    """Twenty candidates, each with four rules."""
    full = compare(many(20))
    fill = tuple(one._replace(text="fill_vs_baseline >= -1%", bound=0.004) for one in full.rules if one.text == LIMIT)
    return replace(full, rules=(*full.rules, *fill))


def sweep() -> Comparison:
    """A threshold that was tried at six values."""
    values = ("0.00", "0.05", "0.10", "0.15", "0.20", "0.25")
    shapes = tuple(
        BLEND._replace(name=f"threshold={value}", clicks=1.03 - 3 * (float(value) - 0.11) ** 2)
        for value in values
    )  # fmt: skip
    points = tuple((value, f"threshold={value}") for value in values)
    curve = Curve("threshold", "policy.threshold", points, "threshold=0.10", sure=True)
    return compare(shapes, ship="threshold=0.10", curves=(curve,), reasons=(), frontier=None)


def undecided() -> Comparison:
    """The best leads, unproven, and one of its rules is open."""
    shapes = (REVENUE._replace(half=0.045), BLEND._replace(half=0.035), CLICKS)
    return compare(shapes, verdict=UNDECIDED, ship="", needed_replications=220, needed_seconds=71.0)


def single() -> Comparison:
    """One replication: figures, and no interval."""
    full = compare()
    alone = tuple(
        one._replace(lift=Estimate(one.lift.mean), level=Estimate(one.level.mean), p_best=None, mcb=None) for one in full.differences
    )
    rules = tuple(one._replace(status=UNDECIDED, bound=None, needed_replications=None, needed_seconds=None) for one in full.rules)
    return replace(
        full, run=replace(full.run, replications=1, planned=1), verdict=UNDECIDED, ship="", differences=alone,
        rules=rules, months=(), reasons=(), common=None, warm_up=None,
    )  # fmt: skip


def unsound() -> Comparison:
    """A check failed, a candidate raised, and figures are no numbers."""
    full = compare()
    base, first, *rest = full.differences
    odd = (base, first._replace(lift=Estimate(nan, nan, nan), p_best=nan, mcb=(nan, nan)), *rest)
    return replace(
        full, verdict=INVALID, ship="", differences=odd, why="money is not conserved in replication 7",
        checks=(Check("mass balance", holds=False, detail="3 of 40 replications are off by 1.20 USD"), *full.checks[1:]),
        rules=(full.rules[0]._replace(status=INVALID, estimate=nan, bound=nan), *full.rules[1:]),
        failed=(Failed("new_model", "its model raised ValueError in replication 7", "foreshow-errors/new_model.txt"),),
        common=Common(-0.2, 0.8, {}), warm_up=14, too_sure=(TooSure(full.differences[-1].candidate, Lopsided(-2.04, 105)),),
    )  # fmt: skip


def nobody(**changes: Any) -> Comparison:
    """The baseline alone."""
    return compare((), **{"verdict": HOLD, "rules": (), "frontier": None, "common": None, "settings": {}} | changes)


COMPARISONS: dict[str, Comparison] = {
    "ship": compare(),
    "hold for a rule": compare((CLICKS._replace(price=1.0, clicks=1.15), VALUE), verdict=HOLD, ship=""),
    "hold for nobody": compare((VALUE._replace(half=0.001), CLICKS), verdict=HOLD, ship=""),
    "hold unproven": compare((VALUE,), verdict=HOLD, ship="", frontier=None),
    "undecided": undecided(),
    "undecided for good": replace(undecided(), needed_replications=None, needed_seconds=None, sequential=True),
    "invalid": unsound(),
    "all failed": nobody(verdict=INVALID, failed=(Failed("new", "it raised", "a.txt"), Failed("newer", "it raised too"))),
    "partial": replace(compare(), run=replace(play(tuple(shape.name for shape in FOUR)), replications=12, interrupted=True)),
    "one candidate": compare((REVENUE,), frontier=None),
    "nobody": nobody(),
    "one replication": single(),
    "twenty": twenty(),
    "sweep": sweep(),
    "long names": compare((REVENUE._replace(name=LONG), CLICKS._replace(name=LONG[:59]))),
    "foreign names": compare((REVENUE._replace(name=FOREIGN), CLICKS)),
    "no rules": compare(rules=()),
    "nothing finished": nobody(run=replace(play(()), replications=0, interrupted=True), verdict=UNDECIDED),
}
