"""The tables of `docs/detectors.md`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from sim.study.alarms.detecting import every
from tests.benchmarks.detectors.seen import Seen, Told
from tests.benchmarks.detectors.worlds import OFFLINE, ONLINE

YEAR = 365.0
DUMMY_DAYS = 100
BEGIN, END = "<!-- detectors: begin -->", "<!-- detectors: end -->"


def tables(told: Sequence[Told]) -> str:
    """All of them."""
    seen = [one for some in told for one in some.seen]
    rule = [one for some in told for one in some.rule]
    return "\n".join((*_diagnoses(seen), "", *_raw(seen, rule))) + "\n"


def placed(text: str, inside: str) -> str:
    """A page with *inside* between its marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n{inside}{END}{rest.partition(END)[2]}"


_HEAD = ("found where it has its cause", "median delay, days", "missed", "in twins without the cause", "false alarms a year")


def _diagnoses(seen: Sequence[Seen]) -> Iterator[str]:
    yield from _head("diagnosis", *_HEAD, "twin-years")
    for detector in (*OFFLINE, *ONLINE):
        own = [one for one in seen if one.detector == detector]
        if own:
            yield _row(f"**{detector}**", own)
            yield _row(f"every {DUMMY_DAYS} days, over the same days", _dummy(own))


def _raw(seen: Sequence[Seen], rule: Sequence[Seen]) -> Iterator[str]:
    """Raw series as detectors of a wrong objective; the rule is one more twin, with which nothing is wrong at all."""
    yield from _head("on raw series, as a sign of a wrong objective", *_HEAD, "for the rule, alarms a year", "in years of the rule")
    raw = [one for one in seen if one.detector not in (*OFFLINE, *ONLINE)]
    last: tuple[list[Seen], list[Seen]] = ([], [])
    for detector in dict.fromkeys(one.detector for one in raw):
        own, quiet = ([one for one in some if one.detector == detector] for some in (raw, rule))
        last = own, quiet
        yield _row(detector, own, years=False) + _of_rule(quiet)
    yield _row(f"every {DUMMY_DAYS} days", _dummy(last[0]), years=False) + _of_rule(_dummy(last[1]))


def _head(*columns: str) -> Iterator[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"


def _dummy(seen: Sequence[Seen]) -> list[Seen]:
    return [one._replace(days=tuple(every(DUMMY_DAYS)(np.zeros(one.looked_days)))) for one in seen]


def _row(name: str, seen: Sequence[Seen], *, years: bool = True) -> str:
    caused, twins = [one for one in seen if one.caused], [one for one in seen if not one.caused]
    found = [one.days[0] for one in caused if one.days]
    looked = sum(one.looked_days for one in twins) / YEAR
    cells = [
        name,
        f"{len(found)} of {len(caused)}",
        f"{np.median(found):.0f}" if found else "–",
        f"{1 - len(found) / len(caused):.0%}" if caused else "–",
        f"{sum(bool(one.days) for one in twins)} of {len(twins)}",
        f"{sum(len(one.days) for one in twins) / looked:.2f}" if looked else "–",
    ]
    return f"| {' | '.join((*cells, f'{looked:.1f}') if years else cells)} |"


def _of_rule(quiet: Sequence[Seen]) -> str:
    years = sum(one.looked_days for one in quiet) / YEAR
    a_year = f"{sum(len(one.days) for one in quiet) / years:.1f}" if years else "–"
    return f" {a_year} | {sum(bool(one.days) for one in quiet)} of {len(quiet)} |"
