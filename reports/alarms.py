"""Alarms on raw series in words: what rang for a candidate, and how often the same rings with nothing wrong."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from reports.glyphs import clean
from reports.parts import numbers
from sim.study.alarms.rung import QuietRates, Rung, in_words, often, rung_for
from sim.study.results import CandidateRun, Run

TITLE = "alarms on raw series"
NOTE = "no findings: revenue and clicks move with the world, under any policy"


class Rang(NamedTuple):
    """What one detector did in the first replication: the first day, counted from 1 (None where it was silent), and the rest in words."""

    day: int | None
    words: str


def rang(run: Run, candidate: CandidateRun, quiet: QuietRates) -> Iterator[Rang]:
    """A line for each detector that rang for a candidate in any replication; nothing for one that deployed no model."""
    for one in rung_for(run, candidate, quiet):
        if one.rang:
            first = one.days[0] or ()
            yield Rang(first[0] + 1 if first else None, _words(run, one, len(first)))


def _words(run: Run, one: Rung, times: int) -> str:
    """Its count in the first replication with the days that were looked at, and what the same detector does over as many for nothing."""
    days = one.looked[0]
    here = f"{often(times)} in {numbers.many(days, 'day')}" if days else "not in this replication"
    worlds = f", in {one.rang} of {one.of} worlds" if run.replications > 1 else ""
    return f"{one.detector} on {one.series}: {here}{worlds}; {clean(in_words(one.quiet, days))}"
