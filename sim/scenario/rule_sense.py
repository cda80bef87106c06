"""Whether a rule that can be read means something: its metric, its months, and the unit of its limit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from sim.errors import did_you_mean
from sim.measures import MEASURES

Span = tuple[int, int]
_NUMBERS = ("roi", "ads_per_query", "sightedness", "satisfaction")  # plain ones, which a % can be of
_VERSUS = "_vs_baseline"
_AGGREGATES = ("mean", "min", "max", *(f"p{n}" for n in range(1, 100)))


class Fault(NamedTuple):
    """Something wrong in a part of a text, from its first sign to behind its last."""

    span: Span
    found: str
    allowed: str = ""
    hint: str = ""


def senseless(
    metric: str, versus: bool, aggregate: str, months: tuple[int, int] | None, spans: dict[str, Span]
) -> Iterator[Fault]:  # fmt: skip
    """What is not known, or upside down."""
    if metric not in MEASURES:
        hint = did_you_mean(metric, [*MEASURES, *(() if versus else (name + _VERSUS for name in MEASURES))])
        first = spans["metric"][0]
        yield Fault((first, first + len(metric)), f"{metric!r} is no metric", "", hint or f"known: {', '.join(MEASURES)}")
    if aggregate not in _AGGREGATES:
        hint = did_you_mean(aggregate, ("mean", "min", "max"))
        percentile = re.fullmatch(r"p[0-9]+(\.[0-9]+)?", aggregate)
        allowed = "a percentile from p1 to p99" if percentile else "mean, min, max, or a percentile from p1 to p99"
        yield Fault(spans["aggregate"], f"found {aggregate!r}", allowed, "" if percentile else hint)
    if months and months[0] < 1:
        yield Fault(spans["first month"], f"found {months[0]}", "months count from 1")
    if months and months[0] > months[1]:
        yield Fault((spans["first month"][0], spans["last month"][1]), f"found {months[0]}..{months[1]}", "the earlier month first")


def unfit_unit(metric: str, limit: float, unit: str, span: Span, *, versus: bool) -> Iterator[Fault]:
    """A unit that the metric can't have, or a limit that means nothing in it."""
    kind = MEASURES[metric].kind
    if unit == "pp" and kind != "rate":
        rates = ", ".join(name for name, measure in MEASURES.items() if measure.kind == "rate")
        yield Fault(span, f"percentage points of '{metric}'", f"pp is for rates: {rates}", "say %" if versus else "")
    elif unit == "pp" and not versus:
        yield Fault(span, "percentage points without a baseline", f"pp is for '{metric}{_VERSUS}'", "say %")
    elif versus and not unit:
        allowed = "a % of the baseline's" + (", or pp" if kind == "rate" else "")
        yield Fault(span, "a change without a unit", allowed)
    elif unit == "%" and not versus and kind != "rate" and metric not in _NUMBERS:
        yield Fault(span, f"a % of what? '{metric}' is no share", f"a plain number, or '{metric}{_VERSUS}'")
    elif kind == "rate" and not versus and not 0 <= limit <= 1:
        hint = f"did you mean {limit:g}%?" if not unit and 1 < limit <= 100 else ""
        yield Fault(span, "is no rate", "a rate from 0% to 100%", hint)
    elif kind == "rate" and unit == "pp" and not -1 <= limit <= 1:
        yield Fault(span, "no rate changes so much", "from -100pp to 100pp")
