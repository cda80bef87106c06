"""Look ahead: how one replication's world will stand on every day, without a single query."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.scenario import drift_schema
from sim.scenario.schema import DAY_S, Scenario
from sim.study.outlook import COUNT, FACTOR, SHARE, Outage, Outlook, Series
from sim.study.results import WorldEvent
from sim.world.build import build_world
from sim.world.drift.patterns import Patterns
from sim.world.drift.story import stories
from sim.world.world import World

_BAND = (0.1, 0.9)
_HALF_A_WEEK = 3
_PAIR = 2  # devices, of which the second has what the first has not
_NOTHING = 1e-12  # what rounding alone may move


def foresee(scenario: Scenario) -> Outlook:
    """What the first replication's world of *scenario* will do.

    Examples
    --------
    >>> from sim.scenario.read import load
    >>> [series.what for series in foresee(load("quiet")).series]
    ['demand']
    """
    world = build_world(scenario, 0)
    days = _days(world, scenario.days)
    return Outlook(
        scenario=scenario.name,
        question=scenario.question,
        source=scenario.source or scenario.name,
        seed=scenario.seed,
        replications=scenario.replications,
        start=scenario.start,
        days=scenario.days,
        series=(_demand(world, days), *_moving(world, days, scenario)),
        outages=tuple(_outage(drift, scenario.days) for drift in scenario.drifts if isinstance(drift, drift_schema.Outage)),
        events=tuple(WorldEvent(at_s // DAY_S, "drift", story) for at_s, story in stories(scenario)),
    )


def _days(world: World, days: int) -> list[Patterns]:
    """The patterns at each midnight; days on which nothing has changed share theirs."""
    moved = {-(-at_s // DAY_S) for at_s in world.drift_times(days * DAY_S)}
    found = [world.patterns_at(0)]
    for day in range(1, days):
        found.append(world.patterns_at(day * DAY_S) if day in moved else found[-1])
    return found


def _demand(world: World, days: list[Patterns]) -> Series:
    """Queries a day: the calendar's part as a mean over the week around, the drifts' as it is."""
    rates = world.rates[-world.first_day :]
    around = [rates[max(0, day - _HALF_A_WEEK) : day + _HALF_A_WEEK + 1].mean() for day in range(len(days))]
    return Series("demand", COUNT, np.array(around) * np.array([day.demand for day in days]))


def _moving(world: World, days: list[Patterns], scenario: Scenario) -> list[Series]:
    """All other patterns that change."""
    first = days[0]
    worthy = first.margin > 0
    asked = world.catalogue.share[: world.catalogue.heads]

    def turned(day: Patterns) -> float:
        return float(1 - (day.margin > 0)[worthy].mean()) if worthy.any() else 0.0

    def factor(what: str, parts: tuple[str, ...], measure: Callable[[Patterns], tuple[float, ...]]) -> Series:
        return Series(what, FACTOR, *_daily(days, parts, measure).T)

    def share(what: str, part: str, measure: Callable[[Patterns], float], detail: str = "") -> Series:
        return Series(what, SHARE, _daily(days, (part,), lambda day: (measure(day),))[:, 0], detail=detail)

    found = [
        share("topics", "topic_shares", lambda day: float(np.abs(day.topic_shares - first.topic_shares).sum() / 2)),
        factor("clicks", ("topic_odds", "ad_odds"), lambda day: _clicks(world, day, first)),
        share("worthiness", "margin", turned),
        factor("bids", ("topic_bids", "ad_bids", "ads_alive"), lambda day: _bids(world, day, first)),
        *(
            share("devices", "device_shares", lambda day, number=number: float(day.device_shares[number]), device.name)  # type: ignore[misc]
            for number, device in enumerate(scenario.devices[: 1 if len(scenario.devices) == _PAIR else None])
        ),
        share("ads", "ads_alive", lambda day: _new(day.ads_alive, first.ads_alive)),
        share("types", "types_asked", lambda day: _new(day.types_asked, first.types_asked, asked)),
    ]
    return [one for one in found if one.size.max() > _NOTHING]


def _daily(days: list[Patterns], parts: tuple[str, ...], measure: Callable[[Patterns], tuple[float, ...]]) -> NDArray[np.float64]:
    """What *measure* says of each day, shape (days, figures); it is asked again only when one of *parts* has changed."""
    found = [measure(days[0])]
    for yesterday, today in pairwise(days):
        pairs = [(getattr(yesterday, part), getattr(today, part)) for part in parts]
        same = all(a is b or np.array_equal(a, b) for a, b in pairs)
        found.append(found[-1] if same else measure(today))
    return np.array(found)


def _clicks(world: World, day: Patterns, first: Patterns) -> tuple[float, float, float]:
    """Factor on the odds of a click, worthiness apart, since the start: its mean over all pairs, and where eight in ten are."""
    moved = (day.topic_odds - first.topic_odds)[world.catalogue.topic][:, None] + (day.ad_odds - first.ad_odds)[world.relevance.ad]
    return _spread(np.exp(moved).ravel())


def _bids(world: World, day: Patterns, first: Patterns) -> tuple[float, float, float]:
    """Factor on the bids since the start: its middle over the ads that exist, and where eight in ten of them are."""
    moved = (day.topic_bids - first.topic_bids)[world.ads.topic] + day.ad_bids - first.ad_bids
    factors = np.exp(moved[day.ads_alive])
    _, low, high = _spread(factors)
    return float(np.median(factors)), low, high


def _spread(factors: NDArray[np.float64]) -> tuple[float, float, float]:
    low, high = np.quantile(factors, _BAND)
    return float(factors.mean()), float(low), float(high)


def _new(now: NDArray[np.bool_], then: NDArray[np.bool_], weight: NDArray[np.float64] | None = None) -> float:
    """The part of what is there now that was not there then."""
    weights = np.ones(len(now)) if weight is None else weight
    return float(weights[now & ~then].sum() / weights[now].sum())


def _outage(drift: drift_schema.Outage, days: int) -> Outage:
    end = -(-(drift.at + drift.lasts) // DAY_S)
    return Outage(drift.what, drift.at // DAY_S, min(end, days), drift.by)
