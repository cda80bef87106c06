"""Commands on a narrow screen, broken so that they can be pasted into a shell all the same."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

_INDENT = "  "


def fold(command: str, source: str, options: Sequence[str], lead: str, width: int) -> list[str]:
    r"""The lines of ``command source options...``, the first after *lead*, each at most *width* wide.

    Parameters
    ----------
    source
        One word for the shell, whatever is in it; it is quoted here.
    options
        Each with its value, quoted where it must be, which it is not parted from while there is room for both.

    Examples
    --------
    >>> print(*fold("foreshow run", "my year.toml", ["--seed 7"], "again  ", 40), sep="\n")
    again  foreshow run 'my year.toml' \
             --seed 7
    """
    blank = " " * len(lead)
    room = width - len(lead) - len(_INDENT) - 2
    lines = [lead + command]
    for word in (shlex.quote(source), *options):
        if len(lines[-1]) + 1 + len(word) <= width - 2:
            lines[-1] += f" {word}"
        elif len(word) <= room:
            lines[-1] += " \\"
            lines.append(f"{blank}{_INDENT}{word}")
        else:
            *name, value = shlex.split(word)
            first, *more = _pieces(value, room)
            for begin in (*name, first):
                lines[-1] += " \\"
                lines.append(f"{blank}{_INDENT}{begin}")
            for piece in more:
                lines[-1] += "\\"
                lines.append(piece)
    return lines


def _pieces(word: str, room: int) -> list[str]:
    """A word in quoted pieces, which a shell puts together again when nothing stands between them."""
    size = max(1, (room - 4) // (5 if "'" in word else 1))
    return [shlex.quote(word[begin : begin + size]) for begin in range(0, len(word), size)]
