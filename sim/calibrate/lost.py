"""What a log loses by what can't be used: lines that are no rows, and how much of the traffic stands in all that is left out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.calibrate import flaws
from sim.calibrate.cells import number_in
from sim.calibrate.door import text
from sim.calibrate.log import Flaw
from sim.calibrate.odd_cells import fine
from sim.calibrate.places import Places, shown
from sim.calibrate.receipt import COUNTED
from sim.calibrate.sources import Source
from sim.calibrate.staging import Plan

if TYPE_CHECKING:
    from sim.calibrate.door import Connection

_ENCODING = "INVALID ENCODING"
_MOST_LINES = 200_000  # that are looked at for what they hold
_NO_ROW = 0.5  # of all that is used: a row that alone holds so much is a total, or no count at all
_WORDS = {
    True: "lines that are not text in UTF-8, such as those of a file in Latin-1",
    False: "lines that are no rows, such as those with too many cells",
}


def lost_lines(bench: Connection) -> Iterator[Flaw]:
    """Lines that were no rows, since the workbench was opened."""
    if not _rejected(bench):
        return
    odd_one = f"bool_or(error_type = '{_ENCODING}') AS odd, any_value(csv_line) AS words"
    lines = f"SELECT scan_id, file_id, line, {odd_one} FROM reject_errors GROUP BY scan_id, file_id, line"
    found = bench.execute(f"SELECT odd, count(*), arg_min(words, line), min(line) FROM ({lines}) GROUP BY odd ORDER BY odd").fetchall()
    for odd, number, words, line in found:
        yield Flaw(_WORDS[odd], number, "left out", f"{shown(words)} in line {line:,}")


def lost_share(bench: Connection, places: Places, plan: Plan) -> float:
    """The share of the impressions, or of the clicks if it is larger, in what is left out, as far as that can be read; copies aside."""
    if plan.kind != COUNTED:
        return 0.0
    share = 0.0
    for name in [one for one in ("impressions", "clicks") if one in plan.columns]:
        (used,) = bench.execute(f"SELECT coalesce(sum({name}), 0) FROM staged WHERE flaw = 0").fetchone() or (0.0,)
        wanted = f"{fine(name)} AND {name} < {_NO_ROW} * {used!r}"
        (rows,) = bench.execute(
            f"SELECT coalesce(sum({name}), 0) FROM staged WHERE flaw NOT IN (0, {flaws.COPY}) AND {wanted}"
        ).fetchone() or (0.0,)
        gone = rows + sum(_in_lines(bench, source, name, wanted, plan) for source in places.sources if source.lines)
        share = max(share, gone / (gone + used)) if gone else share
    return share


def _in_lines(bench: Connection, source: Source, name: str, wanted: str, plan: Plan) -> float:
    """The same of lines that are rows but for their letters: their cells are where they should be."""
    if not _rejected(bench):
        return 0.0
    here = f"SELECT scan_id, file_id FROM reject_scans WHERE file_path = {text(source.path)}"
    lines = bench.execute(
        f"SELECT any_value(csv_line) FROM reject_errors WHERE (scan_id, file_id) IN ({here}) GROUP BY scan_id, file_id, line "
        f"HAVING bool_and(error_type = '{_ENCODING}') ORDER BY line LIMIT {_MOST_LINES}"
    ).fetchall()
    place = int(source.cells[plan.columns[name][0]][0][1:])
    rows = csv.reader((line for (line,) in lines), delimiter=source.separator)
    # A letter that is not UTF-8 may swallow the sign after it: then cells are counted from the end of the line.
    back = place - source.width
    cells = [row[place] if len(row) == source.width else row[back] for row in rows if len(row) >= -back]
    numbers = f"SELECT {number_in('cell', 'VARCHAR', plan.format.signs)} AS {name} FROM (SELECT unnest(?::VARCHAR[]) AS cell)"
    (found,) = bench.execute(f"SELECT coalesce(sum({name}), 0) FROM ({numbers}) WHERE {wanted}", [cells]).fetchone() or (0.0,)
    return float(found)


def _rejected(bench: Connection) -> bool:
    return bench.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'").fetchone() is not None
