"""The profile of a run: what takes the time, in words, and a table of every candidate's parts."""

from __future__ import annotations

from collections.abc import Sequence

from reports.console import Piece, Screen
from reports.glyphs import clean
from reports.parts import table
from reports.parts.numbers import NOTHING
from reports.parts.table import Column
from sim.stopwatch import PARTS, Part
from sim.study.timings import Profile, Spent

_SECOND = 1e9
_PARTS: dict[str, str] = {
    "world": "the world and its drift",
    "features": "the tables that models are trained on and asked with",
    "slates": "the pages (objectives and auctions)",
    "sampling": "sampling (drawing the queries and playing them)",
    "control": "the control plane (events, logs, ledgers)",
    "compile": "compiling the kernels, which the next run finds in the cache",
    "store": "the store",
    "rest": "the start and the rest",
}
_HEADINGS: dict[Part, tuple[str, ...]] = {
    "fit": ("model", "fit"),
    "predict": ("model", "predict"),
    "control": ("control", "plane"),
}
_TENTHS = ("Less than a tenth", "A tenth", "Two tenths", "Three tenths", "Four tenths", "Half", "Six tenths", "Seven tenths",
           "Eight tenths", "Nine tenths", "All")  # fmt: skip
_LEAST, _DOMINANT = 0.005, 0.5
_HALF = 0.45  # below it no tenths are told: it is only the largest
_NAMES = 10  # columns that a candidate's name gets at least


def print_profile(profile: Profile, console: Screen) -> None:
    """Print the sentence, the table, and what the clock on the wall said."""
    console.row()
    console.say(verdict(profile), "head")
    _print_table(profile, console)
    wall, whole = (ns / _SECOND for ns in (profile.wall_ns, profile.whole_ns))
    side = f", of {profile.processes} processes side by side in {wall:.1f} s" if profile.processes > 1 else ""
    console.say(f"{whole:.1f} s in all{side}; each row is cut into shares of its own time, 'all' into shares of everything", "context")


def verdict(profile: Profile) -> str:
    """What takes most of the time, in a sentence; a model is told by its import path.

    Examples
    --------
    >>> mine = Spent("mine", "mymodel:Model", {"fit": 700, "predict": 200, "sampling": 60})
    >>> verdict(Profile(Spent("", "", {"world": 10}), (mine,), 10, 1000, 1000, 1))
    'Nine tenths of the time (90%) are in mymodel:Model (fit 70%, predict 20%); the simulator itself takes 10%.'
    """
    whole = max(1, profile.whole_ns)
    models = _models(profile)
    own = {name: share for name, share in _shares(profile).items() if name not in ("fit", "predict")}
    name, (fit, predict) = max(models.items(), key=lambda one: sum(one[1]), default=("", (0, 0)))
    part = max(own, key=lambda one: own[one])
    if (fit + predict) / whole > own[part]:
        simulator = 1 - sum(map(sum, models.values())) / whole
        told = f"{clean(name)} (fit {fit / whole:.0%}, predict {predict / whole:.0%})"
        return f"{_most((fit + predict) / whole)} in {told}; the simulator itself takes {simulator:.0%}."
    learned = f"; models take {sum(map(sum, models.values())) / whole:.0%}" if models else ""
    return f"{_most(own[part])} in {_PARTS[part]}{learned}."


def _most(share: float) -> str:
    """A share in words, and in figures.

    Examples
    --------
    >>> _most(0.91), _most(0.52), _most(0.31)
    ('Nine tenths of the time (91%) are', 'Half of the time (52%) is', 'The largest share of the time, 31%, is')
    """
    tenths = _TENTHS[min(10, round(10 * share))]
    if share < _HALF:
        return f"The largest share of the time, {share:.0%}, is"
    return f"{tenths} of the time ({share:.0%}) {'are' if tenths.endswith('s') else 'is'}"


def _models(profile: Profile) -> dict[str, tuple[int, int]]:
    """Nanoseconds to fit and to predict of each model, by its import path."""
    found: dict[str, tuple[int, int]] = {}
    for one in profile.candidates:
        if one.model:
            fit, predict = found.get(one.model, (0, 0))
            found[one.model] = fit + one.spent_ns.get("fit", 0), predict + one.spent_ns.get("predict", 0)
    return found


def _shares(profile: Profile) -> dict[str, float]:
    """The share of each part in everything, the store and the rest with them."""
    whole = max(1, profile.whole_ns)
    spent = {str(part): ns for part, ns in profile.parts_ns.items()} | {"store": profile.store_ns, "rest": profile.rest_ns}
    return {name: ns / whole for name, ns in spent.items()}


def _print_table(profile: Profile, console: Screen) -> None:
    """The parts as columns where they fit, else in several tables."""
    parts = [part for part in PARTS if part != "compile"]
    for some in _split(profile, parts, console.width):
        columns = _columns(profile, some)
        over = table.total(columns) - console.width
        if over > 0:
            columns[0] = table.shorten(columns[0], max(_NAMES, columns[0].width - over), console.glyphs)
        for line in table.lines(columns):
            console.row(line)


def _split(profile: Profile, parts: Sequence[Part], width: int) -> list[Sequence[Part]]:
    columns = _columns(profile, parts)
    if len(parts) == 1 or table.total(columns) - max(0, columns[0].width - _NAMES) <= width:
        return [parts]
    half = (len(parts) + 1) // 2
    return [*_split(profile, parts[:half], width), *_split(profile, parts[half:], width)]


def _columns(profile: Profile, parts: Sequence[Part]) -> list[Column]:
    """Names, seconds, and the share of each part in a row's time; compiling stands in a row of its own."""
    rows = (profile.shared, *profile.candidates)
    other = [("store", profile.store_ns), ("start, rest", profile.rest_ns)]
    if compiled_ns := profile.parts_ns.get("compile"):
        other.insert(0, ("compiling", compiled_ns))
    run = [_run_ns(one) for one in rows]
    names = [clean(one.name) for one in rows] + [name for name, _ in other]
    seconds = [*run, *(ns for _, ns in other), profile.whole_ns]
    found = [
        Column(("",), (*((name, "") for name in names), ("all", "head"))),
        Column(("s",), tuple((f"{ns / _SECOND:.2f}", "") for ns in seconds), "right"),
    ]
    for part in parts:
        cells = [_share(one.spent_ns.get(part, 0), ns) for one, ns in zip(rows, run, strict=True)]
        total = _share(profile.parts_ns.get(part, 0), profile.whole_ns)
        found.append(Column(_HEADINGS.get(part, (part,)), (*cells, *[("", "")] * len(other), total), "right"))
    return found


def _run_ns(one: Spent) -> int:
    """A row's time without that of compiling."""
    return one.total_ns - one.spent_ns.get("compile", 0)


def _share(ns: int, whole_ns: int) -> Piece:
    """A part in percent of a row; what dominates it stands out."""
    if not ns or not whole_ns:
        return NOTHING, "context"
    share = ns / whole_ns
    return ("<1%" if share < _LEAST else f"{share:.0%}"), "warn" if share >= _DOMINANT else ""
