"""The tables of a comparison: who is compared with whom, in what, how surely, and what may not get worse."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import Field

from sim.scenario.kinds import Count, Fraction, Table

Primary = Literal[
    "queries", "queries_with_ads", "impressions", "clicks", "revenue", "conversions", "advertiser_value",
    "ctr", "fill", "cpc", "rpm", "ads_per_query", "roi", "sightedness", "satisfaction",
]  # fmt: skip
PRIMARIES: tuple[str, ...] = get_args(Primary)


class Compare(Table):
    """How candidates are compared.

    Attributes
    ----------
    baseline
        The name of the candidate that the others are compared with; empty where that is chosen later.
    indifference
        A difference in the primary metric that does not matter, relative to the baseline's.
    replications
        Where a comparison that stops when it is decided gives up.
    """

    baseline: Annotated[str, Field(max_length=60)] = ""
    primary: Primary = "revenue"
    indifference: Annotated[Fraction, Field(ge=0, le=0.5)] = 0.005
    confidence: Annotated[Fraction, Field(gt=0.5, lt=1)] = 0.95
    replications: Annotated[Count, Field(ge=2, le=100_000)] = 100


class Guardrails(Table):
    """What a candidate must be proven to keep, as texts that `sim.scenario.rules` reads."""

    rules: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=100)] = ()
