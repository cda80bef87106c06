"""What a candidate is measured by: a sum of the ledger, a ratio of two sums, or how things stood.

A ratio is one of totals, never a mean of ratios: CTR is all clicks over all impressions.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from sim.columns import (
    ADVERTISER_VALUE,
    CLICKS,
    CONVERSIONS,
    DRY_CELLS,
    EXHAUSTED,
    IMPRESSIONS,
    INVALID_CLICKS,
    MICROS,
    QUERIES,
    QUERIES_WITH_ADS,
    REFUNDS,
    REVENUE,
    SATISFACTION,
    SIGHTEDNESS,
)  # fmt: skip

Kind = Literal["total", "rate", "ratio", "state"]


class Measure(NamedTuple):
    """How a metric is made from the columns of the ledger.

    Attributes
    ----------
    above
        The column that is added up.
    below
        The column that it is divided by, None for a sum.
    scale
        What the figure is multiplied by: a millionth for money, a thousand for "per thousand".
    kind
        "total" (a sum), "rate" (a share between 0 and 1), "ratio" (any other), "state" (a mean over days).
    """

    above: int
    below: int | None
    scale: float
    kind: Kind


_MONEY = 1 / MICROS

MEASURES: dict[str, Measure] = {
    "queries": Measure(QUERIES, None, 1.0, "total"),
    "queries_with_ads": Measure(QUERIES_WITH_ADS, None, 1.0, "total"),
    "impressions": Measure(IMPRESSIONS, None, 1.0, "total"),
    "clicks": Measure(CLICKS, None, 1.0, "total"),
    "revenue": Measure(REVENUE, None, _MONEY, "total"),
    "conversions": Measure(CONVERSIONS, None, 1.0, "total"),
    "advertiser_value": Measure(ADVERTISER_VALUE, None, _MONEY, "total"),
    "invalid_clicks": Measure(INVALID_CLICKS, None, 1.0, "total"),
    "refunds": Measure(REFUNDS, None, _MONEY, "total"),
    "ctr": Measure(CLICKS, IMPRESSIONS, 1.0, "rate"),
    "fill": Measure(QUERIES_WITH_ADS, QUERIES, 1.0, "rate"),
    "cpc": Measure(REVENUE, CLICKS, _MONEY, "ratio"),
    "rpm": Measure(REVENUE, QUERIES, 1000 * _MONEY, "ratio"),
    "ads_per_query": Measure(IMPRESSIONS, QUERIES, 1.0, "ratio"),
    "roi": Measure(ADVERTISER_VALUE, REVENUE, 1.0, "ratio"),
    "exhausted_advertisers": Measure(EXHAUSTED, None, 1.0, "state"),
    "dry_cells": Measure(DRY_CELLS, None, 1.0, "state"),
    "sightedness": Measure(SIGHTEDNESS, None, _MONEY, "state"),
    "satisfaction": Measure(SATISFACTION, None, _MONEY, "state"),
}
