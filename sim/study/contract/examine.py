"""The whole examination of a part: its role, every check in order, and what was found."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, NamedTuple

from sim.study.contract import drifts, explorers, models, objectives, pricings
from sim.study.contract.bench import Bench
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding, Findings
from sim.study.contract.model_bench import ModelBench
from sim.study.contract.part import DRIFT, EXPLORER, MODEL, OBJECTIVE, PRICING, Part, find_part
from sim.study.contract.sample import real_sample
from sim.study.contract.trial import Failed
from sim.study.processes import one_thread

LIMIT_S = 60.0
Check = Callable[[Any], Finding]


class _Kind(NamedTuple):
    """How a role is examined: on which bench, by which checks, without the first of which the others say nothing."""

    bench: type[Bench]
    first: Sequence[Check]
    then: Sequence[Check]


_KINDS = {
    MODEL: _Kind(ModelBench, models.FIRST, models.THEN),
    OBJECTIVE: _Kind(objectives.ObjectiveBench, objectives.FIRST, objectives.THEN),
    DRIFT: _Kind(drifts.DriftBench, drifts.FIRST, drifts.THEN),
    EXPLORER: _Kind(explorers.ExplorerBench, explorers.FIRST, explorers.THEN),
    PRICING: _Kind(pricings.PricingBench, pricings.FIRST, pricings.THEN),
}


def examine(use: str, folder: Path, arguments: dict[str, Any], limit_s: float = LIMIT_S) -> Findings:
    """Run the contract of the part behind an import path.

    Parameters
    ----------
    folder
        Where modules beside the scenario stand.
    arguments
        For its constructor, or for the function.
    limit_s
        How long a single call of the user's code may take.

    Raises
    ------
    BadInput
        When the part is not there, can't be imported, or does not take the arguments.
    """
    return findings_of(find_part(use, folder.resolve(), arguments), limit_s)


def findings_of(part: Part, limit_s: float = LIMIT_S) -> Findings:
    """Run the contract of *part*. Its code runs on one thread, as in a run, and its warnings are a finding too."""
    sample = real_sample()
    told: list[warnings.WarningMessage] = []
    with one_thread():
        kind = _KINDS[part.role]
        bench = kind.bench(part, sample, limit_s)
        found, unmade = _run(bench, kind.first, kind.then, told)
    if not unmade:
        found.append(_warnings(told))
    spelled = tuple((name, _spelled(value)) for name, value in part.arguments.items())
    return Findings(part.use, part.role, tuple(found), spelled, str(part.folder), _basis(part.role, bench), unmade)


def _run(bench: Bench, first: Sequence[Check], then: Sequence[Check], told: list[warnings.WarningMessage]) -> tuple[list[Finding], int]:
    """Every check, in order; without the *first* ones the others say nothing."""
    found: list[Finding] = []
    for number, check in enumerate(first):
        found.append(_made(check, bench, told))
        if found[-1].level == BROKEN and check not in bench.bearable:
            return found, len(first) - number + len(then)  # that of warnings is one more
    return found + [_made(check, bench, told) for check in then], 0


def _made(check: Check, bench: Bench, told: list[warnings.WarningMessage]) -> Finding:
    """The finding of one check; what it warns of counts unless a run would never ask that."""
    with warnings.catch_warnings(record=True) as now:
        warnings.simplefilter("always")
        try:
            return check(bench)
        except Failed as problem:
            return Finding(BROKEN, check.__name__.replace("_", " "), str(problem))
        finally:
            told += [] if check in bench.never_asked else now


def _warnings(told: Sequence[warnings.WarningMessage]) -> Finding:
    if not told:
        return Finding(GOOD, "warnings", "none")
    first = " ".join(str(told[0].message).split())
    more = f", and {len(told) - 1} more" if len(told) > 1 else ""
    return Finding(NOTE, "warnings", f"{told[0].category.__name__}: {first[:160]}{'...' if len(first) > 160 else ''}{more}")


def _basis(role: str, bench: Bench) -> str:
    sample = bench.sample
    asked = f"asked about {len(sample.table):,} ads with {len(sample.table.columns)} columns"
    return {
        MODEL: f"taught by {len(sample.rows):,} rows of a small world's log, {asked}",
        OBJECTIVE: f"{asked} of a small world",
        DRIFT: "acting on a small world for a year",
        EXPLORER: f"exploring {len(sample.table):,} ads of a small world",
        PRICING: "asked about the winners of drawn auctions",
    }[role]


def _spelled(value: Any) -> str:
    """A value as a scenario spells it."""
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_spelled, value))}]"
    return json.dumps(value, ensure_ascii=False, default=str)
