"""Worlds that have the cause of a diagnosis and twins that lack it: the shipped stories, with teams that go on looking."""

from __future__ import annotations

from typing import NamedTuple

import sim
from sim.scenario.schema import Candidate, Engine, Scenario
from sim.scenario.units import count

YEAR_DAYS, EARLY_DAYS = 365, 120
OFFLINE, ONLINE = ("wrong labels", "never shows", "stale"), ("wrong objective", "drift", "event drift")
HEARD = "100k"  # queries a day of worlds that are played query by query


class World(NamedTuple):
    """A shipped scenario: which diagnoses have a cause there, how long it is played, and by which teams.

    Attributes
    ----------
    source
        Which scenario; the world's own name where it is not given.
    heard
        Whether it is played query by query, with fewer of them.
    still
        Whether users remember nothing, so that nothing at all changes how they click.
    """

    causes: frozenset[str]
    teams: tuple[str, ...]
    days: int = YEAR_DAYS
    source: str = ""
    heard: bool = False
    still: bool = False


def _but(*without: str) -> frozenset[str]:
    return frozenset({*OFFLINE, *ONLINE} - {*without})


_DRIFTS = "drift", "event drift"
# Clicks depart from what a model leads one to expect where the world drifts, and where users learn to look past ads.
WORLDS = {
    "first_year": World(_but(), ("looking", "watching")),
    "first_year_no_drift": World(_but("stale"), ("looking", "watching")),
    "first_year_no_memory": World(_but("wrong objective"), ("looking",)),
    "first_year_screened": World(_but("wrong objective"), ("looking",)),
    "first_year_perfect_raters": World(_but("wrong labels"), ("early",), EARLY_DAYS),
    "first_year_balanced": World(_but("never shows"), ("early",), EARLY_DAYS),
    "first_year_fresh_positives": World(_but("stale"), ("early",), EARLY_DAYS),
    "story_heard": World(_but(), ("hearing",), source="first_year", heard=True),
    "still": World(_but("stale", "wrong objective", *_DRIFTS), ("watching",), source="first_year_no_drift", still=True),
    "still_heard": World(_but("stale", "wrong objective", *_DRIFTS), ("hearing",), source="first_year_no_drift", heard=True, still=True),
}
LOOKED_FOR_BY = {
    **dict.fromkeys(OFFLINE, ("looking", "early")),
    "wrong objective": ("looking",),
    "drift": ("watching",),
    "event drift": ("hearing",),
}


def scenario_of(name: str, seed: int) -> Scenario:
    """A world's scenario with its rule and its teams."""
    world = WORLDS[name]
    shipped = sim.load(world.source or name)
    if world.heard:
        shipped = shipped.but(engine=Engine(sampler="queries"), traffic=shipped.traffic.model_copy(update={"queries": count(HEARD)}))
    if world.still:
        shipped = shipped.but(users=shipped.users.model_copy(update={"blindness": 0.0}))
    rule, team = shipped.candidates[0], next(one for one in shipped.candidates if one.name == "team")
    teams = tuple(_team(team, how) for how in world.teams)
    return shipped.but(seed=seed, replications=1, days=world.days, candidates=(rule, *teams))


def _team(team: Candidate, how: str) -> Candidate:
    """The shipped team, which only notes what it finds while a model serves, and so goes on looking."""
    notes_drift = {"looks_for": (), "retrain": "never", "first_sample": "balanced"}
    changes = {
        "looking": {"remedies": (("wrong_objective", "note"),)},
        "early": {"watches_for": ()},
        "watching": notes_drift | {"watches_for": ("drift",), "remedies": (("drift", "note"),)},
        "hearing": notes_drift | {"watches_for": ("event_drift",), "remedies": (("event_drift", "note"),)},
    }
    return team.model_copy(update={"name": how, "playbook": team.playbook.model_copy(update=changes[how])})
