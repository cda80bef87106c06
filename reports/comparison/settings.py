"""What differs between the candidates' settings, and only that."""

from __future__ import annotations

from collections.abc import Sequence

from reports.console import Line, Screen, cells
from reports.glyphs import Glyphs, clean
from reports.parts import numbers, table
from reports.parts.table import Column
from sim.study.compare.comparison import Comparison

_LONGEST_VALUE = 32


def print_settings(comparison: Comparison, console: Screen) -> None:
    """Print a table with a column for each candidate; where it doesn't fit, who has which value of a setting."""
    names = [one.name for one in comparison.run.candidates]
    columns = _table(comparison, names, console.glyphs)
    longest = max((cells(text) for column in columns[1:] for text, _ in column.cells), default=0)
    if table.total(columns) <= console.width and longest <= _LONGEST_VALUE:
        for line in table.lines(columns):
            console.row(line)
        return
    for key, values in comparison.settings.items():
        console.row(Line(console.glyphs.swap(clean(key))[: console.width], style="head"))
        for value in dict.fromkeys(values):
            who = [clean(name) for name, own in zip(names, values, strict=False) if own == value]
            console.say(f"{clean(value) or numbers.NOTHING}: {', '.join(who)}", lead=[("  ", "")])


def _table(comparison: Comparison, names: Sequence[str], glyphs: Glyphs) -> list[Column]:
    keys = tuple((glyphs.swap(clean(key)), "") for key in comparison.settings)
    columns = [Column(("setting",), keys)]
    for place, name in enumerate(names):
        values = (own[place] if place < len(own) else "" for own in comparison.settings.values())
        texts = tuple((glyphs.swap(clean(value) or numbers.NOTHING), "") for value in values)
        columns.append(Column((glyphs.swap(clean(name)),), texts))
    return columns
