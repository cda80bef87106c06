"""A log's files as tables that DuckDB reads: CSV, plain or gzip, and Parquet."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sim.calibrate.columns import USUAL, normal
from sim.calibrate.door import in_words, quoted, text
from sim.calibrate.log import Flaw
from sim.calibrate.mapping import Format
from sim.calibrate.receipt import some
from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    from sim.calibrate.door import Connection

_HEAD_BYTES = 1 << 16
_SEPARATORS = ",\t;|"
_NAMED = "a CSV file's first line names its columns; skip_rows in a mapping file passes over lines before it"
_TITLE_LINES = 10  # so many lines of title an export may have
_KNOWN = frozenset(name for names in USUAL.values() for name in names)


class Source(NamedTuple):
    """One file of a log.

    Attributes
    ----------
    table
        What stands after FROM to read it.
    cells
        Column -> (its expression there, its type).
    flaws
        What is wrong with its first lines.
    lines
        How many lines stand before its first row; 0 where it has no lines.
    separator, width
        What parts the cells of a line, and how many there are.
    """

    path: Path
    table: str
    cells: dict[str, tuple[str, str]]
    flaws: tuple[Flaw, ...] = ()
    lines: int = 0
    separator: str = ""
    width: int = 0


class _Header(NamedTuple):
    """The columns' names, how many lines are passed until after them, and how many of those are titles."""

    names: list[str]
    lines: int
    titles: int = 0


def open_sources(paths: Sequence[Path], form: Format, bench: Connection) -> tuple[Source, ...]:
    """Find out what columns each file has; no row is read yet.

    Raises
    ------
    BadInput
        With every file that is missing, empty, named twice or no table, all at once.
    """
    mistakes: list[Mistake] = [] if paths else [Mistake("LOG", "no file is named")]
    found = []
    seen: set[Path] = set()
    for path in paths:
        try:
            if path.resolve() in seen:
                mistakes.append(Mistake(str(path), "is named twice", "each file of a log counts once"))
                continue
            seen.add(path.resolve())
            found.append(_open(path, form, bench))
        except BadInput as bad:
            mistakes += bad.mistakes
        except (OSError, ValueError, EOFError) as problem:
            told = (problem.strerror if isinstance(problem, OSError) else None) or str(problem)
            mistakes.append(Mistake(str(path), f"can't be read: {told}", "CSV, CSV.gz or Parquet"))
    if mistakes:
        raise BadInput(mistakes)
    return tuple(found)


def _open(path: Path, form: Format, bench: Connection) -> Source:
    with path.open("rb") as stream:
        magic = stream.read(4)
    if not magic:
        raise BadInput([Mistake(str(path), "is empty", "a log with a row at least")])
    if magic == b"PAR1":
        return _parquet(path, bench)
    return _csv(path, form, zipped=magic[:2] == b"\x1f\x8b")


def _parquet(path: Path, bench: Connection) -> Source:
    table = f"read_parquet({text(path)})"
    with in_words(path):
        described = bench.execute(f"DESCRIBE SELECT * FROM {table}").fetchall()
    return Source(path, table, {name: (quoted(name), kind) for name, kind, *_ in described})


def _csv(path: Path, form: Format, *, zipped: bool) -> Source:
    head = _head(path, zipped=zipped)
    header, separator = _named_by(head, form, path)
    columns = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(header.names)))
    # Nothing is left to be found out by DuckDB, whose guesses depend on the first rows: every cell is a text.
    table = (
        f"read_csv({text(path)}, auto_detect = false, header = false, skip = {header.lines}, "
        f"delim = {text(separator)}, quote = '\"', escape = '\"', "
        f"columns = {{{columns}}}, compression = '{'gzip' if zipped else 'none'}', store_rejects = true, rejects_limit = 0)"
    )
    cells = {name: (f"c{number}", "VARCHAR") for number, name in reversed(list(enumerate(header.names)))}
    named = {name: cells[name] for name in header.names}
    return Source(path, table, named, tuple(_of_header(header)), header.lines, separator, len(header.names))


def _of_header(header: _Header) -> Iterator[Flaw]:
    if header.titles:
        yield Flaw("lines of title before the one that names the columns", header.titles, "passed over")
    if twice := [name for number, name in enumerate(header.names) if name and name in header.names[:number]]:
        yield Flaw(f"columns with the name of an earlier one ({some(twice)})", len(twice), "not used")


def _head(path: Path, *, zipped: bool) -> str:
    """The first lines of a text file."""
    with gzip.open(path) if zipped else path.open("rb") as stream:
        raw = stream.read(_HEAD_BYTES)
    whole = raw if len(raw) < _HEAD_BYTES else raw[: raw.rfind(b"\n") + 1] or raw
    try:
        return whole.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        if whole.count(b"\n", 0, problem.start):  # a later row may be broken: it will be counted
            return whole[: problem.start].decode("utf-8-sig")
    raise BadInput([Mistake(str(path), "is neither text in UTF-8 nor Parquet", "CSV, CSV.gz or Parquet")])


def _named_by(head: str, form: Format, path: Path) -> tuple[_Header, str]:
    """The line that names the columns, and what parts its cells.

    It is the first that is not empty, unless a line soon after it has twice as many cells and two usual names at least, and the
    first has none: an export's title.
    """
    first = _header(head, form.separator or _separator(head, form.skip_rows or 0), path, form.skip_rows or 0)
    lines = head.splitlines()
    if form.skip_rows is None and not _usual(first.names):
        for number in range(1, min(_TITLE_LINES, len(lines) - 1) + 1):
            separator = form.separator or _separator(head, number)
            try:
                later = _header(head, separator, path, number)
            except BadInput:
                break
            if _usual(later.names) >= 2 and len(later.names) >= 2 * len(first.names):
                return later._replace(titles=sum(bool(line.strip()) for line in lines[:number])), separator
    return first, form.separator or _separator(head, form.skip_rows or 0)


def _usual(names: Sequence[str]) -> int:
    """How many of them are usual names of columns."""
    return sum(normal(name) in _KNOWN for name in names)


def _separator(head: str, skipped: int) -> str:
    """What parts the cells of the first filled line after so many: the likely sign that it holds most often."""
    line = next((line for line in head.splitlines()[skipped:] if line.strip()), "")
    return max(_SEPARATORS, key=lambda sign: (line.count(sign), -_SEPARATORS.index(sign)))


def _header(head: str, separator: str, path: Path, skipped: int) -> _Header:
    """The columns' names, and how many lines are passed until after them."""
    rest = "".join(head.splitlines(keepends=True)[skipped:])
    reader = csv.reader(io.StringIO(rest, newline=""), delimiter=separator)
    try:
        names = next((row for row in reader if any(cell.strip() for cell in row)), None)
    except csv.Error as problem:
        raise BadInput([Mistake(str(path), f"its first line can't be read: {problem}", _NAMED)]) from None
    if names is None:
        raise BadInput([Mistake(str(path), "has nothing but empty lines", _NAMED)])
    return _Header([name.strip() for name in names], skipped + reader.line_num)
