"""From a file to one plain document: found by name or path, decoded, parsed, with what it `extends`.

Every key remembers the file and line it came from, so that a mistake can point at it even when it
was inherited.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import BadInput, Mistake, did_you_mean
from sim.scenario import shipped
from sim.scenario.lines import Place, find_lines, nearest_line

_MOST_BYTES = 1_000_000


@dataclass(slots=True)
class Document:
    """A parsed scenario text and where its keys stand."""

    data: dict[str, Any]
    folder: Path
    source: str
    places: dict[Place, tuple[str, int]] = field(default_factory=dict)

    def mistake(self, place: Place, found: str, allowed: str = "", hint: str = "") -> Mistake:
        """A mistake at *place*, with its file and line."""
        lines = {key: line for key, (_, line) in self.places.items()}
        line = nearest_line(lines, place)
        file = next((self.places[place[:n]][0] for n in range(len(place), 0, -1) if place[:n] in self.places), "")
        return Mistake(spell(place), found, allowed, hint, line, file)


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
            words += part if not words else f" {part}" if words.endswith(",") else f".{part}"
    return words.rstrip(",")


def find(source: str | Path) -> Path:
    """The file meant by a path, a folder with a `scenario.toml`, or a shipped scenario's name."""
    path = Path(source)
    if "\0" in str(source):
        raise BadInput([Mistake("scenario", "the name holds a NUL character")])
    if path.is_dir() and (path / "scenario.toml").is_file():
        return path / "scenario.toml"
    if path.is_file():
        return path
    known = shipped.names()
    if str(source) in known:
        return known[str(source)]
    found = "is a folder without a scenario.toml" if path.is_dir() else "no such file, and no shipped scenario of that name"
    hint = did_you_mean(path.stem, known) or "see 'foreshow list'"
    raise BadInput([Mistake(str(source), found, "", hint)])


def read_document(source: str | Path, above: tuple[Path, ...] = ()) -> Document:
    """Read *source* and all that it extends."""
    path = find(source).resolve()
    if path in above:
        circle = " -> ".join(step.name for step in (*above[above.index(path) :], path))
        raise BadInput([Mistake("extends", f"goes round in a circle: {circle}", "", "let one of them stand alone", None, path.name)])
    text = _decode(path)
    data = _parse(text, path)
    document = Document(data, path.parent, str(source))
    document.places = {place: (path.name, line) for place, line in find_lines(text).items()}
    if "extends" not in data:
        return document
    parent = data.pop("extends")
    if not isinstance(parent, str):
        raise BadInput([document.mistake(("extends",), f"found {parent!r}", "a file beside this one or a shipped scenario's name")])
    beside = path.parent / parent
    try:
        base = read_document(beside if beside.exists() else parent, (*above, path))
    except BadInput as bad:
        if above or len(bad.mistakes) != 1 or bad.mistakes[0].where != parent:
            raise
        raise BadInput([document.mistake(("extends",), f"{parent}: {bad.mistakes[0].found}", "", bad.mistakes[0].hint)]) from None
    return _overlay(base, document)


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
        return tomllib.loads(text.replace("\r\n", "\n"))
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as problem:
        words = str(problem) or "nested too deeply"
        at = re.search(r"\(at line (\d+), column \d+\)", words)
        line = int(at[1]) if at else (text.count("\n") + 1 if "end of document" in words else None)
        found = re.sub(r"\s*\(at .*\)$", "", words)
        raise BadInput([Mistake("", f"is not TOML: {found}", "", "", line, path.name)]) from None


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

    data = merge(base.data, top.data, ())
    replay = base.data.get("traffic", {}) if isinstance(base.data.get("traffic"), dict) else {}
    if isinstance(replay.get("replay"), str) and data["traffic"].get("replay") == replay["replay"]:
        data["traffic"] = data["traffic"] | {"replay": str(base.folder / replay["replay"])}
    return Document(data, top.folder, top.source, places | top.places)
