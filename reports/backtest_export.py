"""A backtest for other programs: one JSON document under a versioned contract, and tidy rows as CSV.

The contract is `foreshow/backtest/1`: keys may be added, none changes its meaning or goes. The same logs give the same
bytes; there is no time stamp in it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any, TextIO

from sim.calibrate.backtest import Backtest, Forecast, Rate

SCHEMA = "foreshow/backtest/1"
COLUMNS = ("forecast", "part", "label", "ctr", "low", "high")


def document(found: Backtest) -> dict[str, Any]:
    """The backtest as plain values; CTRs from 0 to 1."""
    return {
        "schema": SCHEMA,
        "log": found.log,
        "traffic": found.traffic,
        "confidence": found.confidence,
        "predicted": _forecast(found.predicted),
        "baselines": {name: _forecast(one) for name, one in found.baselines.items()},
        "actual": None if found.actual is None else _forecast(found.actual),
        "scores": None if found.scores is None else {name: one._asdict() for name, one in found.scores.items()},
        "models": [{**one._asdict(), "by_rank": list(one.by_rank)} for one in found.models],
        "notes": list(found.notes),
    }


def json_text(found: Backtest) -> str:
    """The document as text, the same bytes for the same backtest."""
    return json.dumps(document(found), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def write_csv(found: Backtest, stream: TextIO) -> None:
    """Write a row for each rate: of the prediction, of every baseline, and of what came ("actual")."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    named = {"predicted": found.predicted, **found.baselines}
    if found.actual is not None:
        named["actual"] = found.actual
    for name, forecast in named.items():
        for part, label, rate in _rates(forecast):
            writer.writerow([name, part, label, *("" if value is None else repr(value) for value in rate)])


def _forecast(one: Forecast) -> dict[str, Any]:
    return {
        "total": one.total._asdict(),
        "by_month": [{"month": month, **rate._asdict()} for month, rate in one.by_month],
        "by_position": [{"position": position, **rate._asdict()} for position, rate in one.by_position],
        "by_query": [{"query": query, **rate._asdict()} for query, rate in one.by_query],
        "pages": {"no_click": one.no_click, "two_or_more": one.two_or_more},
    }


def _rates(one: Forecast) -> Iterator[tuple[str, str | int, Rate]]:
    yield "total", "", one.total
    yield from (("month", label, rate) for label, rate in one.by_month)
    yield from (("position", label, rate) for label, rate in one.by_position)
    yield from (("query", label, rate) for label, rate in one.by_query)
    for part, share in (("no_click", one.no_click), ("two_or_more", one.two_or_more)):
        if share is not None:
            yield part, "", Rate(share)
