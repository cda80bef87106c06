"""A team's diary in words: what it saw and did, what that cost, and what it changed, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, takewhile
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reports import effects
from reports.glyphs import clean
from reports.parts import numbers
from reports.steps import evidence
from sim.study.results import Entry

_VERBS = {
    "collect": "collected", "label": "labelled", "relabel": "relabelled", "train": "trained", "analyse": "looked",
    "deploy": "deployed", "rollback": "held back", "alarm": "ALARM", "drift": "drift", "switch_objective": "SWITCHED",
}  # fmt: skip
_FOUND = "FOUND"
_LOOKS = {_FOUND: "warn", "ALARM": "bad", "deployed": "good", "SWITCHED": "estimate", "held back": "bad", "drift": "warn"}
_SAME = 0.005
_BOUGHT = ("collect", "label")
_MANY = 3  # rounds in a row that are told as one line
# What is worth holding against an earlier look, and how it is written.
_MEASURES = {
    "recall": ("recall", "{:.0%}"),
    "errors": ("errors of the model", "{:,.0f}"),
    "overturned_show": ("overturned of those rated 'show'", "{:.0%}"),
    "ratio": ("clicks of exposed users against those held back", "{:.2f}"),
}


class Written(NamedTuple):
    """A line of the diary.

    Attributes
    ----------
    day
        Counted from 1.
    verb, style
        What was done in a word, and how it looks.
    words
        What was seen and done, with its numbers.
    cost
        In the currency; 0 where it was free.
    changed
        What it changed, or how it has changed since an earlier look; empty where that cannot be told.
    """

    day: int
    verb: str
    style: str
    words: str
    cost: float
    changed: str


def written(lines: Sequence[Entry], ledger: NDArray[np.int64], currency: str, start: int = 0) -> Iterator[Written]:
    """One replication's diary, in order of time.

    Parameters
    ----------
    ledger
        The same replication's counts, shape (days, columns).
    start
        How many lines at the beginning have been told already.
    """
    seen: dict[str, tuple[int, float]] = {}
    rounds = dict(_rounds(lines))
    place = 0
    while place < len(lines):
        if place in rounds:
            first = effects.starts_over(lines, place)  # the first of its kind is news
            row = (rounds[place],) if first or place < start else _in_a_row(rounds, place)
            if place >= start:
                yield _renewed(lines, place, row, ledger, currency, "deployed" if first else "renewed")
            place = row[-1] + 1
            continue
        entry = lines[place]
        verb = _FOUND if entry.finding and entry.event == "analyse" else _VERBS.get(entry.event, clean(entry.event))
        finding = f"{clean(entry.finding)}: " if entry.finding else ""
        changed = _effect(lines, place, ledger, currency) or _since(entry, seen)
        if place >= start:
            yield Written(entry.day + 1, verb, _LOOKS.get(verb, ""), finding + clean(entry.detail), entry.cost, changed)
        place += 1


def _rounds(lines: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The places of the first and the last line of each round in which a serving model was replaced by one trained just then."""
    serves = False
    for last, entry in enumerate(lines):
        if entry.event != "deploy":
            continue
        first, serves = not serves, True
        if first or lines[last - 1].event != "train" or entry.day > lines[last - 1].day + 1:  # a gate may wait for a day of the log
            continue
        bought = last >= len(_BOUGHT) and tuple(line.event for line in lines[last - 3 : last - 1]) == _BOUGHT
        yield (last - 3 if bought else last - 1), last


def _in_a_row(rounds: Mapping[int, int], first: int) -> tuple[int, ...]:
    """The places at which rounds end that follow each other with nothing between; alone where they are too few to be folded."""
    ends = [rounds[first]]
    while ends[-1] + 1 in rounds:
        ends.append(rounds[ends[-1] + 1])
    return tuple(ends) if len(ends) >= _MANY else (ends[0],)


def _renewed(lines: Sequence[Entry], first: int, ends: Sequence[int], ledger: NDArray[np.int64], currency: str, verb: str) -> Written:
    """Rounds as one line: nobody reads four lines a round that are always the same, nor dozens of such rounds a year."""
    begun, ended = lines[ends[0]].day, lines[ends[-1]].day
    last = lines[ends[-2] + 1 if len(ends) > 1 else first : ends[-1] + 1]
    told = "; ".join(f"trained {clean(line.detail)}" if line.event == "train" else clean(line.detail) for line in last)
    if len(ends) > 1:
        gaps = sorted(lines[after].day - lines[before].day for before, after in pairwise(ends))
        every = f"every {gaps[0]} days" if gaps[0] == gaps[-1] else f"every {gaps[0]} to {gaps[-1]} days"
        told = f"{len(ends)} times until day {ended + 1}, {every}; the last time {told}"
    found = effects.around(ledger, begun, effects.bounds_of(lines, first, ends[-1]), later=ended)
    cost = sum(line.cost for line in lines[first : ends[-1] + 1])
    return Written(begun + 1, verb, _LOOKS.get(verb, ""), told, cost, effects.in_words(found, currency) if found else "")


def shared(lines: Sequence[Entry], others: Sequence[Entry]) -> int:
    """With how many lines both diaries begin alike; a round that is told as one line counts as a whole or not at all.

    Examples
    --------
    >>> begun = Entry(0, 7, "collect", "10 pairs"), Entry(0, 9, "label", "10 labels")
    >>> shared(begun, begun[:1]), shared(begun, ())
    (1, 0)
    """
    pairs = zip(lines, others, strict=False)
    alike = sum(1 for _ in takewhile(lambda pair: pair[0]._replace(replication=0) == pair[1]._replace(replication=0), pairs))
    return next((first for first, last in _rounds(lines) if first < alike <= last), alike)


def cost_in_words(cost: float, currency: str) -> str:
    """What a line cost, to stand behind it.

    Examples
    --------
    >>> cost_in_words(1234.5, "USD"), cost_in_words(0.0, "USD")
    (' · 1.23 k USD', '')
    """
    return f" · {numbers.money(cost, currency)}" if cost else ""


def _effect(lines: Sequence[Entry], place: int, ledger: NDArray[np.int64], currency: str) -> str:
    day = effects.served_from(lines, place)
    if day is None:
        return ""
    if lines[place].event == "deploy":
        found = effects.around(ledger, day, effects.bounds_of(lines, place))
        return effects.in_words(found, currency) if found else ""
    # An objective against another, whichever of its models served: only what served before any model is left out.
    first = next((line.day for line in lines[:place] if line.event == "deploy"), 0)
    found = effects.around(ledger, day, effects.Bounds(first), later=max(day, len(ledger) - effects.SPAN_DAYS))
    return f"in the end: {effects.in_words(found, currency)}" if found else ""


def _since(entry: Entry, seen: dict[str, tuple[int, float]]) -> str:
    """What has changed since the last look at the same; remembers what this one saw."""
    told = []
    for name, value in evidence(entry).items() if entry.event in ("analyse", "alarm") else ():
        if name not in _MEASURES:
            continue
        day, before = seen.get(name, (entry.day, value))
        words, form = _MEASURES[name]
        if abs(value - before) > _SAME * max(abs(before), 1e-9) and day < entry.day:
            told.append(f"{words} {form.format(before)} on day {day + 1} → {form.format(value)}")
        seen[name] = (entry.day, value)
    return "; ".join(told)
