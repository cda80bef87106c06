"""What came of a team's work, as its diary would say it in a word or two: its labour is left to the diary."""

from __future__ import annotations

from collections.abc import Iterator

from reports.glyphs import clean
from reports.parts import axis
from reports.parts.rhythm import rhythm
from reports.teams import keeps_a_diary
from sim.study.results import CandidateRun, Entry

_FEW = 2
_EVENTS = {
    "relabel": "relabelled", "deploy": "deployed", "rollback": "held back", "alarm": "alarm", "drift": "saw a drift",
    "switch_objective": "switched",
}  # fmt: skip
_FINDINGS = {
    "wrong labels": "that labels are wrong", "never shows": "that the model never shows an ad", "stale": "the model stale",
    "wrong objective": "the objective wrong", "miscalibrated": "the model miscalibrated", "bad slice": "a slice that the model gets wrong",
}  # fmt: skip


def noteworthy(candidate: CandidateRun) -> list[Entry]:
    """What is worth a place on the page of its first replication: of a team no labour, but what came of it."""
    first = [entry for entry in candidate.chronicle if entry.replication == 0]
    if not keeps_a_diary(candidate):
        return first
    return [entry for entry in first if entry.event in _EVENTS or (entry.event == "analyse" and entry.finding)]


def milestones(team: CandidateRun) -> Iterator[tuple[tuple[int, ...], str, str]]:
    """A team's lines: on which days, what, and its sign; what came again and again is one line."""
    # What is found of a model that serves is another matter than before, and comes back more often.
    groups: dict[tuple[str, bool], list[Entry]] = {}
    serves = False
    for entry in noteworthy(team):
        groups.setdefault((_words(entry, serves), serves), []).append(entry)
        serves |= entry.event == "deploy"
    for (words, _), group in groups.items():
        event, days = group[0].event, tuple(entry.day for entry in group)
        if len(group) > (1 if event == "analyse" else _FEW):
            yield days, f"{words}{',' * (':' in words)} {len(group)} times{rhythm(days)}", axis.sign_for(event)
            continue
        bare = event in ("analyse", "deploy")
        yield from (((one.day,), words if bare else said(words, clean(one.detail)), axis.sign_for(event)) for one in group)


def _words(entry: Entry, serves: bool) -> str:
    """What an entry says before its numbers."""
    finding = clean(entry.finding)
    if entry.event == "analyse":
        return f"found {_FINDINGS.get(finding, finding)}"
    if entry.event == "deploy":
        return "replaced the model" if serves else "deployed a first model"
    return f"{_EVENTS[entry.event]}: {finding}" if finding else _EVENTS[entry.event]


def said(event: str, detail: str) -> str:
    """What happened, with what there is to say of it; a drift says it itself."""
    return detail if detail and event == "drift" else f"{event}: {detail}" if detail else event
