"""What the checks of a part found, frozen: the command prints it, a test may ask it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

GOOD, NOTE, BROKEN = "good", "note", "broken"


class Finding(NamedTuple):
    """The answer of one check.

    Attributes
    ----------
    level
        "good", "note" (a run goes on, but read it) or "broken".
    check
        What was looked at, in a word or two.
    found
        What was found, what it means, and what is allowed where it is broken.
    hint
        What to try.
    """

    level: str
    check: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.check}: {self.found}{'; ' + self.hint if self.hint else ''}"


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that was found of one part.

    Attributes
    ----------
    part, folder
        Its import path, and the folder in which modules beside it are looked for.
    role
        "model", "objective", "drift", "explore" or "pricing": the key that names it in a scenario.
    arguments
        The arguments that it was given, as a scenario spells them.
    basis
        What it was tried on, in words.
    unmade
        How many checks were not made, since an earlier one was broken.

    Examples
    --------
    >>> found = Findings("my_model:Mine", "model", (Finding(NOTE, "weights", "are ignored"),))
    >>> found.sound, [str(one) for one in found.notes]
    (True, ['weights: are ignored'])
    """

    part: str
    role: str
    findings: tuple[Finding, ...]
    arguments: tuple[tuple[str, str], ...] = ()
    folder: str = ""
    basis: str = ""
    unmade: int = 0

    @property
    def sound(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The checks that failed."""
        return tuple(one for one in self.findings if one.level == BROKEN)

    @property
    def notes(self) -> tuple[Finding, ...]:
        """What should be read, though a run goes on."""
        return tuple(one for one in self.findings if one.level == NOTE)
