"""Running a user's code: whatever it raises comes back in words, with its own line, and it may not run forever."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TypeVar

from sim.errors import InvalidRun

Answer = TypeVar("Answer")
_ELSEWHERE = ("site-packages", "dist-packages")


class Failed(Exception):
    """A user's code did not do what it was asked for; the words say why."""


class _TooLong(BaseException):
    """Raised inside a user's code when its time is up; no `except Exception` of theirs holds it."""


def attempt(call: Callable[[], Answer], folder: Path, limit_s: float) -> Answer:
    """What *call* returns.

    Raises
    ------
    Failed
        When it raises, or does not come back within *limit_s* seconds.
    """
    try:
        with _within(limit_s):
            return call()
    except _TooLong:
        raise Failed(f"did not come back within {limit_s:g} s") from None
    except InvalidRun as refused:  # from a door of ours: either it raised, or what it returned is wrong
        if refused.__cause__ is not None:
            raise Failed(in_words(refused.__cause__, folder)) from None
        raise Failed(str(refused).partition(": ")[2]) from None
    except (Exception, SystemExit) as raised:  # noqa: BLE001  a user's code may raise anything
        raise Failed(in_words(raised, folder)) from None


def in_words(raised: BaseException, folder: Path) -> str:
    """The type and message of an exception, and the line of the user's own file that it came through last.

    Examples
    --------
    >>> in_words(KeyError("no such column"), Path("."))
    "KeyError: 'no such column'"
    """
    said = " ".join(str(raised).split())
    words = f"{type(raised).__name__}: {said}" if said else type(raised).__name__
    here = folder.resolve()
    for frame in reversed(traceback.extract_tb(raised.__traceback__)):
        file = Path(frame.filename).resolve()
        if file.is_relative_to(here) and not set(_ELSEWHERE) & set(file.parts) and not _is_ours(file):
            return f"{words} ({file.relative_to(here)}, line {frame.lineno})"
    return words


def _is_ours(file: Path) -> bool:
    return file.is_relative_to(Path(__file__).resolve().parents[2])


@contextmanager
def _within(limit_s: float) -> Iterator[None]:
    """Interrupt what takes longer than *limit_s*, where the system and the thread allow it."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, limit_s)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
