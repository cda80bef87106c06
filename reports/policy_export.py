"""A backtest of another policy for other programs: one JSON document under a versioned contract.

The contract is `foreshow/policy/1`: keys may be added, none changes its meaning or goes.
"""

from __future__ import annotations

import csv
import json
import math
from typing import Any, TextIO

from sim.calibrate.policy.results import Ends, Estimate, Part, PolicyBacktest

SCHEMA = "foreshow/policy/1"
COLUMNS = (
    "part", "estimator", "estimate", "low", "high", "relative", "lift", "lift_low", "lift_high", "ess", "max_weight", "mean_weight",
    "setting", "warning",
)  # fmt: skip


def policy_json(backtest: PolicyBacktest) -> dict[str, Any]:
    """The whole backtest as plain values; what was refused or does not apply is None.

    `total` and each of `campaigns` hold an object for each estimator, by its name, under `estimates`.
    """
    return {
        "schema": SCHEMA,
        "log": backtest.log,
        "target": backtest.target,
        "confidence": backtest.confidence,
        "total": _part(backtest.total),
        "campaigns": [_part(one) for one in backtest.campaigns],
        "notes": list(backtest.notes),
    }


def policy_text(backtest: PolicyBacktest) -> str:
    """The document as text, the same bytes for the same backtest."""
    return json.dumps(policy_json(backtest), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def write_csv(backtest: PolicyBacktest, stream: TextIO) -> None:
    """Write a row for each estimator of the whole log and of each campaign; a cell is empty where nothing is told."""
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    for part in (backtest.total, *backtest.campaigns):
        for one in part.estimates:
            figures = [_finite(getattr(one, name)) for name in COLUMNS[2:-1]]
            writer.writerow([part.name, one.name, *("" if figure is None else repr(figure) for figure in figures), one.warning])


def _part(part: Part) -> dict[str, Any]:
    return {
        "name": part.name,
        "answer": part.answer,
        "impressions": part.rows,
        "clicks": part.clicks,
        "logged": dict(zip(("ctr", "low", "high"), part.logged, strict=True)),
        "least": part.least,
        "covered": part.covered,
        "supported": part.supported,
        "estimates": {one.name: _estimate(one) for one in part.estimates},
    }


def _estimate(one: Estimate) -> dict[str, Any]:
    return {
        "estimate": _finite(one.estimate),
        "low": _finite(one.low),
        "high": _finite(one.high),
        "normal": _ends(one.normal),
        "bootstrap": _ends(one.bootstrap),
        "relative": _finite(one.relative),
        "lift": {"estimate": _finite(one.lift), "low": _finite(one.lift_low), "high": _finite(one.lift_high)},
        "ess": _finite(one.ess),
        "max_weight": _finite(one.max_weight),
        "mean_weight": _finite(one.mean_weight),
        "setting": _finite(one.setting),
        "warning": one.warning,
    }


def _ends(ends: Ends | None) -> list[float | None] | None:
    return None if ends is None else [_finite(end) for end in ends]


def _finite(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
