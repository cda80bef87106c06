"""How far a comparison is, on standard error, with what is known by now; and what is waited for, when nothing comes."""

from __future__ import annotations

from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self, TextIO

from reports.parts import numbers
from reports.progress import Progress

PATIENCE_S = 60.0


class CompareProgress:
    """Replications done, the interval so far and, where the end is known, the time left.

    A bar on a terminal, elsewhere a plain line every half minute, nothing in the first second. Where
    nothing finishes for long, a note says so, on a terminal or not, and again each time the wait has doubled.

    Parameters
    ----------
    who
        Who plays in each replication, in words; empty to leave it out.
    patience_s
        Seconds, above 0, without a finished replication until the first note.

    Examples
    --------
    >>> with CompareProgress() as progress:
    ...     progress.update(3, 40, "revenue +2.9% (anytime 95%: +1.1% to +4.7%)")
    """

    def __init__(
        self, stream: TextIO | None = None, ascii_only: bool | None = None, *, who: str = "", patience_s: float | None = None
    ) -> None:
        self._progress = Progress(stream, ascii_only)
        self._patience_s = PATIENCE_S if patience_s is None else patience_s
        self._who = f" ({who} in each)" if who else ""
        self._what = "the first replication"
        self._moved, self._ended = Event(), False
        self._lock = Lock()  # notes come from a thread: whoever plays is busy meanwhile
        self._watch = Thread(target=self._tell_of_silence, daemon=True)

    def __enter__(self) -> Self:
        self._watch.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:  # fmt: skip
        self.stop()

    def update(self, done: int, planned: int | None, note: str) -> None:
        """Tell that *done* replications are in; *planned* is None while nobody knows how many it takes."""
        if planned is None:
            words, share = numbers.many(done, "replication"), None
        else:
            whole = f"{planned:,}" if note else numbers.many(planned, "replication")  # a line is short
            words, share = f"{done:,} of {whole}", min(1.0, done / planned) if planned else 0.0
        with self._lock:
            self._what = _next(done, planned)
            self._progress.tell(f"{words}, {note}" if note else words, share)
            self._moved.set()

    def stop(self) -> None:
        """Take the line away."""
        self._ended = True
        self._moved.set()
        with self._lock:
            self._progress.stop()

    def _tell_of_silence(self) -> None:
        waited_s = 0.0
        while not self._ended:
            if self._moved.wait(waited_s or self._patience_s):
                self._moved.clear()
                waited_s = 0.0
                continue
            waited_s = 2 * waited_s or self._patience_s
            with self._lock:
                if not self._ended and not self._moved.is_set():  # else something has finished at this very moment
                    self._progress.say(
                        f"foreshow: nothing has finished for {waited_s:.4g} s, still waiting for {self._what}{self._who}; "
                        "Ctrl-C ends it and keeps what is finished"
                    )


def _next(done: int, planned: int | None) -> str:
    if planned is None:
        return f"replication {done + 1:,}"
    return f"replication {done + 1:,} of {planned:,}" if done < planned else "worlds played once more, to see where the noise comes from"
