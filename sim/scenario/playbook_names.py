"""Whether a playbook names diagnoses and remedies that there are: ours by name, anyone's by import path."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Mistake, did_you_mean
from sim.scenario import plugins
from sim.scenario.lines import Place
from sim.scenario.playbook_checks import AFTER_A_SWITCH, remedies_of
from sim.scenario.playbook_schema import OFFLINE, ONLINE, REMEDIES, Playbook
from sim.scenario.plugins import Problem
from sim.scenario.schema import Scenario
from sim.scenario.text import Document

_THRESHOLDS = {
    "calibration": ("miscalibrated",),
    "negatives": ("miscalibrated",),
    "slice_gap": ("bad_slice",),
    "slice_error": ("bad_slice",),
    "psi": ("feature_drift",),
    "drift_tolerance": ("drift", "event_drift"),
    "drift_delta": ("drift",),
    "drift_threshold": ("drift",),
}
_RECALIBRATES = ("calibration", "negatives")
_BEFORE = tuple(one for one in REMEDIES if one != "switch_objective")  # there is nothing to switch from yet


def playbook_names(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """Every diagnosis or remedy that leads nowhere, that comes too early, or that nobody looks for."""
    for number, candidate in enumerate(scenario.candidates):
        if candidate.playbook is not None:
            yield from _playbook(candidate.playbook, ("candidate", number, "playbook"), document)
            yield from _idle(candidate.playbook, ("candidate", number, "playbook"), document)


def _playbook(plan: Playbook, place: Place, document: Document) -> Iterator[Mistake]:
    for key, names, known in (("looks_for", plan.looks_for, OFFLINE), ("watches_for", plan.watches_for, (*ONLINE, *OFFLINE))):
        for name in names:
            lacks = _named(name, known, document)
            if key == "looks_for" and name in ONLINE:
                lacks = Problem(f"found {name!r}", "only in watches_for: it needs a model that serves")
            if lacks is not None:
                yield document.mistake((*place, key), lacks.found, lacks.allowed, lacks.hint)
        for name in {one: None for one in names if names.count(one) > 1}:
            yield document.mistake((*place, key), f"{name!r} is there twice", "each diagnosis once")
    looked_for = _looked_for(plan)
    for diagnosis, remedy in plan.remedies:
        at = (*place, "remedies", diagnosis)
        if diagnosis not in looked_for:
            hint = did_you_mean(diagnosis, looked_for)
            yield document.mistake(at, "has no effect: nobody looks for it", "a diagnosis of looks_for or watches_for", hint)
        allowed = _BEFORE if diagnosis in plan.looks_for else REMEDIES
        lacks = _named(remedy, allowed, document)
        if lacks is not None:
            yield document.mistake(at, lacks.found, lacks.allowed, lacks.hint)


def _idle(plan: Playbook, place: Place, document: Document) -> Iterator[Mistake]:
    """Thresholds of what nobody looks for."""
    done = {remedy for _, remedy in plan.remedies}
    for key, diagnoses in _THRESHOLDS.items():
        looked_for = {*plan.looks_for, *plan.watches_for} if key == "negatives" else {*_looked_for(plan)}  # no remedy for a model of clicks
        if key in plan.model_fields_set and looked_for.isdisjoint(diagnoses) and not (key in _RECALIBRATES and "recalibrate" in done):
            yield document.mistake((*place, key), f"has no effect while nobody looks for {' or '.join(map(repr, diagnoses))}")


def _looked_for(plan: Playbook) -> tuple[str, ...]:
    """What the playbook names, and what is looked for once the objective was switched."""
    after = AFTER_A_SWITCH if "switch_objective" in remedies_of(plan) else ()
    return tuple(dict.fromkeys((*plan.looks_for, *plan.watches_for, *after)))


def _named(name: str, known: tuple[str, ...], document: Document) -> Problem | None:
    """Why a name can't be used: it is neither one of ours, nor a path that leads to somebody's."""
    if name in known:
        return None
    module, colon, attribute = name.partition(":")
    if colon and all(part.isidentifier() for part in (*module.split("."), attribute)):
        seen = plugins.look(name, document.folder)
        return seen if isinstance(seen, Problem) else None
    return Problem(f"found {name!r}", f"one of {', '.join(known)}, or 'module:function' of your own", did_you_mean(name, known))
