"""How far a comparison is, on standard error, with what is known by now."""

from __future__ import annotations

from types import TracebackType
from typing import Self, TextIO

from reports.parts import numbers
from reports.progress import Progress


class CompareProgress:
    """Replications done, the interval so far and, where the end is known, the time left.

    A bar on a terminal, elsewhere a plain line every half minute, nothing in the first second.

    Examples
    --------
    >>> with CompareProgress() as progress:
    ...     progress.update(3, 40, "revenue +2.9% (anytime 95%: +1.1% to +4.7%)")
    """

    def __init__(self, stream: TextIO | None = None, ascii_only: bool | None = None) -> None:
        self._progress = Progress(stream, ascii_only)

    def __enter__(self) -> Self:
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
            words, share = f"{done:,} of {numbers.many(planned, 'replication')}", min(1.0, done / planned) if planned else 0.0
        self._progress.tell(f"{words}, {note}" if note else words, share)

    def stop(self) -> None:
        """Take the line away."""
        self._progress.stop()
