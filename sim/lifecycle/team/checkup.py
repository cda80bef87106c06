"""When a model is looked at: gathers from a team what its record is made of.

No label is bought for it, and the log is read as it stands: to close a spell for it would cut the traffic elsewhere, and figures
must not depend on whether anyone looks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.lifecycle.team.checks import Learned, delays, feature_drift, imbalance, rated_alike, rater_checks
from sim.lifecycle.team.health import Case, Set, health_of, rated_set
from sim.lifecycle.team.psi import bins_of, effective
from sim.lifecycle.team.sample import Sample
from sim.lifecycle.team.scores import Judged
from sim.lifecycle.team.slicing import Spend
from sim.scenario.schema import DAY_S

if TYPE_CHECKING:
    from sim.lifecycle.log import Spell
    from sim.lifecycle.team.team import Team

FRESH_DAYS = 28  # rated pairs that are older tell nothing of how a model does now
_WEEK_S = 7 * DAY_S
_YEAR_S = 365 * DAY_S
_MICROS = 1e6
_PLACES = 3_000_000  # of the key: far from what the team itself draws


def note(team: Team, now_s: int, moment: str, *, deployed: bool = True, fresh: Sample | None = None) -> None:
    """Write down the health of the newest model of raters' labels.

    Parameters
    ----------
    fresh
        Pairs that it has not learned from; by default the newest that were bought to judge by, unless they are too old.
    """
    sets = _sets(team, fresh, now_s // DAY_S)
    old, newest = sets.old, sets.old if sets.fresh is None else sets.fresh
    spells = team.log.since(now_s - _WEEK_S + 1)
    learned, names = team.learned, team.stage.features.names
    alike = [] if sets.fresh is None else [rated_alike(old, newest)]
    checks = [*rater_checks(newest), *alike, imbalance(learned, "rated pairs"), delays(spells, now_s)]
    young = slice(None if now_s // DAY_S - _last_day(newest) <= FRESH_DAYS else 0)
    checks.append(feature_drift(learned, newest.table[young], newest.weight[young]))
    old_set = rated_set("old test set", old, team.ask(old))
    fresh_set = None if sets.fresh is None else rated_set("fresh pairs", newest, team.ask(newest), len(old))
    case = Case(
        now_s // DAY_S, max(team.released + (not deployed), 1), "show", moment, deployed, _spent(team), old_set, fresh_set,
        _spend(team, spells, team.model), tuple(checks), names, _key(team), sets.withheld,
    )  # fmt: skip
    team.health.append(health_of(case))


def note_clicks(team: Team, model: Any, number: int, begun_s: int, now_s: int, moment: str = "deployed") -> None:
    """Write down the health of a model of clicks: on the last week that it learned from, and on the log since."""
    spells = team.log.since(begun_s - _WEEK_S + 1)
    before = [spell for spell in spells if spell.end_s <= begun_s]
    since = [spell for spell in spells if spell.end_s > begun_s]
    old, fresh = (_clicks(team, model, name, part) for name, part in (("training log", before), ("log since", since)))
    names = team.stage.features.names
    checks = [delays(spells, now_s)]
    if old is not None:
        positive, negative = float(old.seen.yes.sum()), float(old.seen.no.sum())
        weight = old.seen.weight
        learned = Learned(bins_of(old.table, weight, names), effective(weight), positive, negative, float(old.true.yes.sum()))
        checks.insert(0, imbalance(learned, "impressions"))
        if fresh is not None:
            checks.append(feature_drift(learned, fresh.table, fresh.seen.weight))
    spend = _spend(team, team.log.since(now_s - _WEEK_S + 1), model)
    case = Case(now_s // DAY_S, number, "click", moment, True, _spent(team), old, fresh, spend, tuple(checks), names, _key(team))
    team.health.append(health_of(case))


class _Sets(NamedTuple):
    """What a model is judged by: the old test set, fresh pairs or None, and then why there are none."""

    old: Sample
    fresh: Sample | None
    withheld: str = ""


def _sets(team: Team, fresh: Sample | None, today: int) -> _Sets:
    """The pairs that are given against the test set; else the newest that were bought to judge by, while they are fresh.

    A model has learned from the pairs of its own retraining: they judge the model before it, and not itself.
    """
    if fresh is not None:
        return _Sets(team.test, fresh)
    known = [one for one in team.judged if one.margin is not team.test.margin] + [team.test]
    known.sort(key=_last_day)
    newest, age = known[-1], today - _last_day(known[-1])
    if len(known) == 1:
        return _Sets(team.test, None)
    told = f"the newest pairs that it has not learned from are {age} days old"
    if age > FRESH_DAYS:
        return _Sets(team.test, None, f"{told}, and none over {FRESH_DAYS} is fresh")
    if _last_day(newest) < max(_last_day(one) for one in team.pairs.values() if len(one)):
        return _Sets(team.test, None, f"{told}, older than those that it has learned from")
    return _Sets(known[-2] if newest is team.test else team.test, newest)


def _last_day(sample: Sample) -> int:
    return int(sample.day.max())


def _clicks(team: Team, model: Any, name: str, spells: list[Spell]) -> Set | None:
    """Impressions and their clicks; in truth as likely as they are by now."""
    if not spells:
        return None
    (heard,), table = clicked(team, spells, model)
    shown, row = heard.weight, heard.who
    position = np.concatenate([spell.position for spell in spells])
    types, devices, matched = team.stage.features.sight.shape
    device = row // matched % devices
    looks = team.platform.world.examination[device, position] * team.platform.crowd.sightedness[device]
    likely = shown * np.minimum(team.platform.moment.chance.reshape(types * devices * matched)[row] * looks, 1.0)
    last = max(spell.end_s for spell in spells) - 1
    return Set(name, last // DAY_S, heard, heard._replace(yes=likely, no=shown - likely), table)


def clicked(team: Team, spells: list[Spell], *models: Any) -> tuple[list[Judged], NDArray[np.float32]]:
    """What each model says of all that was shown, what was clicked of it, and the features; there is at least one spell."""
    table = _rows(team, spells)
    shown, clicks = (np.concatenate([getattr(spell, part) for spell in spells]).astype(np.float64) for part in ("shown", "clicks"))
    row, ones = np.concatenate([spell.row for spell in spells]), np.ones(len(shown))
    return [Judged(team.ask_table(table, one).astype(np.float64), clicks, shown - clicks, ones, row) for one in models], table


def _spend(team: Team, spells: list[Spell], model: Any) -> Spend:
    """What was shown, and clicks × bid a year at this rate."""
    if not spells:
        nothing = np.zeros(0)
        return Spend(np.zeros((0, len(team.stage.features.names)), np.float32), nothing, nothing, nothing)
    table, matched = _rows(team, spells), team.stage.features.sight.matched
    cells = len(team.stage.features.sight.devices) * matched
    bids = np.concatenate([spell.sight.bid_micros[spell.row // cells, spell.row % matched] for spell in spells]) / _MICROS
    shown, clicks = (np.concatenate([getattr(spell, part) for spell in spells]).astype(np.float64) for part in ("shown", "clicks"))
    lasted_s = max(spells[-1].end_s - spells[0].start_s, 1)
    return Spend(table, team.ask_table(table, model).astype(np.float64), shown, clicks * bids * (_YEAR_S / lasted_s))


def _rows(team: Team, spells: list[Spell]) -> NDArray[np.float32]:
    features = team.stage.features
    return np.concatenate([features.rows(spell.histories, spell.row, spell.position, spell.sight) for spell in spells])


def _spent(team: Team) -> float:
    return sum(line.cost for line in team.lines)


def _key(team: Team) -> int:
    return seeds.key(team.stage.scenario.seed, "decision", team.stage.replication, _PLACES + len(team.health))
