"""Where in a log's files a row of `staged` stands, so that a person can look at it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sim.calibrate.door import text
from sim.calibrate.sources import Source

if TYPE_CHECKING:
    from sim.calibrate.door import Connection

_LONGEST = 40  # of a cell that is shown


class Places(NamedTuple):
    """The files of a log, and the first row of `staged` that is of each."""

    sources: Sequence[Source]
    starts: Sequence[int]

    def told(self, bench: Connection, cell: str | None, row: int) -> str:
        """A cell and where it stands, such as '"soon" in line 7'."""
        return f"{shown(cell)} in {self.where(bench, row)}"

    def where(self, bench: Connection, row: int) -> str:
        """Where a row of `staged` stands, such as "line 7": counted as if no cell held a line break and no line were empty."""
        number = bisect_right(self.starts, row) - 1
        source, place = self.sources[number], row - self.starts[number] + 1
        if source.lines:
            place += source.lines
            for line in _lost(bench, source):
                place += line <= place
        return f"{'line' if source.lines else 'row'} {place:,}" + (f" of {source.path}" if len(self.sources) > 1 else "")


def shown(cell: str | None) -> str:
    """A cell in quotes, on one line, not too long.

    Examples
    --------
    >>> shown("1,5"), shown(None)
    ('"1,5"', 'an empty cell')
    """
    words = " ".join((cell or "").split())
    if not words:
        return "an empty cell"
    return f'"{words if len(words) <= _LONGEST else words[: _LONGEST - 3] + "..."}"'


def _lost(bench: Connection, source: Source) -> list[int]:
    """The lines of a file that are no rows, in order."""
    if not bench.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchone():
        return []
    here = f"SELECT scan_id, file_id FROM reject_scans WHERE file_path = {text(source.path)}"
    found = bench.execute(f"SELECT DISTINCT line FROM reject_errors WHERE (scan_id, file_id) IN ({here}) ORDER BY line").fetchall()
    return [line for (line,) in found]
