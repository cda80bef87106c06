"""Which candidates are teams with a playbook, and which of them are twins: alike but for a look that one does not take."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sim.scenario.playbook_checks import without_effect
from sim.scenario.playbook_schema import Playbook
from sim.study.results import CandidateRun, Entry, Run

_LOOKS = ("looks_for", "watches_for")
_OF_NO_CONCERN = {"name", "playbook"}
RETRAINING = "retraining"


class Twin(NamedTuple):
    """A candidate that is as another, except that it does not look for something.

    Attributes
    ----------
    without
        What it does not look for, as the playbook calls it; `RETRAINING` where it never retrains.
    """

    candidate: CandidateRun
    without: tuple[str, ...]


def teams(run: Run) -> tuple[CandidateRun, ...]:
    """The candidates that follow a playbook, in the scenario's order."""
    told = _settings(run)
    return tuple(one for one in run.candidates if told.get(one.name, {}).get("playbook") or keeps_a_diary(one))


def not_played(run: Run) -> tuple[str, ...]:
    """The names of those that follow a playbook and could not be played, so that they keep no diary."""
    told = _settings(run)
    return tuple(name for name in run.failed if told.get(name, {}).get("playbook"))


def keeps_a_diary(candidate: CandidateRun) -> bool:
    """Whether its chronicle is a team's: it has pairs collected and labelled.

    Examples
    --------
    >>> import numpy as np
    >>> keeps_a_diary(CandidateRun("rule", "", "", np.zeros((1, 1, 13), np.int64), ()))
    False
    """
    return any(entry.event == "collect" for entry in candidate.chronicle)


def by_replication(run: Run, candidate: CandidateRun) -> list[list[Entry]]:
    """Its chronicle, a list for each replication in the order of the ledgers."""
    numbers = run.numbers or tuple(range(run.replications))
    found: dict[int, list[Entry]] = {number: [] for number in numbers}
    for entry in candidate.chronicle:
        found.setdefault(entry.replication, []).append(entry)
    return [found[number] for number in numbers]


def watches_for(run: Run, candidate: CandidateRun, look: str) -> bool:
    """Whether its playbook looks for something, before or after the deployment."""
    plan = _settings(run).get(candidate.name, {}).get("playbook") or {}
    return look in _looks(plan)


def leading(run: Run) -> CandidateRun | None:
    """The team that the page is about: the one that looks for most, of several the first."""
    found = teams(run)
    told = _settings(run)
    return max(found, key=lambda one: len(_looks(told.get(one.name, {}).get("playbook") or {})), default=None)


def twins(run: Run, team: CandidateRun) -> tuple[Twin, ...]:
    """All candidates that differ from *team* in nothing but that they lack some of its looks; the most alike first."""
    told = _settings(run)
    if team.name not in told or not told[team.name].get("playbook"):
        return ()
    found = []
    for other in run.candidates:
        lacking = _lacking(told[team.name], told.get(other.name, {}))
        if other is not team and lacking:
            found.append(Twin(other, lacking))
    return tuple(sorted(found, key=lambda twin: len(twin.without)))


def switched(candidate: CandidateRun) -> bool:
    """Whether it went over to another objective, in any replication.

    Examples
    --------
    >>> import numpy as np
    >>> switched(CandidateRun("team", "clicks", "", np.zeros((1, 9, 13), np.int64), (Entry(0, 3, "switch_objective", ""),)))
    True
    """
    return any(entry.event == "switch_objective" for entry in without_undone(candidate.chronicle))


def without_undone(lines: Sequence[Entry]) -> list[Entry]:
    """A chronicle without the switches whose first model was held at the gate or sent back by its canary: the objective stayed.

    Examples
    --------
    >>> [one.event for one in without_undone((Entry(0, 3, "switch_objective", ""), Entry(0, 9, "rollback", "")))]
    ['rollback']
    """
    return [entry for place, entry in enumerate(lines) if entry.event != "switch_objective" or not _undone(lines, place)]


def _undone(lines: Sequence[Entry], place: int) -> bool:
    own = (line.event for line in lines[place + 1 :] if line.replication == lines[place].replication)
    return next((event for event in own if event in ("deploy", "rollback", "switch_objective")), "") == "rollback"


def objectives(run: Run, candidate: CandidateRun) -> tuple[str, ...]:
    """What it optimised, by name: its objective and, where it switched, the one after it; nothing for a rule."""
    told = _settings(run).get(candidate.name, {})
    then = (told.get("playbook") or {}).get("then") or (told.get("then") or {}).get("objective") or {}
    after = (str(then["use"]),) if switched(candidate) and "use" in then else ()
    return (candidate.objective, *after) if candidate.objective else ()


def _lacking(ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> tuple[str, ...]:
    """What the second playbook lacks of the first; nothing where something else differs, too."""
    if not theirs.get("playbook") or _rest(ours, _OF_NO_CONCERN) != _rest(theirs, _OF_NO_CONCERN):
        return ()
    mine, other = ours["playbook"], theirs["playbook"]
    free = {"use", *_LOOKS, *(key for key, _ in without_effect(Playbook.model_construct(**other)))}  # what is read for no look of its own
    never = other.get("retrain") == "never" != mine.get("retrain")
    if _rest(mine, free | {"retrain"} if never else free) != _rest(other, free | {"retrain"} if never else free):
        return ()
    if not set(_looks(other)) <= set(_looks(mine)):
        return ()
    return tuple(look for look in _looks(mine) if look not in _looks(other)) + ((RETRAINING,) if never else ())


def _looks(plan: Mapping[str, Any]) -> Sequence[str]:
    return [look for key in _LOOKS for look in plan.get(key, ())]


def _rest(table: Mapping[str, Any], without: set[str]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in without}


def _settings(run: Run) -> dict[str, dict[str, Any]]:
    """Each candidate's settings by its name."""
    told = json.loads(run.settings) if run.settings else {}
    return {one["name"]: one for one in told.get("candidate", ())}
