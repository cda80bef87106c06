"""A comparison for other programs and people: JSON under a versioned contract, and a pull request's Markdown.

The contract is `foreshow/compare/1`: keys may be added, none changes its meaning or goes. What is no
number is null. The same comparison gives the same bytes; there is no time stamp in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reports.comparison.markdown import markdown
from reports.comparison.places import finite
from sim.study.compare.comparison import Comparison, Difference, Reason, Verdicted
from sim.study.estimates import Estimate

__all__ = ["SCHEMA", "comparison_json", "json_text", "markdown"]

SCHEMA = "foreshow/compare/1"
_SOURCES = ("world", "queries", "clicks", "learning")


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """The whole comparison as a document of plain values; lifts are fractions of the baseline's figure."""
    run = comparison.run
    return {
        "schema": SCHEMA,
        "run": run.run,
        "scenario": run.scenario,
        "seed": run.seed,
        "verdict": comparison.verdict,
        "ship": comparison.ship or None,
        "baseline": comparison.baseline,
        "primary": comparison.primary,
        "confidence": comparison.confidence,
        "indifference": comparison.indifference,
        "replications": run.replications,
        "complete": run.complete,
        "crn": _common(comparison),
        "differences": [_difference(one) for one in comparison.differences],
        "months": [{"candidate": one.candidate, "metric": one.metric, "month": one.month, **_ends(one.lift)} for one in comparison.months],
        "rules": [_rule(one) for one in comparison.rules],
        "exit": comparison.exit,
        **_more(comparison),
    }


def json_text(comparison: Comparison) -> str:
    """The document as text, the same bytes for the same comparison."""
    return json.dumps(_plain(comparison_json(comparison)), indent=1, ensure_ascii=True, allow_nan=False) + "\n"


def _common(comparison: Comparison) -> dict[str, Any]:
    common = comparison.common
    variance = {} if common is None else common.variance
    return {
        "correlation": None if common is None else common.correlation,
        "gain": None if common is None else common.gain,
        "variance": {source: variance.get(source) for source in _SOURCES},
    }


def _difference(one: Difference) -> dict[str, Any]:
    low, high = one.mcb or (None, None)
    found = {"candidate": one.candidate, "metric": one.metric, **_ends(one.lift), "p_best": one.p_best}
    return {**found, "mcb_low": low, "mcb_high": high, "level": _ends(one.level)}


def _rule(one: Verdicted) -> dict[str, Any]:
    keys = ("text", "candidate", "status", "estimate", "bound", "needed_replications", "needed_seconds", "unit")
    return {key: getattr(one, key) for key in keys}


def _more(comparison: Comparison) -> dict[str, Any]:
    """What the contract does not ask for."""
    frontier = comparison.frontier
    return {
        "version": comparison.run.version,
        "fingerprint": comparison.run.fingerprint if comparison.run.candidates else None,
        "planned": comparison.run.planned,
        "sequential": comparison.sequential,
        "looked": comparison.looked,
        "why": comparison.why,
        "needed_replications": comparison.needed_replications,
        "needed_seconds": comparison.needed_seconds,
        "warm_up": comparison.warm_up,
        "too_sure": [{"candidate": one.candidate, **one.found._asdict()} for one in comparison.too_sure],
        "reasons": [_reason(one) for one in comparison.reasons],
        "checks": [one._asdict() for one in comparison.checks],
        "failed": [one._asdict() for one in comparison.failed],
        "frontier": None if frontier is None else frontier._asdict(),
        "curves": [one._asdict() for one in comparison.curves],
        "settings": {
            key: dict(zip([one.name for one in comparison.run.candidates], values, strict=False))
            for key, values in comparison.settings.items()
        },
        "notes": list(comparison.run.notes),
    }


def _reason(one: Reason) -> dict[str, Any]:
    return {**one._asdict(), "revenue": _ends(one.revenue), "factors": [factor._asdict() for factor in one.factors]}


def _ends(found: Estimate) -> dict[str, float | None]:
    return {"estimate": found.mean, "low": found.low, "high": found.high}


def _plain(value: Any) -> Any:
    """*value* with null for what is no number, and Python's own types for NumPy's."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    if isinstance(value, float):  # NumPy's is one too
        return finite(float(value))
    return value.item() if hasattr(value, "item") else value
