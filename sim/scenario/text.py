"""From a file to one plain document: found by name or path, decoded, parsed, with what it `extends` and its `world`.

Every key remembers the file and line it came from, so that a mistake can point at it even when it
was inherited.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass, field
from datetime import date, time
from functools import reduce
from pathlib import Path
from typing import Any

from sim.errors import BadInput, Mistake, did_you_mean
from sim.scenario import shipped, worlds
from sim.scenario.lines import Place, find_lines, nearest_line

_MOST_BYTES = 1_000_000
_MOST_DEEP = 20
_BARE = re.compile(r"[A-Za-z0-9_-]+")


@dataclass(slots=True)
class Point:
    """Where a candidate of the document stands in the file: one that is a point of a sweep has no place of its own.

    Attributes
    ----------
    number
        The candidate's number in the file.
    swept
        Each key that is swept, and where its values are written below the candidate.
    """

    number: int
    swept: dict[Place, Place] = field(default_factory=dict)

    def written(self, rest: Place) -> Place:
        """The place in the file of a key below the candidate; of one that is swept, or holds or stands in one, the sweep's."""
        for key, written in self.swept.items():
            if rest and rest[: len(key)] == key[: len(rest)]:
                return ("candidate", self.number, *written)
        return ("candidate", self.number, *rest)


@dataclass(slots=True)
class Document:
    """A parsed scenario text and where its keys stand."""

    data: dict[str, Any]
    folder: Path
    source: str
    file: str
    text: str = ""
    places: dict[Place, tuple[str, int]] = field(default_factory=dict)
    points: tuple[Point, ...] = ()

    def mistake(self, place: Place, found: str, allowed: str = "", hint: str = "", marked: str = "") -> Mistake:
        """A mistake at *place*, with its file and line."""
        if self.points and place[:1] == ("candidate",) and len(place) > 1 and isinstance(place[1], int):
            place = self.points[place[1]].written(place[2:])
        lines = {key: line for key, (_, line) in self.places.items()}
        line = nearest_line(lines, place)
        file = next((self.places[place[:n]][0] for n in range(len(place), 0, -1) if place[:n] in self.places), self.file)
        return Mistake(spell(place), found, allowed, hint, line, file, marked)


def spell(place: Place) -> str:
    """A place as a person reads it.

    Examples
    --------
    >>> spell(("candidate", 0, "model", "use"))
    'candidate 1, model.use'
    """
    words = ""
    for part in place:
        if isinstance(part, int):
            words += f" {part + 1},"
        else:
            key = part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False)
            words += key if not words else f" {key}" if words.endswith(",") else f".{key}"
    return words.rstrip(",")


def show(value: object) -> str:
    """A value as its file spells it, cut where it is long.

    Examples
    --------
    >>> show([True, "5k", date(2026, 1, 1)])
    "[true, '5k', 2026-01-01]"
    """
    shown = spelled(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."


def spelled(value: object) -> str:
    """A value as its file spells it, however long."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(spelled, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{spell((key,))} = {spelled(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, date | time):
        return value.isoformat()
    try:
        return str(value).lower() if isinstance(value, bool) else repr(value)
    except ValueError:
        return "a number of thousands of digits"


def is_file(path: Path) -> bool:
    """Whether *path* is a file that can be looked at; a name that no system allows is none."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def find(source: str | Path, folder: Path = Path()) -> Path:
    """The file meant by a path from *folder*, a folder with a `scenario.toml`, or a shipped scenario's name."""
    path = folder / source
    for file in (path / "scenario.toml", path):
        if is_file(file):
            return file
    known = shipped.names()
    if str(source) in known:
        return known[str(source)]
    found = "is a folder without a scenario.toml" if is_folder(path) else "no such file, and no shipped scenario of that name"
    hint = did_you_mean(path.stem, known) or "see 'foreshow list'"
    raise BadInput([Mistake(str(source), found, "", hint)])


def is_folder(path: Path) -> bool:
    """Whether *path* is a folder that can be looked at."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def read_document(source: str | Path, above: tuple[Path, ...] = ()) -> Document:
    """Read *source*, over the world that it names, over all that it extends."""
    path = find(source).resolve()
    document = _alone(path, str(source))
    below = []
    if "extends" in document.data:
        parent = _parent(document.data.pop("extends"), document)
        steps = (*above, path)
        if parent in steps:
            circle = " -> ".join(step.name for step in (*steps[steps.index(parent) :], parent))
            raise BadInput([document.mistake(("extends",), f"goes round in a circle: {circle}", "", "let one of them stand alone")])
        below.append(read_document(parent, steps))
    if "world" in document.data:
        world = _alone(worlds.file_of(document.data.pop("world"), document), document.source)
        world.data = worlds.settings(world, document)
        below.append(world)
    return reduce(_overlay, [*below, document])


def _alone(path: Path, source: str) -> Document:
    """The document of one file, by itself."""
    text = _decode(path)
    document = Document(_parse(text, path), path.parent, source, path.name, text)
    document.places = {place: (path.name, line) for place, line in find_lines(text).items()}
    return document


def _parent(named: object, document: Document) -> Path:
    """The file that `extends` names: beside the one it stands in, or shipped."""
    allowed = "a file beside this one or a shipped scenario's name"
    if not isinstance(named, str) or not named:
        raise BadInput([document.mistake(("extends",), f"found {show(named)}", allowed)])
    try:
        return find(named, document.folder).resolve()
    except BadInput as bad:
        mistake = bad.mistakes[0]
        raise BadInput([document.mistake(("extends",), f"{show(named)}: {mistake.found}", "", mistake.hint)]) from None


def _decode(path: Path) -> str:
    try:
        raw = path.read_bytes()
    except OSError as problem:
        raise BadInput([Mistake(path.name, f"can't be read: {problem.strerror}")]) from None
    if len(raw) > _MOST_BYTES:
        raise BadInput([Mistake(path.name, f"has {len(raw):,} bytes", "a scenario is a text of at most 1 MB")])
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadInput([Mistake(path.name, "is not a text", "a scenario is a TOML file in UTF-8")]) from None


def _parse(text: str, path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(text.replace("\r\n", "\n"))
    except RecursionError:
        raise _too_deep(path) from None
    except ValueError as problem:  # of TOML; a number of thousands of digits is Python's own
        words = str(problem) if isinstance(problem, tomllib.TOMLDecodeError) else "a number is too long"
        at = re.search(r"\(at line (\d+), column \d+\)", words)
        line = int(at[1]) if at else (text.count("\n") + 1 if "end of document" in words else None)
        found = re.sub(r"\s*\(at .*\)$", "", words)
        raise BadInput([Mistake("", f"is not TOML: {found}", "", "", line, path.name)]) from None
    layer: list[Any] = [data]
    for _ in range(_MOST_DEEP):
        layer = [inner for outer in layer for inner in (outer.values() if isinstance(outer, dict) else outer)]
        layer = [inner for inner in layer if isinstance(inner, dict | list)]
    if layer:
        raise _too_deep(path)
    return data


def _too_deep(path: Path) -> BadInput:
    return BadInput([Mistake("", "is nested too deeply", f"tables and lists go at most {_MOST_DEEP} deep", "", None, path.name)])


def _overlay(base: Document, top: Document) -> Document:
    """*top* over *base*: tables are merged key by key, anything else is replaced whole."""
    places = dict(base.places)

    def merge(below: dict[str, Any], above: dict[str, Any], at: Place) -> dict[str, Any]:
        merged = dict(below)
        for key, value in above.items():
            place = (*at, key)
            if isinstance(value, dict) and isinstance(below.get(key), dict):
                merged[key] = merge(below[key], value, place)
                continue
            merged[key] = value
            for old in [old for old in places if old[: len(place)] == place]:
                del places[old]
        return merged

    traffic = base.data.get("traffic")
    if isinstance(traffic, dict):  # its files stand beside the base
        files = {key: str(base.folder / traffic[key]) for key in ("replay", "types") if isinstance(traffic.get(key), str)}
        base.data["traffic"] = traffic | files
    data = merge(base.data, top.data, ())
    return Document(data, top.folder, top.source, top.file, top.text, places | top.places)
