"""What each detector did in one world: played once, and kept as JSON."""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import NamedTuple

import threadpoolctl

from sim.lifecycle.play import play, set_stage
from sim.study.alarms.detecting import DETECTORS, SERIES, alarms
from tests.benchmarks.detectors.worlds import LOOKED_FOR_BY, OFFLINE, ONLINE, WORLDS, YEAR_DAYS, scenario_of


class Seen(NamedTuple):
    """What one detector did in one world and seed.

    Attributes
    ----------
    days
        Of its findings, since it could have one: from the first training, or from the deployment.
    looked_days
        How long it looked.
    """

    detector: str
    world: str
    caused: bool
    days: tuple[int, ...]
    looked_days: int


class Told(NamedTuple):
    """A world in one seed: what the detectors did there, and when they rang for the rule, with which nothing is wrong."""

    seen: tuple[Seen, ...]
    rule: tuple[Seen, ...]


def cached(name: str, seed: int, folder: Path) -> Told:
    """A world in one seed, kept in *folder*: a run that was broken off goes on where it stopped."""
    file = folder / f"{name}-{seed}.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with threadpoolctl.threadpool_limits(1):
            found = _looked(name, seed)
        file.write_text(json.dumps([[one._asdict() for one in part] for part in found]), encoding="utf-8")
    seen, rule = (tuple(_seen(name, one) for one in part) for part in json.loads(file.read_text("utf-8")))
    return Told(seen, tuple(one._replace(caused=False) for one in rule))


def _seen(name, kept):
    """As it was kept; raw series are looked at as signs of a wrong objective."""
    cause = kept["detector"] if kept["detector"] in (*OFFLINE, *ONLINE) else "wrong objective"
    return Seen(**kept | {"days": tuple(kept["days"]), "caused": cause in WORLDS[name].causes})


def _looked(name: str, seed: int) -> Told:
    scenario, world = scenario_of(name, seed), WORLDS[name]
    stage = set_stage(scenario, 0)
    needed = world.days == YEAR_DAYS and name != "first_year_no_drift" and not (world.heard or world.still)
    rule, *teams = (play(stage, candidate) if number or needed else None for number, candidate in enumerate(scenario.candidates))
    seen = [
        one
        for candidate, played in zip(scenario.candidates[1:], teams, strict=True)
        for one in _by_team(candidate.name, name, played, scenario.days)
    ]
    of_rule = _raw(rule.ledger, 0, name, caused=False) if rule else []
    return Told(tuple(seen), tuple(of_rule))


def _by_team(team, name, played, days):
    """What a team's diagnoses found, and what rang on its raw series."""
    first = {event: next((line.day for line in played.chronicle if line.event == event), None) for event in ("train", "deploy")}
    causes = WORLDS[name].causes
    for detector in (one for one, by in LOOKED_FOR_BY.items() if team in by):
        online = detector in ONLINE
        begun, end = (first["deploy"], days) if online else (first["train"], first["deploy"] or days)
        if begun is None:
            continue
        found = sorted({line.day - begun for line in played.chronicle if line.finding == detector and line.event in _TOLD[online]})
        # Before a deployment a finding is mended and not looked for again.
        kept = [day for day in found if day <= end - begun]
        yield Seen(detector, name, detector in causes, tuple(kept if online else kept[:1]), end - begun)
    if team == "looking" and first["deploy"] is not None:
        yield from _raw(played.ledger, first["deploy"], name, caused="wrong objective" in causes)


_TOLD = {False: ("analyse",), True: ("alarm", "drift")}


def _raw(ledger, begun, name, *, caused):
    rung = alarms(ledger, (begun,))
    for of in product(DETECTORS, SERIES):
        days = tuple(one.day - begun for one in rung if (one.detector, one.series) == of)
        yield Seen(" on ".join(of), name, caused, days, len(ledger) - begun)
