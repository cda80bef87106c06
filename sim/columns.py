"""What is booked of a candidate's day, in whole numbers, so that a sum does not depend on its order."""

from __future__ import annotations

COLUMNS = (
    "queries", "queries_with_ads", "impressions", "clicks", "revenue_micros",
    "conversions", "advertiser_value_micros", "invalid_clicks", "refunds_micros",
    "exhausted_advertisers", "dry_cells", "sightedness_ppm", "satisfaction_ppm",
)  # fmt: skip
(
    QUERIES, QUERIES_WITH_ADS, IMPRESSIONS, CLICKS, REVENUE, CONVERSIONS, ADVERTISER_VALUE, INVALID_CLICKS, REFUNDS,
    EXHAUSTED, DRY_CELLS, SIGHTEDNESS, SATISFACTION,
) = range(len(COLUMNS))  # fmt: skip
# How things stood at the end of a day: these are averaged over days, all others added up.
STATES = (EXHAUSTED, DRY_CELLS, SIGHTEDNESS, SATISFACTION)
MICROS = 1_000_000
