"""From the answers of all workers to one frozen result."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np

from sim.errors import InvalidRun
from sim.lifecycle.play import Played
from sim.scenario.compare_schema import Compare
from sim.scenario.panel import Panel, read_panel
from sim.scenario.sampling import sampling
from sim.scenario.schema import DAY_S, Scenario
from sim.study.results import LEFT_OUT, CandidateRun, Entry, Run, WorldEvent, months_between
from sim.study.worker import Failure, Task
from sim.version import VERSION
from sim.world.drift.story import stories

_BURNT_IN_DAYS = 56  # two half-lives of a history
_ENOUGH_LEARNED = 1 - 0.5**1.5  # what 90 days show of a half-life of 60: 64.6 %

Answers = dict[Task, Played | Failure]


def gather(scenario: Scenario, answers: Answers, *, broken: bool = False, asked: str = "", why: str = "") -> Run:
    """Put the answers together: only replications in which every playable candidate is done count.

    Parameters
    ----------
    broken
        Whether a worker process died before all were in.
    asked
        For a comparison what was asked, as JSON.
    why
        Why the sampler is what it is, where it was not the scenario that said so.

    Raises
    ------
    InvalidRun
        When there is no candidate to report.
    """
    failures = {task.candidate: answer.message for task, answer in sorted(answers.items(), reverse=True) if isinstance(answer, Failure)}
    done, playable, unfinished = _counted(scenario, answers, failures)
    notes = ["a worker process died (out of memory?); what was finished before is reported"] if broken else []
    notes += [f"{message}{LEFT_OUT}" for _, message in sorted(failures.items())] + unfinished
    panel = read_panel(scenario.traffic, scenario.folder) if scenario.traffic.replay else None
    settings = settings_of(scenario)
    chosen = sampling(scenario)
    if chosen.sampler != "queries":
        notes.append(f"sampler '{chosen.sampler}', since {why or chosen.why}: {chosen.exactness}")
    return Run(
        run=f"{Path(scenario.name).name.replace(' ', '-')}-{scenario.seed}-{_digest(settings + asked)}",
        scenario=scenario.name,
        question=scenario.question,
        source=scenario.source or scenario.name,
        version=VERSION,
        seed=scenario.seed,
        replications=len(done),
        planned=scenario.replications,
        start=scenario.start,
        currency=scenario.market.currency,
        sampler=chosen.sampler,
        incumbent=_incumbent(scenario),
        candidates=tuple(_candidate(scenario, c, done, answers) for c in playable),
        world_events=tuple(WorldEvent(at_s // 86_400, "drift", story) for at_s, story in stories(scenario)),
        notes=tuple(notes + _memory_notes(scenario) + _burn_in_notes(scenario) + (_panel_notes(panel) if panel else [])),
        log_ctr=_log_ctr(scenario, panel) if panel else None,
        interrupted=not broken and len(answers) < scenario.replications * len(scenario.candidates),
        broken=broken,
        failed=tuple(scenario.candidates[c].name for c in sorted(failures)),
        numbers=tuple(done),
        settings=settings,
        text=scenario.text,
        asked=asked,
    )


def _counted(scenario: Scenario, answers: Answers, failures: dict[int, str]) -> tuple[list[int], list[int], list[str]]:
    """The replications and the candidates that count, and a note where not even one replication was whole."""
    playable = [c for c in range(len(scenario.candidates)) if c not in failures]
    if not playable:
        raise InvalidRun("\n".join(sorted(set(failures.values()))))
    done = [r for r in range(scenario.replications) if all(Task(r, c) in answers for c in playable)]
    if done:
        return done, playable, []
    # Stopped before one replication was whole: show the candidates that are through with the fullest.
    fullest = max(range(scenario.replications), key=lambda r: sum(Task(r, c) in answers for c in playable))
    late = [scenario.candidates[c].name for c in playable if Task(fullest, c) not in answers]
    through = [c for c in playable if Task(fullest, c) in answers]
    if not through:
        raise InvalidRun("\n".join(["stopped before any candidate that can be played was through", *failures.values()]))
    return [fullest], through, [f"stopped in the first replication, before {', '.join(late)}"]


def _candidate(scenario: Scenario, number: int, done: list[int], answers: Answers) -> CandidateRun:
    settings = scenario.candidates[number]
    played = [answer for r in done if isinstance(answer := answers[Task(r, number)], Played)]
    days = np.stack([one.ledger for one in played])
    days.setflags(write=False)
    return CandidateRun(
        name=settings.name,
        objective=settings.objective.use.rpartition(":")[2] if settings.objective else "",
        model=settings.model.use.rpartition(":")[2] if settings.model else "",
        policy=settings.policy.use if settings.policy else "",
        goal=str(settings.policy.arguments.get("objective", "revenue")) if settings.policy and settings.policy.use == "oracle" else "",
        days=days,
        chronicle=tuple(Entry(r, *line) for r, one in zip(done, played, strict=True) for line in one.chronicle),
        health=tuple(record._replace(replication=r) for r, one in zip(done, played, strict=True) for record in one.health),
    )


def _incumbent(scenario: Scenario) -> str:
    """The candidate that goes on with what served before day 1, if there is one."""
    policy = scenario.history.policy
    return next((c.name for c in scenario.candidates if c.policy == policy), "")


def _memory_notes(scenario: Scenario) -> list[str]:
    """A warning where the horizon is too short for what users learn to show."""
    users = scenario.users
    learned = 1 - 0.5 ** (scenario.days * DAY_S / users.memory)
    if users.blindness == users.leaving == 0 or learned >= _ENOUGH_LEARNED:
        return []
    half_life = users.memory // DAY_S
    return [
        (
            f"users' memory has a half-life of {half_life} days: {scenario.days} days show {learned:.0%} of what they learn, "
            f"so a gain from more ads may still turn; {3 * half_life // 2} days show {_ENOUGH_LEARNED:.0%}"
        )
    ]


def _burn_in_notes(scenario: Scenario) -> list[str]:
    """A warning where a team's histories are so young on day 1 that their growing up looks like drift."""
    days = scenario.history.days // DAY_S
    if days >= _BURNT_IN_DAYS or not any(candidate.playbook for candidate in scenario.candidates):
        return []
    grow = f"click histories had {days} days to mature before day 1, and what they still grow looks like drift to a team"
    return [f"{grow}: {_BURNT_IN_DAYS} days are enough"]


def _panel_notes(panel: Panel) -> list[str]:
    return [
        f"replayed log, {reason}: {count:,}" if "days" in reason else f"replayed log, rows with {reason}: {count:,}"
        for reason, count in panel.dirty.items()
    ]


def _log_ctr(scenario: Scenario, panel: Panel) -> tuple[float | None, ...] | None:
    if panel.clicks is None or panel.shown is None:
        return None
    sums = [
        (panel.clicks[m.first : m.end].sum(), panel.shown[m.first : m.end].sum()) for m in months_between(scenario.start, scenario.days)
    ]
    return tuple(float(clicks / shown) if shown else None for clicks, shown in sums)


def settings_of(scenario: Scenario) -> str:
    """Every setting with its value, as JSON."""
    # By their names only: where a log or a table stands is no part of the study.
    files = {key: Path(path).name for key in ("replay", "types") if (path := getattr(scenario.traffic, key))}
    traffic = scenario.traffic.model_copy(update=files)
    return scenario.but(traffic=traffic).model_dump_json(by_alias=True, exclude=_unused(scenario))


def _unused(scenario: Scenario) -> dict[str, Any]:
    """What a scenario leaves alone: tables that only a comparison or a team reads, and younger keys; a run's id does not depend on them."""
    tables: dict[str, Any] = {
        "compare": scenario.compare == Compare(),
        "guardrails": not scenario.guardrails.rules,
        "raters": not any(candidate.playbook for candidate in scenario.candidates),
    }
    optional = ("swept", "playbook")
    plain = {number: {key for key in optional if getattr(one, key) is None} for number, one in enumerate(scenario.candidates)}
    walks = {number: {"settled"} for number, one in enumerate(scenario.drifts) if not getattr(one, "settled", False)}
    younger: dict[str, Any] = {"candidates": plain, "drifts": walks}
    if scenario.traffic.types is None:
        younger["traffic"] = {"types"}
    if not scenario.history.explored:
        younger["history"] = {"explored"}
    if not scenario.market.screened:
        younger["market"] = {"screened"}
    return younger | {table: True for table, alone in tables.items() if alone}


def _digest(settings: str) -> str:
    return hashlib.blake2b(settings.encode(), digest_size=4).hexdigest()
