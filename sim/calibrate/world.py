"""A calibration as a folder that a scenario can use: text to read and edit, and tables beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from sim.calibrate.calibration import Calibration
from sim.calibrate.log import Figure
from sim.calibrate.spelling import days_of, give_or_take, spelled

FILE, QUERIES, FIGURES = "world.toml", "queries.parquet", "figures.parquet"
_TABLES = ("traffic", "users", "market", "conversions")
_LAW = ("traffic.query_types", "traffic.popularity", "traffic.popularity_shift")
_WIDTH = 118
_TOPICS, LEAST_TYPES = 20, 2
_USED_TO = (
    "who served before day 1: one ad for each query, as the log had, is what users are used to, and what these click rates are of; "
    'take this line out together with "types"'
)


def write_world(calibration: Calibration, folder: Path, *, names: bool = True) -> Path:
    """Write `world.toml`, `queries.parquet` and `figures.parquet` into *folder*, which is made if need be.

    Parameters
    ----------
    names
        Whether the table of queries tells their names; else they are numbered from the most asked.

    Returns
    -------
    Path
        The world's file. No row of the log is in the folder: a query's share and click rate are the finest in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    table = calibration.tables["queries"].drop(columns=["shown", "clicks"], errors="ignore")
    typed = len(table) >= LEAST_TYPES
    if typed:
        codes = [f"query {number}" for number in range(1, len(table) + 1)]
        (table if names else table.assign(query=codes)).to_parquet(folder / QUERIES, index=False)
    _write_figures(calibration, folder / FIGURES)
    file = folder / FILE
    file.write_text("\n".join(_lines(calibration, len(table) if typed else 0)) + "\n", encoding="utf-8")
    return file


def _write_figures(calibration: Calibration, file: Path) -> None:
    import pandas as pd

    def listed(value: float | tuple[float, ...] | None) -> list[float] | None:
        return None if value is None else list(value) if isinstance(value, tuple) else [value]

    rows = [(one.key, one.name, listed(one.value), listed(one.error), one.told) for one in calibration.figures]
    pd.DataFrame(rows, columns=["key", "name", "value", "error", "told"]).to_parquet(file, index=False)


def _lines(calibration: Calibration, types: int) -> Iterator[str]:
    """The file, line by line; *types* is how many query types its table has, 0 without one."""
    yield from _comment(
        f"A world calibrated from {calibration.source}: {_when(calibration)}. Use it in a scenario by "
        'world = "THIS FOLDER"; the scenario\'s own keys come first. Above each figure: ± its standard error, and where it comes from.'
    )
    settings = [one for one in calibration.figures if one.key and one.finite]
    for table in _TABLES:
        yield from _table(table, [one for one in settings if one.key.partition(".")[0] == table], types)
    if types:
        yield from ("", "[history]", *_comment(_USED_TO), 'policy = "as_logged"')
    if devices := [one for one in settings if one.key.startswith("device.")]:
        yield from ("", "[[device]]", 'name = "all"', 'share = "100%"', *_told(devices))
    for what in dict.fromkeys(one.key.split(".")[1] for one in settings if one.key.startswith("drift.")):
        if what == "topics" and types == 1:
            continue
        walk = [one for one in settings if one.key.startswith(f"drift.{what}.")]
        yield from ("", "[[drift]]", 'kind = "random_walk"', f'what = "{what}"', *_told(walk))
    yield from ("", "# What the log can't tell stays at its default:")
    for unknown in calibration.unknown:
        yield from _comment(f"{unknown.key}: {unknown.why}" if unknown.key else unknown.why, "- ")
    yield from ("", "# Found in the log and in no setting:")
    for one in calibration.figures:
        if not one.key and one.finite:
            yield from _comment(f"{one.name}: {spelled('', one.value)}, {give_or_take('', one.error)}; {one.told}", "- ")


def _when(calibration: Calibration) -> str:
    if not calibration.dated:
        return "a log without dates"
    return f"{days_of(calibration.days)} from {calibration.first}"


def _table(table: str, figures: list[Figure], types: int) -> Iterator[str]:
    law = [one for one in figures if one.key in _LAW and types] if table == "traffic" else []
    figures = [one for one in figures if one not in law]
    if not figures and not law:
        return
    yield from ("", f"[{table}]")
    if law:
        yield from _comment(f"shares and click rates of {types:,} queries, shrunk towards the law; take this line out for the law below")
        yield f'types = "{QUERIES}"'
        if types < _TOPICS:
            yield f"topics = {types}"
        for line in _told(law):
            yield line if line.startswith("#") else f"# {line}"
    few = [one.value for one in figures if one.key == "traffic.query_types" and not isinstance(one.value, tuple) and one.value < _TOPICS]
    if few:  # no more topics than types, also where the types stand in no table
        yield f"topics = {few[0]:.0f}"
    yield from _told(figures)


def _told(figures: list[Figure]) -> Iterator[str]:
    before = ""
    for one in figures:
        told, before = "as above" if one.told == before else one.told, one.told
        yield from _comment(f"{one.name}, {give_or_take(one.key, one.error)}: {told}")
        yield f"{one.key.rpartition('.')[2]} = {spelled(one.key, one.value)}"
        if one.key == "users.after_click":  # found only where the cascade is likelier
            yield 'click_model = "cascade"'


def _comment(words: str, mark: str = "") -> list[str]:
    """Words as lines of a comment; a line break in a name is a space."""
    plain = " ".join(words.split())
    return textwrap.wrap(plain, _WIDTH, initial_indent=f"# {mark}", subsequent_indent="# " + " " * len(mark), break_long_words=False)
