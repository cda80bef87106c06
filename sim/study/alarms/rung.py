"""What rang on the raw series of a run's candidates, beside how often it rings for nothing.

Revenue and clicks move when the world does, under any policy. So such an alarm is no finding: it is told with how
often the same detector rings for a rule in the same worlds, with which nothing is wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from sim.columns import IMPRESSIONS
from sim.study.alarms.detecting import DETECTORS, SERIES, Alarm, alarms
from sim.study.results import CandidateRun, Entry, Run

_YEAR = 365.0


class Quiet(NamedTuple):
    """How often a detector rings with nothing wrong.

    Attributes
    ----------
    rules
        Names of the rules that it was counted for.
    times, days
        How often it rang, and on how many days it could have, in all of their worlds.
    rang, of
        In how many of these worlds (a rule in a world, for the whole horizon) it rang at all, and how many there are.
    """

    rules: tuple[str, ...]
    times: int
    days: int
    rang: int
    of: int

    @property
    def a_year(self) -> float | None:
        """How often it rings in a year; None where less than one was looked at, which tells no rate."""
        return self.times * _YEAR / self.days if self.days >= _YEAR else None


QuietRates = dict[tuple[str, str], Quiet]  # by detector and series


class Rung(NamedTuple):
    """What one detector did for one candidate on one series.

    Attributes
    ----------
    days
        On which days it rang in each replication, in the order of the ledgers; None where no model was ever deployed.
    looked
        How many days of each replication were looked at: those from its first deployment on.
    quiet
        How often it rings with nothing wrong; None where no rule says so.
    """

    detector: str
    series: str
    days: tuple[tuple[int, ...] | None, ...]
    looked: tuple[int, ...]
    quiet: Quiet | None

    @property
    def rang(self) -> int:
        """In how many replications it rang."""
        return sum(bool(one) for one in self.days)

    @property
    def of(self) -> int:
        """In how many a model was deployed."""
        return sum(one is not None for one in self.days)


def rules_of(run: Run) -> tuple[CandidateRun, ...]:
    """With whom nothing is wrong: the rule that served before day 1; else every fixed rule that shows ads and does not know the truth."""
    fixed = [one for one in run.candidates if one.policy and not one.goal and one.days[:, :, IMPRESSIONS].any()]
    return tuple([one for one in fixed if one.name == run.incumbent] or fixed)


def quiet_rates(run: Run) -> QuietRates:
    """How often each detector rings for the rules, by detector and series; empty without a rule."""
    rules = rules_of(run)
    if not rules or not run.replications:
        return {}
    rung = [alarms(days) for rule in rules for days in rule.days]
    names, days = tuple(rule.name for rule in rules), len(rung) * run.days
    counts = {of: [_count(one, of) for one in rung] for of in _each()}
    return {of: Quiet(names, sum(each), days, sum(map(bool, each)), len(rung)) for of, each in counts.items()}


def rung_for(run: Run, candidate: CandidateRun, quiet: QuietRates) -> tuple[Rung, ...]:
    """What each detector did for a candidate that learns, from its first deployment on; nothing for one that never deployed."""
    starts = _starts(run, candidate)
    if not any(starts):
        return ()
    found = [alarms(days, from_) if from_ else None for days, from_ in zip(candidate.days, starts, strict=True)]
    looked = tuple(len(days) - from_[0] if from_ else 0 for days, from_ in zip(candidate.days, starts, strict=True))
    return tuple(Rung(*of, tuple(None if one is None else _days(one, of) for one in found), looked, quiet.get(of)) for of in _each())


def with_alarms(run: Run, candidate: CandidateRun, quiet: QuietRates) -> tuple[Entry, ...]:
    """A candidate's chronicle, with an entry for each time that a detector rang."""
    numbers = run.numbers or tuple(range(run.replications))
    rang = [
        Entry(number, day, "alarm", f"{one.detector} on {one.series}: no finding; {in_words(one.quiet)}", "", _evidence(one.quiet))
        for one in rung_for(run, candidate, quiet)
        for number, days in zip(numbers, one.days, strict=True)
        for day in days or ()
    ]
    return tuple(sorted((*candidate.chronicle, *rang), key=lambda entry: (entry.replication, entry.day)))


def in_words(quiet: Quiet | None, days: int = 0) -> str:
    """How often a detector rings with nothing wrong; over so many *days*, too, where there are any to hold it against.

    Examples
    --------
    >>> in_words(Quiet(("keyword",), 24, 3650, 8, 10), 73)
    'with nothing wrong (keyword) it rings 2.4 times a year (0.5 in 73 days), in 8 of 10 worlds of 365 days'
    >>> in_words(Quiet(("keyword",), 0, 100, 0, 1), 73)
    'with nothing wrong (keyword) it never rang in 100 days: too few to tell a rate'
    >>> in_words(None)
    'how often it rings for nothing is unknown: no rule is played'
    """
    if quiet is None:
        return "how often it rings for nothing is unknown: no rule is played"
    alone = len(quiet.rules) == 1
    who, of = (quiet.rules[0], "worlds") if alone else (f"{len(quiet.rules)} rules", "worlds of rules")
    if quiet.a_year is None:
        rang = f"rang {often(quiet.times)}" if quiet.times else "never rang"
        return f"with nothing wrong ({who}) it {rang} in {quiet.days:,} days: too few to tell a rate"
    over = f" ({quiet.a_year * days / _YEAR:.1f} in {days:,} {'day' if days == 1 else 'days'})" if days else ""
    worlds = f"{quiet.rang} of {quiet.of} {of} of {quiet.days // quiet.of:,} days"
    return f"with nothing wrong ({who}) it rings {quiet.a_year:.1f} times a year{over}, in {worlds}"


def often(times: int) -> str:
    """How often, in a word.

    Examples
    --------
    >>> often(0), often(1), often(3)
    ('never', 'once', '3 times')
    """
    return {0: "never", 1: "once", 2: "twice"}.get(times, f"{times} times")


def _evidence(quiet: Quiet | None) -> str:
    if quiet is None:
        return ""
    rate = None if quiet.a_year is None else float(f"{quiet.a_year:.6g}")
    return json.dumps({"false_alarms_a_year": rate, "rang_for_nothing": quiet.rang, "of": quiet.of, "quiet_days": quiet.days})


def _starts(run: Run, candidate: CandidateRun) -> list[tuple[int, ...]]:
    """Of each replication the days on which its first model came, and the first one after each change of its objective."""
    numbers = run.numbers or tuple(range(run.replications))
    books: dict[int, list[Entry]] = {number: [] for number in numbers}
    for entry in candidate.chronicle:
        books.setdefault(entry.replication, []).append(entry)
    return [_fresh_starts(books[number]) for number in numbers]


def _fresh_starts(lines: Sequence[Entry]) -> tuple[int, ...]:
    """Of one replication: a team trains a model for its new objective, a candidate of the scenario's goes over to one at once."""
    found: list[int] = []
    waiting = True
    for entry in lines:
        waiting |= entry.event == "switch_objective"
        waiting &= not (found and entry.event == "rollback")  # the switch was sent back: what serves is not new
        if (waiting and entry.event == "deploy") or (found and entry.event == "switch"):
            found.append(entry.day)
            waiting = False
    return tuple(dict.fromkeys(found))


def _each() -> Iterator[tuple[str, str]]:
    return product(DETECTORS, SERIES)


def _days(rang: Sequence[Alarm], of: tuple[str, str]) -> tuple[int, ...]:
    return tuple(one.day for one in rang if (one.detector, one.series) == of)


def _count(rang: Sequence[Alarm], of: tuple[str, str]) -> int:
    return len(_days(rang, of))
