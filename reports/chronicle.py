"""What happened: the world's events and the candidates' entries of the first replication, condensed.

A year of weekly retraining is one line, not fifty: a reader looks for what is odd in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

from reports.console import Piece, cells, fit, pad
from reports.glyphs import Glyphs, clean
from reports.milestones import milestones, noteworthy, said
from reports.parts import axis
from reports.parts.rhythm import rhythm
from reports.teams import keeps_a_diary
from sim.study.results import CandidateRun, Entry, Run

_Event = tuple[str, str, int]

_WORLD = "the world"
_MOST = 14
_FEW, _FEW_DRIFTS = 2, 6
_NAME, _PAIR = 10, 2
_PAST = {"train": "trained", "deploy": "deployed", "switch_objective": "switched"}
_URGENT = {axis.SWITCHED, axis.ALARM}


@dataclass(frozen=True, slots=True)
class Told:
    """A line of the story: on which days, to whom, what."""

    days: tuple[int, ...]
    who: str
    what: str
    sign: str

    @property
    def when(self) -> str:
        """The day, or the first and the last, counted from 1 as in a scenario."""
        first, last = self.days[0] + 1, self.days[-1] + 1
        return str(first) if first == last else f"{first} … {last}"


def story(run: Run) -> tuple[list[Told], int]:
    """At most fourteen lines in order of time, and how many were left out; the world's are kept first."""
    told = [Told(days, _WORLD, what, axis.DRIFTED) for days, what in _condense(_of_world(run))]
    told += sorted(_of_candidates(run), key=lambda line: line.days[0])
    kept = sorted(told, key=lambda line: (line.who != _WORLD, line.sign not in _URGENT, len(line.days) == 1, line.days))[:_MOST]
    return sorted(kept, key=lambda line: (line.days[0], line.who != _WORLD, told.index(line))), len(told) - len(kept)


def chronicle(run: Run, width: int, glyphs: Glyphs) -> list[tuple[list[Piece], str]]:
    """Each line as its lead (day, sign, who) and its sentence, which the screen wraps."""
    told, left_out = story(run)
    if not told:
        return [([], "nothing: the world stayed as it was, and nobody retrained")]
    whens = [glyphs.swap(line.when) for line in told]
    whos = [fit(glyphs.swap(line.who), max(_NAME, width // 4), glyphs) for line in told]
    wide, long = max(map(cells, whens)), max(map(cells, whos))
    lines: list[tuple[list[Piece], str]] = []
    for line, when, who in zip(told, whens, whos, strict=True):
        look = "warn" if line.sign in (axis.DRIFTED, axis.ALARM) else "estimate"
        lead = [
            (pad(when, wide, "right") + "  ", "context"),
            (line.sign + "  ", look),
            (pad(who, long) + "  ", "head"),
        ]
        lines.append((lead, line.what))
    if left_out:
        lines.append(([(" " * (wide + 5), "")], f"… and {left_out} more, all of them in --json"))
    if any(map(keeps_a_diary, run.candidates)):
        lines.append(([(" " * (wide + 5), "")], "teams in full, with what each step cost and changed: --page chronicle, also of report"))
    return lines


def _of_world(run: Run) -> dict[str, list[_Event]]:
    """The world's events by kind; each on its own as long as there are only a few different ones."""
    events = [(clean(one.event), clean(one.detail), one.day) for one in run.world_events]
    apart = len({(event, detail) for event, detail, _ in events}) <= _FEW_DRIFTS
    groups: dict[str, list[_Event]] = {}
    for event, detail, day in events:
        groups.setdefault(said(event, detail) if apart else event, []).append((event, detail, day))
    return groups


def _of_candidates(run: Run) -> list[Told]:
    """The candidates' entries; what happened to several on the same days is told once."""
    met: dict[tuple[tuple[int, ...], str, str], list[str]] = {}
    for one in run.candidates:
        for days, what, sign in milestones(one) if keeps_a_diary(one) else _of_one(one):
            met.setdefault((days, what, sign), []).append(clean(one.name))
    return [Told(days, _together(names, run), what, sign) for (days, what, sign), names in met.items()]


def _of_one(candidate: CandidateRun) -> Iterator[tuple[tuple[int, ...], str, str]]:
    """A candidate's entries by kind; kinds that came on the same days are one, such as train and deploy."""
    groups: dict[str, list[Entry]] = {}
    for entry in noteworthy(candidate):
        groups.setdefault(clean(entry.event), []).append(entry)
    together: dict[tuple[int, ...], list[str]] = {}
    for event, group in groups.items():
        if len(group) > _FEW:
            together.setdefault(tuple(entry.day for entry in group), []).append(event)
            continue
        words = _PAST.get(event, event) if axis.sign_for(event) == axis.SWITCHED else event
        yield from (((entry.day,), said(words, clean(entry.detail)), axis.sign_for(event)) for entry in group)
    for days, events in together.items():
        words = " and ".join(_PAST.get(event, event) for event in events)
        yield days, f"{words} {len(days)} times{rhythm(days)}", axis.sign_for(events[0])


def _together(names: Sequence[str], run: Run) -> str:
    """Who, in a word or two where it is several of them."""
    if len(names) == 1:
        return names[0]
    learners, teams = ({clean(one.name) for one in run.candidates if is_one(one)} for is_one in (attrgetter("objective"), keeps_a_diary))
    if set(names) == teams:
        return "both teams" if len(teams) == _PAIR else "all teams"
    return "all that learn" if set(names) == learners else f"{names[0]} +{len(names) - 1}"


def _condense(groups: Mapping[str, Sequence[_Event]]) -> Iterator[tuple[tuple[int, ...], str]]:
    """Days and words of each group: its events one by one if they are few, else together."""
    for words, group in groups.items():
        if len(group) <= _FEW:
            yield from (((day,), said(event, detail)) for event, detail, day in group)
            continue
        days = tuple(sorted(day for _, _, day in group))
        yield days, f"{words}, {len(group)} times{rhythm(days)}"
