"""Where each key of a TOML text stands, since the standard reader does not tell.

A scan over headers and keys: enough to point at a line, never used to read a value.
"""

from __future__ import annotations

import re
from collections import Counter

Place = tuple[str | int, ...]
_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_PATH = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"^\s*(\[\[?)\s*({_PATH})\s*\]\]?")
_KEY = re.compile(rf"^\s*({_PATH})\s*=(.*)$")
_TEXT_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'[^']*')|#.*""")
_INLINE = re.compile(rf"[{{,]\s*({_PATH})\s*=")


def find_lines(text: str) -> dict[Place, int]:
    r"""Line number (from 1) of every table and key, by its place such as ("candidate", 0, "name").

    The members of a list of texts that goes over several lines have theirs too.

    Examples
    --------
    >>> find_lines('seed = 1\n[[candidate]]\nmodel = { use = "a:b" }')[("candidate", 0, "model", "use")]
    3
    """
    lines: dict[Place, int] = {}
    counts: Counter[Place] = Counter()
    table: Place = ()
    open_until = ""
    depth = 0
    place: Place = ()
    members: int | None = None
    for number, raw in enumerate(text.split("\n"), 1):  # splitlines() would break at more signs than TOML does
        if open_until:
            open_until = "" if open_until in raw else open_until
            continue
        if depth > 0:
            depth += _balance(raw)
            members = _count_texts(raw, place, members, number, lines)
            continue
        if header := _HEADER.match(raw):
            table = _indexed(_parts(header[2]), counts, array=header[1] == "[[")
            if header[1] == "[[":
                lines.setdefault(table[:-1], number)
            lines.setdefault(table, number)
        elif key := _KEY.match(raw):
            place = table + _parts(key[1])
            lines.setdefault(place, number)
            for inner in _INLINE.findall(_without_strings(key[2])):
                lines.setdefault(place + _parts(inner), number)
            open_until = _opens_string(key[2])
            depth = 0 if open_until else _balance(key[2])
            members = _count_texts(key[2], place, 0, number, lines if depth > 0 else {})
    return lines


def nearest_line(lines: dict[Place, int], place: Place) -> int | None:
    """The line of *place*, or of the nearest table around it."""
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return lines[place[:length]]
    return None


def _count_texts(raw: str, place: Place, count: int | None, number: int, lines: dict[Place, int]) -> int | None:
    """Note the line of each text in a list, and how many there are so far; None once the list holds anything else."""
    bare = _TEXT_OR_COMMENT.sub(lambda match: "\0" if match[1] else "", raw)
    if count is None or bare.strip("\0[], \t\r"):
        return None
    found = bare.count("\0")
    for member in range(count, count + found):
        lines.setdefault((*place, member), number)
    return count + found


def _parts(path: str) -> Place:
    return tuple(part.strip("\"'") for part in re.findall(_PART, path))


def _indexed(path: Place, counts: Counter[Place], *, array: bool) -> Place:
    place: Place = ()
    for position, part in enumerate(path):
        place += (part,)
        if array and position == len(path) - 1:
            counts[place] += 1
        if counts[place]:
            place += (counts[place] - 1,)
    return place


def _without_strings(text: str) -> str:
    text = re.sub(r'"(?:\\.|[^"\\])*"|\'[^\']*\'', lambda m: "_" * len(m[0]), text)
    return text.split("#", 1)[0]


def _balance(text: str) -> int:
    bare = _without_strings(text)
    return bare.count("[") - bare.count("]") + bare.count("{") - bare.count("}")


def _opens_string(text: str) -> str:
    for quotes in ('"""', "'''"):
        if text.count(quotes) % 2:
            return quotes
    return ""
