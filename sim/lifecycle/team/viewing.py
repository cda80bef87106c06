"""What a team shows to a user's own look or remedy: tables of pandas, copied, without truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.columns import CLICKS, IMPRESSIONS, MICROS, QUERIES, REVENUE
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import collecting
from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.labour import collect, rebar, train
from sim.lifecycle.team.own import View, found_by, function_of, labels_for, planned_by
from sim.lifecycle.team.sample import Sample
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

if TYPE_CHECKING:
    import pandas as pd


def own_look(path: str) -> Callable[[Team, Clock], Step]:
    """A user's diagnosis as a step like our own."""

    def look(team: Team, clock: Clock) -> Step:
        function = function_of(path, team.stage.scenario.folder, team.settings.name)
        rows = labels_for(function, path, team.settings.name)
        if rows:
            fresh = yield from collect(team, clock, "retrieved", [team.now(clock.now_s)], rows, f"for {path}", judges=True)
        else:
            yield clock.at(clock.now_s, Rank.ANALYSIS)
            fresh = unrated(team, clock.now_s)
        found: Finding = found_by(path, function, view_of(team, clock.now_s, fresh, rated=bool(rows)), team.settings.name)
        return found

    return look


def own_remedy(path: str) -> Callable[[Team, Clock], Step]:
    """A user's remedy as a step like our own."""

    def remedy(team: Team, clock: Clock) -> Step:
        function = function_of(path, team.stage.scenario.folder, team.settings.name)
        view = view_of(team, clock.now_s, unrated(team, clock.now_s), rated=False)
        plan = planned_by(path, function, view, tuple(team.pairs), team.settings.name)
        for name in plan.drop:
            team.pairs.pop(name, None)
        if plan.collect:
            days = team.archive if plan.archive else [team.now(clock.now_s)]
            team.pairs[path] = yield from collect(team, clock, plan.collect, days, plan.rows, f"for {path}")
        yield from train(team, clock)
        if plan.cut is not None:
            rebar(team, plan.cut)

    return remedy


def unrated(team: Team, now_s: int) -> Sample:
    """Pairs of the last week's traffic that nobody has rated: they cost nothing."""
    return collecting.retrieved(team.stage.features, [team.now(now_s)], team.plan.check_rows, team.key("labels"))


def view_of(team: Team, now_s: int, fresh: Sample, *, rated: bool) -> View:
    """What the team could know on that day."""
    import pandas as pd

    learned = [_table(team, one).assign(collected=name) for name, one in team.pairs.items()]
    fresh_table = _table(team, fresh)
    return View(
        day=now_s // DAY_S,
        cut=float(team.objective.cut),
        rated=_table(team, team.test),
        learned=pd.concat(learned, ignore_index=True),
        fresh=fresh_table if rated else fresh_table.drop(columns="label"),
        daily=_daily(team, now_s // DAY_S),
    )


def _table(team: Team, sample: Sample) -> pd.DataFrame:
    table = team.stage.features.frame([sample.table])
    said = team.ask(sample) if len(sample) else np.zeros(0, np.float32)
    return table.assign(label=sample.label, prediction=said, day=sample.day, weight=sample.weight)


def _daily(team: Team, day: int) -> pd.DataFrame:
    import pandas as pd

    booked = team.platform.ledger.days[:day]
    columns: dict[str, Any] = {"queries": QUERIES, "impressions": IMPRESSIONS, "clicks": CLICKS}
    table = pd.DataFrame({name: booked[:, place] for name, place in columns.items()})
    return table.assign(revenue=booked[:, REVENUE] / MICROS)
