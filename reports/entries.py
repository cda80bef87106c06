"""A team's diary in words: what it saw and did, what that cost, and what it changed, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import takewhile
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
    inside = {place for first, last in rounds.items() for place in range(first + 1, last + 1)}
    for place, entry in enumerate(lines):
        if place in inside:
            continue
        if place in rounds:
            if place < start:
                continue
            yield _renewed(lines, place, rounds[place], ledger, currency)
            continue
        verb = _FOUND if entry.finding and entry.event == "analyse" else _VERBS.get(entry.event, clean(entry.event))
        finding = f"{clean(entry.finding)}: " if entry.finding else ""
        changed = _effect(lines, place, ledger, currency) or _since(entry, seen)
        if place < start:
            continue
        yield Written(entry.day + 1, verb, _LOOKS.get(verb, ""), finding + clean(entry.detail), entry.cost, changed)


def _rounds(lines: Sequence[Entry]) -> Iterator[tuple[int, int]]:
    """The places of the first and the last line of each round in which a serving model was replaced by one trained just then."""
    for last, entry in enumerate(lines):
        if entry.event != "deploy" or last == 0 or (lines[last - 1].event, lines[last - 1].day) != ("train", entry.day):
            continue
        bought = last >= len(_BOUGHT) and tuple(line.event for line in lines[last - 3 : last - 1]) == _BOUGHT
        yield (last - 3 if bought else last - 1), last


def _renewed(lines: Sequence[Entry], first: int, last: int, ledger: NDArray[np.int64], currency: str) -> Written:
    """A round as one line: nobody reads four lines a month that are always the same."""
    told = [f"trained {clean(line.detail)}" if line.event == "train" else clean(line.detail) for line in lines[first : last + 1]]
    cost = sum(line.cost for line in lines[first : last + 1])
    return Written(lines[last].day + 1, "renewed", "", "; ".join(told), cost, _effect(lines, last, ledger, currency))


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
    switched = lines[place].event != "deploy"
    found = effects.around(ledger, day, until=len(ledger) if switched else None)
    if found is None:
        return ""
    return ("in the end: " if switched else "") + effects.in_words(found, currency)


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
