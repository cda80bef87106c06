"""Every way a user can be told "no", as one small tree.

    ForeshowError            70  something inside went wrong
    ├── BadInput              2  the scenario or the command line is wrong: all its mistakes at once
    ├── InvalidRun            4  the run can't be trusted, such as a model that returned no probability;
                             `foreshow check` ends with 4 for a part that breaks its contract
    └── StoreFault           70  the store could not be read or written just now: locked, or the disk is full

The numbers are the exit codes of the command.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


class ForeshowError(Exception):
    """A problem that is told in words; `exit_code` is what the command ends with."""

    exit_code = 70


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing wrong in the input: where, what was found, what is allowed and what to try.

    Attributes
    ----------
    marked
        The text it is about and, on a second line, carets under the part that is wrong; often empty.

    Examples
    --------
    >>> print(Mistake("traffic.querys", "is not a setting here", hint="did you mean 'queries'?", line=4))
    line 4  traffic.querys: is not a setting here; did you mean 'queries'?
    """

    where: str
    found: str
    allowed: str = ""
    hint: str = ""
    line: int | None = None
    file: str = ""
    marked: str = ""

    def __str__(self) -> str:
        place = f"{self.file}, " if self.file else ""
        place += f"line {self.line}  " if self.line else "  " if self.file else ""
        tail = "".join(f"; {part}" for part in (self.allowed, self.hint) if part)
        tail += "".join(f"\n    {line}" for line in self.marked.split("\n") if line)
        return f"{place}{self.where}: {self.found}{tail}" if self.where else f"{place}{self.found}{tail}"


class BadInput(ForeshowError):
    """The input is wrong. All mistakes are told at once, and nothing has been simulated.

    Examples
    --------
    >>> print(BadInput([Mistake("seed", "found -1", "a whole number from 0 to 2^63 - 1")]))
    seed: found -1; a whole number from 0 to 2^63 - 1
    """

    exit_code = 2

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))

    def __reduce__(self) -> tuple[type[BadInput], tuple[tuple[Mistake, ...]]]:
        return BadInput, (self.mistakes,)


class InvalidRun(ForeshowError):
    """What was simulated can't be trusted; the message says why."""

    exit_code = 4


class StoreFault(ForeshowError):
    """A store is sound, as far as one can see, but can't be read or written just now; the message says why."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """The hint that names the nearest known word, or nothing when none is near.

    Examples
    --------
    >>> did_you_mean("querys", ["queries", "seed"])
    "did you mean 'queries'?"
    >>> did_you_mean("logisticregresion", ["LogisticRegression"])
    "did you mean 'LogisticRegression'?"
    >>> did_you_mean("zzz", ["queries"])
    ''
    """
    spelled = {name.lower(): name for name in sorted(known)}
    near = get_close_matches(str(word).lower(), list(spelled), n=1, cutoff=0.6)
    return f"did you mean '{spelled[near[0]]}'?" if near else ""
