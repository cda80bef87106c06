"""What no key of a `[[drift]]` can know by itself: whether it can happen, and have an effect, in this scenario."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Mistake
from sim.scenario import drift_schema
from sim.scenario.lines import Place
from sim.scenario.schema import DAY_S, Scenario
from sim.scenario.text import Document

_MOST_STEPS = 100_000_000
_IN_A_PART_OF_TOPICS = ("clicks", "bids")
_PARTS = {
    "topics": "the part of the traffic that moves to other topics",
    "devices": "the part of the traffic that moves from the first device to the others",
    "worthiness": "the part of the worthy pairs that give way to others",
    "ads": "the part of the ads that is new",
    "types": "the part of the query types that is new",
}
_OF_THE_LOG = {"demand": "demand", "topics": "mix", "types": "catalogue"}


def built_in(scenario: Scenario) -> list[tuple[int, drift_schema.BuiltInDrift]]:
    """Our own drifts and their numbers; what a user's drift does only its class knows."""
    return [(number, drift) for number, drift in enumerate(scenario.drifts) if not isinstance(drift, drift_schema.OwnDrift)]


def drifts(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """Every mistake in the scenario's drifts."""
    for number, drift in built_in(scenario):
        place: Place = ("drift", number)
        yield from _time(drift, place, scenario, document)
        yield from _size(drift, place, scenario, document)
        yield from _effect(drift, place, scenario, document)
    yield from _catalogue(scenario, document)


def _time(drift: drift_schema.BuiltInDrift, place: Place, scenario: Scenario, document: Document) -> Iterator[Mistake]:
    if isinstance(drift, drift_schema.Season):
        if drift.period < 2 * DAY_S:
            yield document.mistake((*place, "period"), f"found {drift.period:,} seconds", "at least '2 days': a wave moves once a day")
        return
    if not 0 <= drift.at < scenario.days * DAY_S:
        day = drift.at // DAY_S + 1
        yield document.mistake((*place, "at"), f"falls on day {day}", f"a moment within the {scenario.days} days that are played")
    if isinstance(drift, drift_schema.RandomWalk):
        steps = max(0, scenario.days * DAY_S - drift.at) // drift.every
        topics = scenario.traffic.topics
        walkers = {"demand": 1, "topics": topics, "devices": len(scenario.devices)}.get(drift.what, topics + scenario.market.ads)
        if steps * max(walkers, 1_000) > _MOST_STEPS:
            yield document.mistake(
                (*place, "every"), f"{steps:,} steps of {walkers:,} walkers", f"at most {_MOST_STEPS:,} in all", "a longer 'every'"
            )


def _size(drift: drift_schema.BuiltInDrift, place: Place, scenario: Scenario, document: Document) -> Iterator[Mistake]:
    if isinstance(drift, drift_schema.RandomWalk):
        if drift.settled and drift.half_life is None:
            yield document.mistake(
                (*place, "settled"), "has no effect without a half_life: such a walk never comes to rest", "", "give it one"
            )
        return
    if drift.what in _PARTS and not 0 < drift.by <= 1:
        yield document.mistake((*place, "by"), f"found {drift.by:g}", f"more than 0 and at most 100%: {_PARTS[drift.what]}")
    first = scenario.devices[0].share / sum(device.share for device in scenario.devices)
    if drift.what == "devices" and len(scenario.devices) > 1 and first + 1e-9 < drift.by <= 1:
        name = scenario.devices[0].name
        yield document.mistake((*place, "by"), f"found {drift.by:g}", f"at most the {first:.4g} that the first device, {name!r}, has")
    if "share" in drift.model_fields_set and drift.what not in _IN_A_PART_OF_TOPICS:
        yield document.mistake((*place, "share"), f"has no effect on {drift.what}", "it is the share of topics whose clicks or bids change")
    if drift.what == "model" and "by" in drift.model_fields_set:
        yield document.mistake((*place, "by"), "has no effect on model: the server is down altogether", "", "remove it")


def _effect(drift: drift_schema.BuiltInDrift, place: Place, scenario: Scenario, document: Document) -> Iterator[Mistake]:
    what: Place = (*place, "what")
    one_topic = drift.what == "topics" or (drift.what == "worthiness" and drift.kind != "random_walk")
    if one_topic and scenario.traffic.topics < 2:
        yield document.mistake(what, "has no effect with one topic", "two topics or more")
    if drift.what == "devices" and len(scenario.devices) < 2:
        yield document.mistake(what, "has no effect with one device", "two devices or more")
    learners = [candidate for candidate in scenario.candidates if candidate.objective is not None]
    if isinstance(drift, drift_schema.Outage) and not learners:
        why = "learns from its log" if drift.what == "tracking" else "has a model"
        yield document.mistake(what, f"has no effect: no candidate {why}", "a candidate with an objective and a model")
    if drift.what == "worthiness" and scenario.users.worthy_lift == 1 and not learners:
        yield document.mistake(
            what, "has no effect: users click on worthy ads like on others, and nobody learns from raters", "a worthy_lift above 1"
        )
    if drift.what in _OF_THE_LOG and scenario.traffic.replay is not None:
        noun = _OF_THE_LOG[drift.what]
        yield document.mistake(what, f"{drift.what} can't drift while a log is replayed", f"the log's own queries are the {noun}")


def _catalogue(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """New ads (types) take the place of others, each of its own: all drifts together renew half of them at most."""
    for what, total in (("ads", scenario.market.ads), ("types", scenario.traffic.query_types)):
        part = 0.0
        for number, drift in built_in(scenario):
            if drift.what != what or drift.kind == "random_walk" or not 0 < drift.by <= 1:
                continue
            part += drift.by
            if part > 0.5 + 1e-9:
                found = f"makes {part:.3g} of the {_name(what)} new, with what stands above"
                yield document.mistake(("drift", number, "by"), found, "at most 50% in all, since as many others go")
            elif drift.by * total + 1e-9 < 1:
                yield document.mistake(("drift", number, "by"), f"has no effect on {total:,} {_name(what)}", f"at least 1 / {total:,}")


def _name(what: str) -> str:
    return "query types" if what == "types" else what
