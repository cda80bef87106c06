"""Settings of a team that have no effect: of raters whom nobody asks, of diagnoses that nobody looks for, beside a playbook.

And thresholds at which a diagnosis that is looked for can never be found, or always is.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from typing import NamedTuple

from sim.errors import Mistake
from sim.scenario import partners
from sim.scenario.lines import Place
from sim.scenario.playbook_schema import DAY_S, Playbook
from sim.scenario.sampling import sampling
from sim.scenario.schema import Candidate, Scenario
from sim.scenario.text import Document

USUAL = {
    "wrong_labels": "relabel",
    "never_shows": "positives",
    "stale": "recent_data",
    "miscalibrated": "recalibrate",
    "feature_drift": "recent_data",
    "drift": "retrain",
    "event_drift": "retrain",
    "wrong_objective": "switch_objective",
}
_OF_DIAGNOSIS = {
    "wrong_labels": ("overturned",),
    "never_shows": ("recall", "shown"),
    "wrong_objective": ("fallen", "cohort_z", "holds", "check_rows"),
}
_OF_REMEDY = {
    "relabel": ("guidelines",),
    "positives": ("positives_from",),
    "recent_data": ("recent",),
    "switch_objective": ("then",),
}
AFTER_A_SWITCH = ("miscalibrated", "stale")  # what is looked for in the log of a model of clicks


class _Idle(NamedTuple):
    """A threshold at which a diagnosis decides nothing."""

    diagnosis: str
    key: str
    at: float
    why: str
    allowed: str


_IDLE = (
    _Idle("wrong_labels", "overturned", 1.0, "'wrong_labels' can never be found: no share is for sure above it", "below '100%'"),
    _Idle("never_shows", "recall", 0.0, "'never_shows' can never be found: no share is for sure below it", "above '0%'"),
    _Idle("never_shows", "shown", 0.0, "'never_shows' can never be found: nothing shows less than it", "above '0%'"),
    _Idle(
        "wrong_objective",
        "fallen",
        1.0,
        "'wrong_objective' can never be found: what earns nothing has no clicks to compare",
        "below '100%'",
    ),
    _Idle("wrong_objective", "holds", 1.0, "the model's own metric always holds: no AUC can fall by more", "below '100%'"),
)
_LEARNS_DAYS = 14  # what to expect of a model's clicks is learned anew with each model
_ONLY_AFTER_A_SWITCH = ("window", "incremental", "calibrate")


def teams(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """Every setting of raters, playbooks and their candidates that changes nothing, and objectives that raters can't teach."""
    books = [(number, one) for number, one in enumerate(scenario.candidates) if one.playbook is not None]
    if not books and "raters" in scenario.model_fields_set:
        yield document.mistake(("raters",), "has no effect: nobody asks them", "only together with a candidate that has a playbook")
    raters = scenario.raters
    if "people" in raters.model_fields_set and raters.spread == 0 and raters.aggregate == "majority":
        found = "has no effect while they are all alike and their votes are counted"
        yield document.mistake(("raters", "people"), found, "together with a spread above 0, or aggregate = 'dawid_skene'")
    for number, candidate in books:
        if candidate.playbook and "event_drift" in candidate.playbook.watches_for:
            yield from _events(scenario, ("candidate", number, "playbook", "watches_for"), document)
        if candidate.objective is not None:
            yield from _beside(candidate, ("candidate", number), document)
            yield from _book(candidate.playbook or Playbook(), ("candidate", number, "playbook"), document)


def _events(scenario: Scenario, place: Place, document: Document) -> Iterator[Mistake]:
    """Whether single impressions can be heard."""
    if find_spec("river") is None:
        yield document.mistake(place, "'event_drift' needs the package river", "", "pip install 'foreshow[drift]'")
    sampler: str = scenario.engine.sampler
    if sampler == "auto" and not scenario.traffic.replay:
        sampler = sampling(scenario).sampler
    if sampler not in ("auto", "queries"):
        found = f"'event_drift' looks at single impressions, and the sampler '{sampler}' plays none"
        yield document.mistake(place, found, "", "say engine.sampler = 'queries', or watch for 'drift'")


def _beside(candidate: Candidate, place: Place, document: Document) -> Iterator[Mistake]:
    """Settings of a candidate that its team does not heed."""
    book = candidate.playbook or Playbook()
    learns = partners.labels_of(candidate.objective) if candidate.objective else None
    if learns is not None and learns != ("show",):
        found = f"is learned from {' and '.join(learns)}, but a team with a playbook has its pairs rated"
        yield document.mistake((*place, "objective"), found, "an objective that learns 'show', such as 'impressions'")
    if candidate.objective == book.then and "switch_objective" in remedies_of(book):
        yield document.mistake((*place, "playbook", "then"), "has no effect: it is the objective already", "another one")
    ignored = [("retrain", "a team trains when its playbook says", "playbook.retrain"), ("then", "a playbook says when", "playbook.then")]
    for key, why, instead in ignored:
        if key in candidate.model_fields_set and getattr(candidate, key) is not None:
            yield document.mistake((*place, key), f"has no effect beside a playbook: {why}", "", f"remove it, or set '{instead}' instead")
    for key in _ONLY_AFTER_A_SWITCH:
        if key in candidate.model_fields_set and "switch_objective" not in remedies_of(book):
            found = "has no effect beside this playbook: it is for a model that learns from the log, after a switch of the objective"
            yield document.mistake((*place, key), found, "", "remove it, or watch for 'wrong_objective'")


def _book(book: Playbook, place: Place, document: Document) -> Iterator[Mistake]:
    for key, why in without_effect(book):
        if key in book.model_fields_set:
            yield document.mistake((*place, key), f"has no effect {why}")
    looked_for = {*book.looks_for, *book.watches_for}
    for one in _IDLE:
        if one.diagnosis in looked_for and getattr(book, one.key) == one.at:
            found = f"found '{one.at:.0%}', at which {one.why}"
            yield document.mistake((*place, one.key), found, one.allowed, f"or leave out '{one.diagnosis}'")
    yield from _never_settles(book, place, document)


def _never_settles(book: Playbook, place: Place, document: Document) -> Iterator[Mistake]:
    """Drift is found by what a model leads one to expect, and that is not known before the next model takes over."""
    least_days = _LEARNS_DAYS + 2  # from the day after it took over on, and then a whole day to be held against that
    for name in ("drift", "event_drift"):
        if name in book.watches_for and book.retrain != "never" and book.retrain < least_days * DAY_S:
            days = book.retrain // DAY_S
            found = (
                f"found '{days} {'day' if days == 1 else 'days'}', at which '{name}' can never be found: "
                f"what to expect of a model is learned in its first {_LEARNS_DAYS} days"
            )
            yield document.mistake((*place, "retrain"), found, f"at least '{least_days} days', or 'never'", f"or leave out '{name}'")


def without_effect(book: Playbook) -> Iterator[tuple[str, str]]:
    """Keys that are read for diagnoses and remedies only which this playbook has none of."""
    looked_for, remedies = {*book.looks_for, *book.watches_for}, remedies_of(book)
    own = any(":" in name for name in (*looked_for, *remedies))  # who knows what a user's own part reads
    for diagnosis, keys in _OF_DIAGNOSIS.items():
        if diagnosis not in looked_for and not own:
            yield from ((key, f"while nobody looks for '{diagnosis}'") for key in keys)
    if not own and "stale" not in looked_for and "switch_objective" not in remedies:
        yield "stale_error", "while nobody looks for 'stale', before a switch of the objective or after one"
    for remedy, keys in _OF_REMEDY.items():
        if remedy not in remedies and not own:
            yield from ((key, f"while '{remedy}' is the remedy of nothing that is looked for") for key in keys)
    if not book.looks_for:
        yield "analysis", "while nothing is looked for"
    if not remedies & {"positives", "recent_data", "recalibrate"} and not own:
        yield "targeted_rows", "while no remedy collects pairs"
    if book.retrain == "never" and not book.watches_for:
        yield "monthly_rows", "while the model is never trained again"
        yield "learns_from", "while the model is never trained again"
        yield "look_every", "while the model is never trained again, and nothing is watched for"


def remedies_of(book: Playbook) -> set[str]:
    """What may be done, by what is looked for."""
    chosen = USUAL | dict(book.remedies)
    return {chosen[name] for name in (*book.looks_for, *book.watches_for) if name in chosen}
