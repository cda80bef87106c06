"""Scenarios that name their sampler, where this version knows samplers."""

from __future__ import annotations

from typing import Any

from tests.benchmarks.figure import NotHere


def knows_samplers() -> bool:
    from sim.scenario.schema import Scenario

    return "engine" in Scenario.model_fields


def with_sampler(settings: dict[str, Any], sampler: str) -> dict[str, Any]:
    """The settings with `[engine] sampler`; before samplers could be chosen, all was `queries`."""
    if knows_samplers():
        return settings | {"engine": {"sampler": sampler}}
    if sampler == "queries":
        return settings
    raise NotHere(f"this version has no sampler {sampler!r}")


def file_with_sampler(text: str, sampler: str) -> str:
    """The same for the text of a scenario file that has no `[engine]`."""
    with_sampler({}, sampler)
    return f'{text}\n[engine]\nsampler = "{sampler}"\n' if knows_samplers() else text
