"""`docs/benchmarks.md`, as the command writes it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.benchmarks.figure import Figure
from tests.benchmarks.peers.side_by_side import Standing
from tests.benchmarks.reference import TARGET_MACHINE

HEAD = f"""# How fast it is

`make bench` measures this and writes this page; nothing here is typed by hand.

**A ratio, not a time.** Machines differ and are shared, so each figure is taken in turns with a reference in the same process: reference,
figure, reference, again and again, and the median of the ratios counts. The *reference loop* (`tests/benchmarks/reference.py`) is what an
engine does that decides anew for each query: draw its type, score eight ads, order five, price and draw four clicks. A ratio for a speed
is so many times the loop's queries a second; for a time it is so many times the loop's time for a million queries. Targets are set for a
machine on which that loop runs at {TARGET_MACHINE / 1e6:g} M queries a second; "there" is the figure on that machine. Each figure is
taken in a process of its own.

**What fails `make bench`.** A ratio more than 15 % worse than the accepted one in `tests/benchmarks/ratios.json`, after it was taken
three times and the median of the three is still worse; a target that is missed and was met before, or whose miss nobody has accepted; a
figure that was there before and can't be taken any more. A miss that was accepted stays in the table as **MISSED** and fails nothing
more. `make bench-accept` accepts what it measures: it writes `ratios.json`, to be committed. Ratios of other people's engines are told
and not held.
"""
SIDE = """
## Side by side

The task: draw queries, choose ads, draw clicks under a fixed policy, and tell two policies apart whose clicks a query differ by 2 %. The
market has 20,000 cells, 5,000 ads and four slots. Policy A ranks by bid × chance of a click, policy B by bid × a chance with an error of
such a size that it gets 2 % fewer clicks. As both are fixed, every engine looks up what a cell shows, which is kinder to the slow ones
than to rank for each query. Others than Foreshow only count clicks; Foreshow charges for them, too. RecoGym can't be given this market:
it plays its own, with one ad for each query, and policy B shows a part of the users another product, so many that it gets 2 % fewer
clicks. It has fewer clicks a query and so needs more queries; its speed is the fair comparison, its decision what a user of it would wait
for.

A decision takes 2 n / (queries a second), n = ((1.960 + 0.842) s / d)²: two-sided at 95 % with power 80 %, d the difference in clicks a
query and s the standard deviation of the difference that is seen in one query, measured between batches as the engine pairs the policies.
*Anew*: each policy has a seed of its own. *Paired*: both have the same seed; loops that draw as many numbers whatever is shown are paired
slot by slot, RecoGym user by user until the policies part, Foreshow ad by ad (see [engine.md](engine.md)). What is told is the better of
the two. Where n queries are played in a second or so they were played, else the time of fewer is scaled up.

| engine | queries/s | × reference loop | clicks a query | s anew | s paired | n | seconds to a decision | seconds, anew |
|---|---|---|---|---|---|---|---|---|
"""


def write(
    machine: Mapping[str, str],
    found: Mapping[str, Figure | str],
    sides: Mapping[str, Standing | str],
    words: Mapping[str, str],
    fails: list[str],
) -> str:
    """The page.

    Parameters
    ----------
    found, sides
        By name: what was measured, or why not.
    words
        What each name stands for.
    fails
        Why this run fails.
    """
    parts = [HEAD, _on(machine), "\n| what | here | there | ratio | target | | memory |\n|---|---|---|---|---|---|---|\n"]
    parts += [_row(words[name], one) for name, one in found.items()]
    if fails:
        parts += ["\nThis run fails:\n\n", *(f"- {one}\n" for one in fails)]
    if sides:
        parts += [SIDE, *(_side(words[name], one) for name, one in sides.items())]
    return "".join(parts)


def _on(machine: Mapping[str, str]) -> str:
    told = ", ".join((machine["processor"], f"{machine['cores']} cores", machine["memory"], machine["system"]))
    return (
        f"\nMeasured {machine['date']} with Foreshow {machine['foreshow']} on {told}; Python {machine['python']}, {machine['libraries']}.\n"
    )


def _row(what: str, one: Figure | str) -> str:
    if isinstance(one, str):
        return f"| {what} | not measured: {one} | | | | | |\n"
    there = "" if one.there is None else short(one.there, one.unit)
    ratio = f"{digits(one.ratio)} × {one.against}"
    target = "" if one.target is None else one.aim if one.there is None else f"{one.aim} there ({digits(one.target)} ×)"
    memory = "" if one.peak_mib is None else f"{one.peak_mib:.0f} MiB"
    return f"| {what} | {short(one.value, one.unit)} | {there} | {ratio} | {target} | {met(one)} | {memory} |\n"


def _side(what: str, one: Standing | str) -> str:
    if isinstance(one, str):
        return f"| {what} | {one} | | | | | | | |\n"
    cells = (
        short(one.figure.value, "").strip(), digits(one.figure.ratio), digits(one.clicks), digits(one.anew), digits(one.paired),
        f"{one.needed:,.0f}", digits(one.decision_s), digits(one.decision_anew_s),
    )  # fmt: skip
    return f"| {what} | {' | '.join(cells)} |\n"


def met(one: Figure) -> str:
    """The verdict on a target."""
    return {True: "met", False: "**MISSED**", None: ""}[one.met]


def short(value: float, unit: str) -> str:
    """A value of three digits with its unit, large ones in thousands or millions.

    Examples
    --------
    >>> short(61_234_567, "queries/s"), short(0.00812, "s"), short(12_345, "queries/s")
    ('61.2 M queries/s', '0.00812 s', '12.3 k queries/s')
    """
    for size, letter in ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{digits(value / size)} {letter} {unit}".rstrip()
    return f"{digits(value)} {unit}".rstrip()


def digits(value: float) -> str:
    """Three digits, and no exponent unless the number is tiny.

    Examples
    --------
    >>> digits(1234.5), digits(0.074), digits(6.5), digits(0.0000012)
    ('1,234', '0.074', '6.5', '1.2e-06')
    """
    return f"{value:,.0f}" if value >= 1000 else f"{value:.3g}"
