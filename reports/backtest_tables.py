"""The tables of a backtest: predicted, its interval, what came, how far off, and the baselines."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from textwrap import wrap

from reports.console import Piece, Screen
from reports.glyphs import clean
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.calibrate.backtest import Backtest, Forecast, Rate

_Row = tuple[str, Rate, Rate | None, tuple[Rate | None, ...]]
_LABEL, _HEADING = 14, 12
_NARROW, _NARROW_LABEL = 60, 10


def print_total(found: Backtest, console: Screen) -> list[str]:
    """Print the line of the whole; the columns for which the screen is too narrow, as `print_part` wants them."""
    came = found.actual.total if found.actual else None
    row: _Row = ("total", found.predicted.total, came, tuple(one.total for one in found.baselines.values()))
    console.row()
    console.say("in percent" + ("; in: whether the interval holds what came" if came else ""), "context", [("CTR  ", "head")])
    return _print([row], found, console, [])


def print_part(title: str, found: Backtest, part: str, console: Screen, left: list[str], most: int | None = None) -> None:
    """Print a table of one split, the *most* first ones of it; nothing where the forecast has none.

    That the columns *left* are left out has been said already.
    """
    rows = _rows(found, part)[:most]
    if not rows:
        return
    if found.actual is not None:
        rows.sort(key=lambda row: -abs(row[1].ctr - row[2].ctr) if row[2] else 0.0)
    console.row()
    name, _, rest = title.partition("  ")
    console.say(rest, "context", [(name + "  ", "head")])
    _print(rows, found, console, left)


def _rows(found: Backtest, part: str) -> list[_Row]:
    came = _by_label(found.actual, part)
    others = [_by_label(one, part) for one in found.baselines.values()]
    pairs: Sequence[tuple[Hashable, Rate]] = getattr(found.predicted, part)
    return [(clean(label), rate, came.get(label), tuple(one.get(label) for one in others)) for label, rate in pairs]


def _by_label(forecast: Forecast | None, part: str) -> dict[Hashable, Rate]:
    return {} if forecast is None else dict(getattr(forecast, part))


def _print(rows: Sequence[_Row], found: Backtest, console: Screen, told: list[str]) -> list[str]:
    """Print the columns that fit; the first that does not fit is left out, and all that matter less with it."""
    wanted = _columns(rows, found, console)
    by_worth = sorted(range(len(wanted)), key=lambda number: wanted[number][0])
    shown: set[int] = set()
    left: list[str] = []
    for number in by_worth:
        worth, name, _ = wanted[number]
        if worth == _ALWAYS or (not left and table.total([wanted[one][2] for one in {*shown, number}]) <= console.width):
            shown.add(number)
        else:
            left.append(name)
    for line in table.lines([wanted[number][2] for number in sorted(shown)]):
        console.row(line)
    if left and left != told:
        console.say(f"not shown on so narrow a screen: {', '.join(left)}", "context")
    return left


_ALWAYS = 0


def _columns(rows: Sequence[_Row], found: Backtest, console: Screen) -> list[tuple[int, str, Column]]:
    """The columns from the left, each with what it is called and its place by what it is worth: a forecast is its interval, too."""
    swap, narrow = console.glyphs.swap, console.width < _NARROW
    labels = Column(("",), tuple((swap(row[0]), "head") for row in rows))
    label = table.shorten(labels, _NARROW_LABEL if narrow else max(_LABEL, console.width // 4), console.glyphs)
    bands = Column(("interval",), tuple((swap(_band(row[1], narrow)), "context") for row in rows), "right")
    columns = [(_ALWAYS, "", label), (_ALWAYS, "", _column("predicted", [row[1] for row in rows], "estimate"))]
    if found.actual is None:
        columns.append((1, "the interval", bands))
    else:
        columns += [
            (_ALWAYS, "", _column("came", [row[2] for row in rows])),
            (3, "how far it is off", Column(("off",), tuple((_off(row), "") for row in rows), "right")),
            (1, "the interval", bands),
            (2, "whether it holds what came", Column(("in",), tuple(_inside(row, console) for row in rows))),
        ]
    for number, name in enumerate(found.baselines):
        heading = tuple(wrap(name, _HEADING))
        columns.append((4 + number, name, _column(heading, [row[3][number] for row in rows], "context")))
    return columns


def _column(heading: str | tuple[str, ...], rates: Sequence[Rate | None], style: str = "") -> Column:
    heading = (heading,) if isinstance(heading, str) else heading
    cells: tuple[Piece, ...] = tuple((_figure(rate), style) for rate in rates)
    return Column(heading, cells, "right")


def _figure(rate: Rate | None) -> str:
    return "-" if rate is None else f"{100 * rate.ctr:.2f}"


def _band(rate: Rate, narrow: bool) -> str:
    dash = "–" if narrow else " – "
    return numbers.NOTHING if rate.low is None or rate.high is None else f"{100 * rate.low:.2f}{dash}{100 * rate.high:.2f}"


def _off(row: _Row) -> str:
    return "" if row[2] is None else f"{100 * (row[1].ctr - row[2].ctr):+.2f}"


def _inside(row: _Row, console: Screen) -> Piece:
    if row[2] is None or row[1].low is None:
        return ("", "")
    return (console.glyphs.above, "good") if row[1].covers(row[2].ctr) else (console.glyphs.below, "bad")
