"""Stored runs, judged: a comparison as it was asked, or two runs of the same worlds against each other."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np

from sim.errors import BadInput, Mistake
from sim.study.compare.comparison import Comparison, Failed
from sim.study.compare.judge import Beside, judge
from sim.study.compare.question import Question
from sim.study.results import LEFT_OUT, CandidateRun, Run

_OF_THE_WORLD = ("traffic", "market", "users", "conversions", "device", "drift", "history")


def judged_again(run: Run) -> Comparison | None:
    """The comparison that *run* was played for; None when it was played for none."""
    if not run.asked:
        return None
    known = json.loads(run.asked)
    failed = (
        tuple(Failed(*one) for one in known["failed"]) if "failed" in known else tuple(Failed(name, _why(run, name)) for name in run.failed)
    )
    beside = Beside(failed, known.get("variance", {}), looked=known.get("looked", False))
    return judge(run, Question.read(run.asked), beside)


def with_failed(comparison: Comparison, failed: tuple[Failed, ...]) -> Comparison:
    """The comparison with those who could not be played; its run remembers them, for `judged_again`."""
    if not failed:
        return comparison
    asked = json.dumps(json.loads(comparison.run.asked) | {"failed": failed})
    return replace(comparison, run=replace(comparison.run, asked=asked), failed=failed)


def against_each_other(run: Run, other: Run) -> Comparison:
    """The candidates of *run* against those of *other* in the replications that both have.

    One name in both runs makes one pair: "revenue" and "revenue, before". The baseline is the other run's, or
    its only candidate. Where one of the two stopped as soon as it was decided, the intervals hold at every number of replications.

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
    chosen = _baseline(other, now, before)
    asked = Question.read(run.asked) if run.asked else Question(chosen, "revenue", 0.95, 0.005, None, None, 0)
    stopped = any(_stopped(one) for one in (run, other) if one.asked)  # by what it had found
    question = asked._replace(baseline=chosen, replications=None if stopped else len(common), precision=None, limit=len(common))
    settings = json.loads(run.settings)
    settings["candidate"] += [one | {"name": f"{one['name']}, before"} for one in json.loads(other.settings)["candidate"]]
    joined = replace(
        run, candidates=tuple(now + before), replications=len(common), planned=len(common), numbers=tuple(common),
        settings=json.dumps(settings), asked=question.text(),
        notes=(*run.notes, f"'before' is run {other.run}, of version {other.version}"),
    )  # fmt: skip
    return judge(joined, question)


def _stopped(run: Run) -> bool:
    """Whether how many replications a comparison has may depend on what they found."""
    cut = run.interrupted and run.replications < run.planned
    return cut or Question.read(run.asked).sequential or bool(json.loads(run.asked).get("looked"))


def _numbers(run: Run) -> tuple[int, ...]:
    return run.numbers or tuple(range(run.replications))


def _cut(one: CandidateRun, numbers: tuple[int, ...], common: list[int], name: str) -> CandidateRun:
    """The replications that both runs have, under another name."""
    days = np.ascontiguousarray(one.days[[numbers.index(number) for number in common]])
    days.setflags(write=False)
    return replace(one, name=name, days=days)


def _baseline(other: Run, now: list[CandidateRun], before: list[CandidateRun]) -> str:
    """The same candidate before, where there is but one; else what the other run was held against."""
    names = [one.name for one in before]
    if len(now) == 1 and f"{now[0].name}, before" in names:
        return f"{now[0].name}, before"
    held = Question.read(other.asked).baseline if other.asked else other.incumbent
    return f"{held}, before" if f"{held}, before" in names else names[0]


def _apart(run: Run, other: Run, common: list[int]) -> list[Mistake]:
    """Why the two can't be paired."""
    hint = "runs of the same worlds can be paired"
    if run.run == other.run:
        return [Mistake("--against", f"{other.run} is the same run", "", hint)]
    found = []
    pairs = (("seed", run.seed, other.seed), ("number of days", run.days, other.days), ("first day", run.start, other.start))
    for what, mine, its in pairs:
        if mine != its:
            found.append(f"has another {what}: {its}, not {mine}")
    worlds = [json.loads(one.settings) for one in (run, other)]
    apart = [key for key in _OF_THE_WORLD if worlds[0].get(key) != worlds[1].get(key)]
    if apart:
        found.append(f"was played in other worlds: {', '.join(apart)}")
    if not common and not found:
        found.append("has none of the same replications")
    return [Mistake("--against", f"{other.run} {one}", "", hint) for one in found]


def _why(run: Run, name: str) -> str:
    """The note that says why a candidate is missing."""
    told = [note.removesuffix(LEFT_OUT) for note in run.left_out]
    of_it = [note for note in told if f"'{name}'" in note] or [note for note in told if name in note]
    return of_it[0] if of_it else "could not be played"
