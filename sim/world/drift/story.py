"""A drift in words, from its settings: what it is and when it begins; a user's own speaks for itself."""

from __future__ import annotations

from datetime import date, timedelta

from sim import seeds
from sim.scenario import drift_schema
from sim.scenario.schema import DAY_S, Scenario
from sim.world.drift.custom import build_custom

_PARTS = {
    "topics": "of the traffic moves to other topics",
    "devices": "of the traffic moves from the first device to the others",
    "worthiness": "of the worthy pairs give way to others",
    "ads": "of the ads are born and as many others go",
    "types": "of the query types are new and as many others go",
}
_WALKS = {
    "demand": "demand {by:.0%}",
    "topics": "topics {by:.0%} of the traffic",
    "devices": "devices {by:.0%} of the traffic",
    "clicks": "clicks {by:g} in log-odds",
    "bids": "bids {by:g} in logs",
    "worthiness": "worthiness {by:g} in margin",
}


def stories(scenario: Scenario) -> list[tuple[int, str]]:
    """When each drift of *scenario* begins, in seconds, and what it is; of a user's own, as in the first replication.

    Raises
    ------
    InvalidRun
        When a user's drift goes wrong.
    """
    return sorted(_story(number, drift, scenario) for number, drift in enumerate(scenario.drifts))


def _story(number: int, drift: drift_schema.Drift, scenario: Scenario) -> tuple[int, str]:
    if isinstance(drift, drift_schema.OwnDrift):
        key = seeds.key(scenario.seed, "drift", 0, number)
        return build_custom(drift, scenario.folder, key, scenario.days * DAY_S).story
    return told(drift, scenario.start)


def told(drift: drift_schema.BuiltInDrift, start: date) -> tuple[int, str]:
    """When *drift* begins, in seconds from *start*, and what it is.

    Examples
    --------
    >>> told(drift_schema.Step(kind="step", what="demand", at="day 3", by="+15%"), date(2026, 1, 1))
    (172800, 'step: demand +15%')
    """
    if isinstance(drift, drift_schema.RandomWalk):
        return drift.at, f"random walk: {_WALKS[drift.what].format(by=drift.by)} a month"
    if isinstance(drift, drift_schema.Outage):
        part = f", {drift.by:.0%} of the clicks lost" if drift.what == "tracking" and drift.by < 1 else ""
        return drift.at, f"outage: {drift.what} for {_days(drift.lasts)}{part}"
    if isinstance(drift, drift_schema.Season):
        peak = start + timedelta(seconds=drift.peak)
        return 0, f"season: {_wave(drift)} every {_days(drift.period)}, highest on {peak.isoformat()}"
    if isinstance(drift, drift_schema.Shock):
        return drift.at, f"shock: {_size(drift)}, half of it gone in {_days(drift.half_life)}"
    if isinstance(drift, drift_schema.Ramp):
        return drift.at, f"ramp: {_size(drift)} over {_days(drift.lasts)}"
    tail = f" for {_days(drift.lasts)}" if drift.lasts else ""
    return drift.at, f"step: {_size(drift)}{tail}"


def _size(drift: drift_schema.Step | drift_schema.Ramp | drift_schema.Shock) -> str:
    if drift.what in _PARTS:
        return f"{drift.by:.0%} {_PARTS[drift.what]}"
    return f"{drift.what} {drift.by:+.0%}{_where(drift)}"


def _wave(drift: drift_schema.Season) -> str:
    if drift.what in _PARTS:
        return f"up to {drift.by:.0%} {_PARTS[drift.what]}"
    return f"{drift.what} ±{drift.by:.0%}{_where(drift)}"


def _where(drift: drift_schema.Step | drift_schema.Ramp | drift_schema.Shock | drift_schema.Season) -> str:
    return f" in {drift.share:.0%} of topics" if drift.what in ("clicks", "bids") and drift.share < 1 else ""


def _days(seconds: int) -> str:
    if seconds < DAY_S:
        hours = seconds / 3600
        return f"{hours:.3g} hour{'' if hours == 1 else 's'}"
    days = seconds / DAY_S
    return f"{days:g} day{'' if days == 1 else 's'}"
