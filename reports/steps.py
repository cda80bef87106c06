"""The steps of a team's story: in how many replications each came, and when."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import pairwise
from statistics import fmean, median
from typing import NamedTuple

from reports.teams import by_replication, without_undone
from sim.study.results import CandidateRun, Entry, Run

_HALF = 0.5
_Is = Callable[[Entry], bool]


class Step(NamedTuple):
    """A step that came in at least one replication.

    Attributes
    ----------
    days
        The first day on which it came in each replication, counted from 0; None where it never did.
    spent
        What had been spent by then, in the currency, the mean of those in which it came.
    ordered
        Whether it has its place in the story; what else was found or rolled back may come at any time.
    """

    name: str
    days: tuple[int | None, ...]
    spent: float
    ordered: bool = True

    @property
    def came(self) -> tuple[int, ...]:
        """The days of those replications in which it came."""
        return tuple(day for day in self.days if day is not None)

    @property
    def middle(self) -> float:
        """The median of these days."""
        return float(median(self.came))


def steps(run: Run, candidate: CandidateRun) -> tuple[Step, ...]:
    """The steps that came: those of the story in its order, and after them what else came."""
    books = [without_undone(lines) for lines in by_replication(run, candidate)]
    found = []
    told = [*((step, True) for step in _known()), *((step, False) for step in _others(books))]
    for (name, is_it, before), ordered in told:
        places = [_first(_until_deployment(lines) if before else lines, is_it) for lines in books]
        there = [(lines, place) for lines, place in zip(books, places, strict=True) if place is not None]
        if there:
            days = tuple(None if place is None else lines[place].day for lines, place in zip(books, places, strict=True))
            spent = [sum(entry.cost for entry in lines[: place + 1]) for lines, place in there]
            found.append(Step(name, days, fmean(spent), ordered))
    return tuple(found)


def in_order(found: Sequence[Step]) -> int:
    """In how many replications all steps of the story came that came in any, none before the one above it."""
    told = 0
    for days in zip(*(step.days for step in found if step.ordered), strict=True):
        there = [day for day in days if day is not None]
        told += len(there) == len(days) and all(sooner <= later for sooner, later in pairwise(there))
    return told


def _known() -> Iterator[tuple[str, _Is, bool]]:
    """The thirteen, by what shows them; the flag says that they belong before the first deployment."""
    yield "labelled", lambda entry: entry.event == "label", True
    yield "a first model", lambda entry: entry.event == "train", True
    yield _FOUND + "wrong labels", partial(_finds, "wrong labels"), True
    yield "relabelled", lambda entry: entry.event == "relabel", True
    yield _FOUND + "never shows", partial(_finds, "never shows"), True
    yield "recall above 50%", _recalls, True
    yield _FOUND + "stale", partial(_finds, "stale"), True
    yield "recent data did better", _did_better, True
    yield "deployed", lambda entry: entry.event == "deploy", False
    yield "alarm", lambda entry: entry.event == "alarm", False
    yield _FOUND + "wrong objective", lambda entry: entry.event == "analyse" and entry.finding == "wrong objective", False
    yield "switched", lambda entry: entry.event == "switch_objective", False


_FOUND = "found: "
_FINDINGS = ("wrong labels", "never shows", "stale", "wrong objective")


def _others(books: Sequence[Sequence[Entry]]) -> list[tuple[str, _Is, bool]]:
    """What else was found, or rolled back."""
    names = sorted({entry.finding for lines in books for entry in lines if entry.finding and entry.finding not in _FINDINGS})
    found: list[tuple[str, _Is, bool]] = [(_FOUND + name, partial(_finds, name), False) for name in names]
    return [*found, ("rolled back", lambda entry: entry.event == "rollback", False)]


def _finds(name: str, entry: Entry) -> bool:
    return entry.finding == name


def _recalls(entry: Entry) -> bool:
    """Whether a look that found nothing saw that most of what raters would show is shown."""
    return entry.event == "analyse" and not entry.finding and evidence(entry).get("recall", 0.0) > _HALF


def _did_better(entry: Entry) -> bool:
    """Whether normalised entropy was lower with recent data, by more than chance."""
    return evidence(entry).get("normalised_entropy_change_high", 0.0) < 0


def evidence(entry: Entry) -> dict[str, float]:
    """The numbers behind an entry, by name, but for those that could not be measured.

    Examples
    --------
    >>> evidence(Entry(0, 3, "analyse", "", "", '{"recall": 0.5, "z": null}'))
    {'recall': 0.5}
    """
    told = json.loads(entry.evidence) if entry.evidence else {}
    return {name: value for name, value in told.items() if value is not None}


def _first(lines: Sequence[Entry], is_it: _Is) -> int | None:
    return next((place for place, entry in enumerate(lines) if is_it(entry)), None)


def _until_deployment(lines: Sequence[Entry]) -> Sequence[Entry]:
    end = next((place for place, entry in enumerate(lines) if entry.event == "deploy"), len(lines))
    return lines[:end]
