"""Stored runs, judged: a comparison as it was asked, or two runs of the same worlds against each other."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from sim.errors import BadInput, Mistake
from sim.study.compare.comparison import Comparison, Failed
from sim.study.compare.judge import Beside, judge
from sim.study.compare.question import Question
from sim.study.results import CandidateRun, Run


def judged_again(run: Run) -> Comparison | None:
    """The comparison that *run* was played for; None when it was played for none."""
    if not run.asked:
        return None
    beside = Beside(tuple(Failed(name, _why(run, name)) for name in run.failed), json.loads(run.asked).get("variance", {}))
    return judge(run, Question.read(run.asked), beside)


def against_each_other(run: Run, other: Run) -> Comparison:
    """The candidates of *run* against those of *other* in the replications that both have.

    One name in both runs makes one pair: "revenue" and "revenue, before". The baseline is the other run's, or
    its only candidate.

    Raises
    ------
    BadInput
        When the two did not play the same worlds.
    """
    common = [number for number in _numbers(run) if number in _numbers(other)]
    mistakes = _apart(run, other, common)
    if mistakes:
        raise BadInput(mistakes)
    before = [_cut(one, _numbers(other), common, f"{one.name}, before") for one in other.candidates]
    now = [_cut(one, _numbers(run), common, one.name) for one in run.candidates]
    asked = json.loads(run.asked) if run.asked else {}
    baseline = json.loads(other.asked).get("baseline", "") if other.asked else other.incumbent
    names = [one.name for one in before]
    chosen = f"{baseline}, before" if f"{baseline}, before" in names else names[0]
    same = [one for one in now if f"{one.name}, before" in names]
    if len(other.candidates) == len(run.candidates) == 1 or (len(same) == 1 and len(now) == 1):
        chosen = f"{now[0].name}, before" if same else names[0]
    question = Question(
        chosen, asked.get("primary", "revenue"), asked.get("confidence", 0.95), asked.get("indifference", 0.005), len(common), None, len(common),
    )  # fmt: skip
    settings = json.loads(run.settings)
    settings["candidate"] += [one | {"name": f"{one['name']}, before"} for one in json.loads(other.settings)["candidate"]]
    joined = replace(
        run, candidates=tuple(now + before), replications=len(common), planned=len(common), numbers=tuple(common),
        settings=json.dumps(settings), asked=question.text(), notes=(*run.notes, f"'before' is run {other.run}, of version {other.version}"),
    )  # fmt: skip
    return judge(joined, question)


def _numbers(run: Run) -> tuple[int, ...]:
    return run.numbers or tuple(range(run.replications))


def _cut(one: CandidateRun, numbers: tuple[int, ...], common: list[int], name: str) -> CandidateRun:
    """The replications that both runs have, under another name."""
    days = np.ascontiguousarray(one.days[[numbers.index(number) for number in common]])
    days.setflags(write=False)
    return replace(one, name=name, days=days)


def _apart(run: Run, other: Run, common: list[int]) -> list[Mistake]:
    """Why the two can't be paired."""
    mistakes = []
    for what, mine, its in (("seed", run.seed, other.seed), ("days", run.days, other.days), ("first day", run.start, other.start)):
        if mine != its:
            mistakes.append(Mistake("--against", f"{other.run} has another {what}: {its}, not {mine}", "", "runs of the same worlds can be paired"))
    worlds = [{key: value for key, value in json.loads(one.settings).items() if key in ("traffic", "market", "users", "device")} for one in (run, other)]
    if worlds[0] != worlds[1]:
        keys = ", ".join(key for key in worlds[0] if worlds[0][key] != worlds[1].get(key))
        mistakes.append(Mistake("--against", f"{other.run} was played in other worlds: {keys} differ", "", "runs of the same worlds can be paired"))
    if not common and not mistakes:
        mistakes.append(Mistake("--against", f"{other.run} has none of the same replications"))
    if not mistakes and run.run == other.run:
        mistakes.append(Mistake("--against", f"{other.run} is the same run"))
    return mistakes


def _why(run: Run, name: str) -> str:
    """The note that says why a candidate is missing."""
    return next((note.removesuffix("; it is left out of this report") for note in run.notes if name in note), "could not be played")
