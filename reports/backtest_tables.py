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
_NARROW_LABEL, _NARROW_HEADING = 14, 12


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
    swap = console.glyphs.swap
    labels = Column(("",), tuple((swap(row[0]), "head") for row in rows))
    bands = Column(("interval",), tuple((swap(_band(row[1])), "context") for row in rows), "right")
    kept = [
        table.shorten(labels, max(_NARROW_LABEL, console.width // 4), console.glyphs),
        _column("predicted", [row[1] for row in rows], "estimate"),
    ]
    optional = [("the interval", bands)]
    if found.actual is not None:
        kept += [_column("came", [row[2] for row in rows]), Column(("off",), tuple((_off(row), "") for row in rows), "right")]
        optional.append(("whether it holds what came", Column(("in",), tuple(_inside(row, console) for row in rows))))
    for number, name in enumerate(found.baselines):
        heading = tuple(wrap(name, _NARROW_HEADING))
        optional.append((name, _column(heading, [row[3][number] for row in rows], "context")))
    shown = list(kept)
    left: list[str] = []
    for name, column in optional:
        if table.total([*shown, column]) <= console.width and not left:
            shown.append(column)
        else:
            left.append(name)
    for line in table.lines(shown):
        console.row(line)
    if left and left != told:
        console.say(f"not shown on so narrow a screen: {', '.join(left)}", "context")
    return left


def _column(heading: str | tuple[str, ...], rates: Sequence[Rate | None], style: str = "") -> Column:
    heading = (heading,) if isinstance(heading, str) else heading
    cells: tuple[Piece, ...] = tuple((_figure(rate), style) for rate in rates)
    return Column(heading, cells, "right")


def _figure(rate: Rate | None) -> str:
    return "-" if rate is None else f"{100 * rate.ctr:.2f}"


def _band(rate: Rate) -> str:
    return numbers.NOTHING if rate.low is None or rate.high is None else f"{100 * rate.low:.2f} – {100 * rate.high:.2f}"


def _off(row: _Row) -> str:
    return "" if row[2] is None else f"{100 * (row[1].ctr - row[2].ctr):+.2f}"


def _inside(row: _Row, console: Screen) -> Piece:
    if row[2] is None or row[1].low is None:
        return ("", "")
    return (console.glyphs.above, "good") if row[1].covers(row[2].ctr) else (console.glyphs.below, "bad")
