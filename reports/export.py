"""The results for other programs: one JSON document under a versioned contract, and tidy rows as CSV.

The contract is `foreshow/run/1`: keys may be added, none changes its meaning or goes. The same run
gives the same bytes; there is no time stamp in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TextIO

from reports.price import Price, prices
from sim.columns import COLUMNS
from sim.study import estimates
from sim.study.alarms.rung import QuietRates, quiet_rates, with_alarms
from sim.study.estimates import Estimate
from sim.study.results import CandidateRun, Entry, Run

SCHEMA = "foreshow/run/1"
_COUNTS = frozenset(column for column in COLUMNS if not column.endswith(("_micros", "_ppm")))


def run_json(run: Run) -> dict[str, Any]:
    """The whole run as a document of plain values.

    With one replication counts are whole numbers. With several, each figure is a mean, and beside the
    figures `intervals` holds the ends of their 95 % intervals. `ctr` is None without impressions.
    Chronicles hold the alarms on raw series, too, each with the rate at which it rings for nothing.
    """
    quiet = quiet_rates(run)
    return {
        "schema": SCHEMA,
        "version": run.version,
        "run": run.run,
        "scenario": run.scenario,
        "question": run.question,
        "source": run.source,
        "seed": run.seed,
        "replications": run.replications,
        "planned": run.planned,
        "complete": run.complete,
        "start": run.start.isoformat(),
        "days": run.days,
        "currency": run.currency,
        "sampler": run.sampler,
        "fingerprint": run.fingerprint,
        "incumbent": run.incumbent,
        "interrupted": run.interrupted,
        "failed": list(run.failed),
        "notes": list(run.notes),
        "candidates": [_candidate(run, one, quiet) for one in run.candidates],
        "world": {
            "events": [{"day": one.day, "event": one.event, "detail": one.detail} for one in run.world_events],
            "log_ctr": None if run.log_ctr is None else list(run.log_ctr),
        },
    }


def json_text(run: Run) -> str:
    """The document as text, the same bytes for the same run."""
    return json.dumps(run_json(run), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def write_csv(run: Run, stream: TextIO) -> None:
    """Write one row per candidate, replication and month; an empty field is no figure."""
    columns = ["candidate", "replication", "month", *estimates.METRICS]
    stream.write(run.frame[columns].to_csv(index=False, lineterminator="\n"))


def _candidate(run: Run, one: CandidateRun, quiet: QuietRates) -> dict[str, Any]:
    months = zip(run.months, estimates.months(run, one), strict=True)
    return {
        "name": one.name,
        "objective": one.objective,
        "model": one.model,
        "policy": one.policy,
        "months": [{"month": month.label, **_figures(run, found)} for month, found in months],
        "totals": _figures(run, estimates.totals(one)),
        "chronicle": [_entry(entry) for entry in with_alarms(run, one, quiet)],
        "health": [record.plain for record in one.health],
        "prices": [_price(run, price) for price in prices(run, one)],
    }


def _entry(entry: Entry) -> dict[str, Any]:
    return entry._asdict() | {"evidence": json.loads(entry.evidence) if entry.evidence else {}}


def _price(run: Run, price: Price) -> dict[str, Any]:
    """What steps were worth against a twin that never took them; amounts in the currency."""
    found = {"spent": price.spent, "days_to_deploy": price.days, "revenue_lift": price.revenue, "net": price.net}
    told: dict[str, Any] = {"twin": price.twin, "steps": list(price.steps), "taken": price.taken, "answer": price.answer}
    told |= {name: one.mean for name, one in found.items()}
    return told if run.replications == 1 else told | {"intervals": {name: _ends(one) for name, one in found.items()}}


def _figures(run: Run, found: Mapping[str, Estimate]) -> dict[str, Any]:
    if run.replications == 1:
        return {metric: _single(metric, one.mean) for metric, one in found.items()}
    ends = {metric: _ends(one) for metric, one in found.items()}
    return {**{metric: one.mean for metric, one in found.items()}, "intervals": ends}


def _single(metric: str, value: float | None) -> float | None:
    return round(value) if metric in _COUNTS and value is not None else value


def _ends(one: Estimate) -> dict[str, float] | None:
    return None if one.low is None or one.high is None else {"low": float(one.low), "high": float(one.high)}
