"""One candidate's event log in one replication, written while it is played, in bounded memory."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray

from sim.columns import COLUMNS
from sim.lifecycle.witness import Impressions
from sim.scenario.schema import Scenario
from sim.study.events.door import Rows
from sim.study.events.folder import UNFINISHED

DAYS = "_days.csv"
GROUP_ROWS = 262_144
FILE_ROWS = 32 * GROUP_ROWS


class Stream:
    """Rows that become files: a row group as soon as it is full, a new file where one has `FILE_ROWS`.

    A file has another name until it is whole, so whatever ends in ``.parquet`` can be read. Where the disk
    takes no more the rest is dropped, and the play goes on.

    Parameters
    ----------
    folder
        The candidate's own folder, which is made.

    Attributes
    ----------
    lost
        Why rows are missing; empty while none are.
    """

    def __init__(self, folder: Path, scenario: Scenario) -> None:
        self.lost = ""
        self._folder = folder
        self._scenario = scenario
        self._files = 0
        self._open: tuple[Rows, IO[bytes], Path] | None = None
        self._sound = True

    def write(self, shown: Impressions) -> None:
        """Add impressions."""
        if not self._open:  # the file before is full
            self._try(self._start_file)
        if self._open:
            self._open[0].add(shown)
            if self._open[0].waiting >= GROUP_ROWS:
                self._try(self._write_group)

    def finish(self, ledger: NDArray[np.int64]) -> None:
        """Everything is in: write the rest, and beside it what each day came to, shape (days, columns)."""
        self._try(self._write_group)
        self._try(self._close)
        self._try(lambda: _write_days(self._folder, ledger))

    def __enter__(self) -> Self:
        self._try(self._begin)
        return self

    def __exit__(self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None) -> None:
        """Close what is open: after an interruption the rows so far can be read."""
        try:
            if self._open and self._sound and not self.lost:
                self._try(self._write_group)
                self._try(self._close)
        finally:
            self._drop()

    def _try(self, step: Callable[[], None]) -> None:
        if self.lost:
            return
        try:
            step()
        except OSError as problem:
            self.lost = f"{self._folder}: {problem.strerror or problem}"
            self._drop()

    def _begin(self) -> None:
        self._folder.mkdir(parents=True)
        self._start_file()

    def _start_file(self) -> None:
        path = self._folder / f"part-{self._files:04}.parquet"
        stream = _unfinished(path).open("wb")
        self._open = Rows(stream, self._scenario), stream, path
        self._files += 1

    def _write_group(self) -> None:
        if not self._open:
            return
        rows = self._open[0]
        with _undisturbed():
            self._sound = False  # whatever ends it in here, the file is not whole
            rows.write_group()
            self._sound = True
        if rows.written >= FILE_ROWS:
            self._close()

    def _close(self) -> None:
        if not self._open:
            return
        rows, stream, path = self._open
        with _undisturbed():
            self._sound = False
            rows.close()
            stream.close()
            _unfinished(path).rename(path)
            self._open, self._sound = None, True

    def _drop(self) -> None:
        """Let go of a file that can't be finished, and of the rows that wait."""
        if not self._open:
            return
        rows, stream, path = self._open
        self._open = None
        for close in (rows.close, stream.close):
            with suppress(OSError, ValueError):  # what could not be written before can't be now
                close()
        _unfinished(path).unlink(missing_ok=True)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let Ctrl-C wait until the file can be left: half a row group would cost all of it."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, usual)
    if came:
        raise KeyboardInterrupt


def _unfinished(path: Path) -> Path:
    return path.with_name(path.name + UNFINISHED)


def _write_days(folder: Path, ledger: NDArray[np.int64]) -> None:
    """What each day came to, queries without ads included: it is there only where the log is whole."""
    lines = [",".join(("day", *COLUMNS)), *(",".join(map(str, (day, *row))) for day, row in enumerate(ledger.tolist()))]
    path = folder / DAYS
    _unfinished(path).write_text("\n".join(lines) + "\n", encoding="utf-8")
    _unfinished(path).rename(path)
