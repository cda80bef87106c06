"""Where an event log goes: a folder that is empty or not there yet, cut by candidate and replication."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

from sim.errors import BadInput, Mistake

UNFINISHED = ".unfinished"
_ELSEWHERE = "name another folder"
_RESERVED = re.compile(r'[%/\\:*?"<>|=\x00-\x1f\x7f]')


@dataclass(frozen=True, slots=True)
class EventFolder:
    """The folder of one run's event log.

    Attributes
    ----------
    path
        From the root on, so that nothing is lost when a user's model changes the current folder.
    lost
        What could not be written, one line for each candidate and replication that lacks something.
    """

    path: Path
    lost: list[str] = field(default_factory=list)

    def of(self, candidate: str, replication: int) -> Path:
        """The part of one candidate in one replication (from 0), in names as Hive makes them."""
        return self.path / f"candidate={_hive(candidate)}" / f"replication={replication}"

    def sweep(self) -> None:
        """Remove what a process that was ended has left half-written."""
        for file in self.path.rglob(f"*{UNFINISHED}"):
            file.unlink(missing_ok=True)


def _hive(value: str) -> str:
    """A value as it may stand in a folder's name.

    Examples
    --------
    >>> _hive("50% more / clicks")
    '50%25 more %2F clicks'
    """
    return _RESERVED.sub(lambda found: quote(found[0], safe=""), value)


def prepare(where: str | Path) -> EventFolder:
    """Make the folder, or take one that is empty.

    Raises
    ------
    BadInput
        When it holds something, can't be made or can't be written to.
    """
    path = Path(where).absolute()
    try:
        if path.exists() and not path.is_dir():
            raise _no_folder(where, "is no folder")
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise _no_folder(where, "is not empty, so it is left alone", f"remove what is in it, or {_ELSEWHERE}")
    except (OSError, ValueError) as problem:
        raise _no_folder(where, getattr(problem, "strerror", None) or str(problem)) from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise _no_folder(where, "can't be written to", f"ask for the right to, or {_ELSEWHERE}")
    return EventFolder(path)


def _no_folder(where: str | Path, found: str, hint: str = _ELSEWHERE) -> BadInput:
    return BadInput([Mistake("--events", f"{where}: {found}", "a folder that is empty or not there yet", hint)])
