"""What a user's part raised, in words: one line for the report, and the traceback for its author.

The traceback is the same bytes wherever the part was played: files are named from the folder that they
were found in, and frames of ours are counted only.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from traceback import FrameSummary, extract_tb, format_exception_only, format_list

from sim.errors import ForeshowError

_OURS = Path(__file__).resolve().parents[1]
_INSTALLED = ("site-packages", "dist-packages")


def message_of(problem: BaseException, who: str) -> str:
    """One line, or the words of an error of ours as they are.

    Examples
    --------
    >>> message_of(KeyError("no such column"), "mine")
    "candidate 'mine': KeyError: 'no such column'"
    """
    if isinstance(problem, ForeshowError):
        return str(problem)
    words = " ".join(str(problem).split())
    return f"candidate '{who}': {type(problem).__name__}" + (f": {words}" if words else "")


def traceback_of(problem: BaseException, folder: Path) -> str:
    """The traceback as Python prints it, with the user's own frames; empty where no code of a user's has raised.

    Parameters
    ----------
    folder
        The scenario's, from which files are named.
    """
    raised: BaseException | None = problem
    while isinstance(raised, ForeshowError):
        raised = raised.__cause__
    chain = list(_chain(raised))[::-1]
    return "\nThe next one was raised while that one was handled.\n\n".join(_told(one, folder) for one in chain)


def _chain(raised: BaseException | None) -> Iterator[BaseException]:
    """An exception and those behind it, as far as a user's code raised them."""
    seen: set[int] = set()
    one = raised
    while one is not None and id(one) not in seen and not isinstance(one, ForeshowError):
        seen.add(id(one))
        behind = one.__cause__ or (None if one.__suppress_context__ else one.__context__)
        if behind is None or (type(behind), behind.args) != (type(one), one.args):  # SimPy raises a copy
            yield one
        one = behind


def _told(one: BaseException, folder: Path) -> str:
    lines = ["Traceback (most recent call last):\n"]
    for ours, frames in groupby(extract_tb(one.__traceback__), key=lambda frame: Path(frame.filename).resolve().is_relative_to(_OURS)):
        known = list(frames)
        plain = [FrameSummary(_named(frame.filename, folder), frame.lineno, frame.name, line=frame.line) for frame in known]
        lines += [f"  ... {len(known)} of Foreshow's own ...\n"] if ours else format_list(plain)
    return "".join([*lines, *format_exception_only(one)])


def _named(file: str, folder: Path) -> str:
    """A file's name from where it was found on, so that it does not say on which machine."""
    path = Path(file)
    for mark in _INSTALLED:
        if mark in path.parts:
            return "/".join(path.parts[path.parts.index(mark) + 1 :])
    roots = [folder.absolute(), *map(Path, sys.path), Path(sysconfig.get_paths()["stdlib"])]
    inner = [path.relative_to(root).as_posix() for root in roots if root.is_absolute() and path.is_relative_to(root)]
    return min(inner, key=len, default=path.name)
