"""Finished replications of a comparison that is under way: each is in the store before the next is looked at.

So a comparison that was killed goes on where it was. A shelf belongs to a scenario's name, its seed and
what is asked of it; what stands on it counts only as long as every setting, the version and the user's
own files are the same. It is cleared when the comparison is done, and its run is kept.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sim.errors import BadInput, StoreFault
from sim.lifecycle.play import Played
from sim.scenario.schema import Scenario
from sim.study.store import door, tables
from sim.study.store.place import Place, look
from sim.study.store.shelving import Label, differences, label_of, packed, unpacked
from sim.study.worker import Failure

if TYPE_CHECKING:
    from sim.study.store.door import Connection

Answers = dict[int, Played | Failure]
_OF = "scenario = ? AND seed = ? AND question = ?"
_TABLES = ("shelved", "shelves")


class Shelf:
    """What `open_shelf` opens.

    Attributes
    ----------
    found
        Replication -> candidate -> answer, of an interrupted comparison of the very same thing.
    told
        What became of what was there, in a sentence; empty when nothing was.
    looked
        Whether what was found was begun under another plan: someone may have seen it, and chosen this number by it.
    pending
        Replications that could not be written yet; the next `put` tries again.
    """

    def __init__(self, place: Place, label: Label, planned: int | None = None) -> None:
        self.found: dict[int, Answers] = {}
        self.told = ""
        self.looked = False
        self._planned = planned or 0
        self.pending: dict[int, Answers] = {}
        self._place = place
        self._label = label
        self._writer = door.Writer(place)
        self._prepared = False

    def put(self, replication: int, answers: Answers) -> None:
        """Commit a finished replication, whole or not at all.

        A store that can't be written just now costs nothing: what was to be written waits for the next time.
        """
        if not answers:
            return
        patient = not self.pending  # who has waited in vain once does not wait each time
        self.pending[replication] = answers
        try:
            with self._writer.writing(patient=patient) as store:
                if not self._prepared:
                    tables.prepare(store, self._place.shown)
                _add(store, self._label, self._planned, self.pending)
        except (StoreFault, BadInput):
            self._prepared = False  # whatever it is, it may have cost the tables
            return
        self._prepared = True
        self.pending = {}

    def clear(self) -> None:
        """Take everything off the shelf: the comparison is done. Where that can't be, nothing is lost but room."""
        self.pending = {}
        self._writer.close()
        try:
            if look(self._place, to_write=True):
                with door.writing(self._place) as store:
                    _remove(store, self._there(store))
        except (StoreFault, BadInput):
            return

    def open(self, *, fresh: bool) -> None:
        """Take up what still applies, and drop the rest."""
        if not look(self._place, to_write=True):
            return
        try:
            with door.reading(self._place) as store:
                there = self._there(store)
                if not there:
                    return
                mine = "" if fresh else self._label.key
                self.found = _read(store, mine)
                self.looked = bool(self.found) and _plans(store, mine) != {self._planned}
                stale = [one for one in there if one.key != mine]
                counts = {one.key: _count(store, one.key) for one in stale}
        except StoreFault as fault:
            self.told = f"finished replications can't be taken up: {fault}"
            return
        taken = f"{_finished(len(self.found))} taken up again" if self.found else ""
        dropped = [_farewell(counts[one.key], one, self._label) for one in stale if counts[one.key]]
        self.told = "; ".join(filter(None, [taken, *dropped]))
        try:
            with door.writing(self._place) as store:
                _remove(store, stale)
        except StoreFault:
            return  # they are passed over the next time as well

    def _there(self, store: Connection) -> list[Label]:
        """Every shelf of this scenario, seed and question."""
        if "shelves" not in tables.refuse_foreign(store, self._place.shown):
            return []
        one = self._label
        rows = store.execute(f"SELECT {', '.join(Label._fields)} FROM shelves WHERE {_OF}", [one.scenario, one.seed, one.question])
        return [Label(*row) for row in rows.fetchall()]


def open_shelf(place: Place, scenario: Scenario, question: str, *, planned: int | None = None, fresh: bool = False) -> Shelf:
    """Open the shelf of a comparison, with what an interrupted one has left on it.

    Parameters
    ----------
    question
        What is asked of the scenario, as far as it decides what is played; another question has a shelf of its own.
    planned
        How many replications there will be; None while that is open.
    fresh
        Whether to begin anew, whatever is there.

    Raises
    ------
    BadInput
        When the file there can't be used as a store.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> from sim.scenario.read import load
    >>> from sim.study.store.place import place_of
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     place = place_of(Path(folder) / "runs.duckdb")
    ...     open_shelf(place, load("quiet"), "").put(3, {0: Failure("no")})
    ...     again = open_shelf(place, load("quiet"), "")
    ...     again.told, again.found[3][0].message
    ('1 finished replication is taken up again', 'no')
    """
    shelf = Shelf(place, label_of(scenario, question), planned)
    shelf.open(fresh=fresh)
    return shelf


def _add(store: Connection, label: Label, planned: int, finished: dict[int, Answers]) -> None:
    if store.execute("SELECT 1 FROM shelves WHERE key = ?", [label.key]).fetchone() is None:
        store.execute(f"INSERT INTO shelves ({', '.join(label._fields)}) VALUES (?, ?, ?, ?, ?, ?, ?)", list(label))
    for replication, answers in finished.items():
        store.execute("DELETE FROM shelved WHERE key = ? AND replication = ?", [label.key, replication])
        rows = [[label.key, replication, candidate, *packed(answer), planned] for candidate, answer in answers.items()]
        store.executemany(
            "INSERT INTO shelved (key, replication, candidate, days, ledger, words, planned) VALUES (?, ?, ?, ?, ?, ?, ?)", rows
        )


def _read(store: Connection, key: str) -> dict[int, Answers]:
    found: dict[int, Answers] = {}
    query = "SELECT replication, candidate, days, ledger, words FROM shelved WHERE key = ? ORDER BY replication, candidate"
    for replication, candidate, *rest in store.execute(query, [key]).fetchall():
        found.setdefault(replication, {})[candidate] = unpacked(*rest)
    return found


def _plans(store: Connection, key: str) -> set[int | None]:
    """Under which numbers of replications those of a shelf were finished: 0 for an open one, None where an older version kept none."""
    if "planned" not in tables.columns_of(store, "shelved"):
        return {None}
    return {planned for (planned,) in store.execute("SELECT DISTINCT planned FROM shelved WHERE key = ?", [key]).fetchall()}


def _count(store: Connection, key: str) -> int:
    (count,) = store.execute("SELECT count(DISTINCT replication) FROM shelved WHERE key = ?", [key]).fetchone() or (0,)
    return int(count)


def _remove(store: Connection, labels: list[Label]) -> None:
    for table in _TABLES:
        for one in labels:
            store.execute(f"DELETE FROM {table} WHERE key = ?", [one.key])


def _finished(count: int) -> str:
    return f"{count} finished replications are" if count > 1 else "1 finished replication is"


def _farewell(count: int, old: Label, new: Label) -> str:
    """Why so many replications are gone."""
    what = "finished replications" if count > 1 else "finished replication"
    was = "were" if count > 1 else "was"
    if old.key == new.key:
        return f"{count} {what} {was} dropped, as asked"
    whose = f" of version {old.version}" if old.version != new.version else ""
    changed = differences(json.loads(old.settings), json.loads(new.settings)) + differences(json.loads(old.files), json.loads(new.files))
    more = f" and {len(changed) - 2} more" if len(changed) > 2 else ""
    why = f": {', '.join(changed[:2])}{more} changed" if changed else ""
    return f"{count} {what}{whose} no longer {'apply' if count > 1 else 'applies'} and {was} dropped{why}"
