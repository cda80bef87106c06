"""`foreshow check module:Class`: run the contract of a user's part, and say what was found.

It shares its command with `foreshow check SCENARIO`: whatever has the form of an import path, and is no file, is a part.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.errors import BadInput, Mistake

if TYPE_CHECKING:
    from sim.study.contract.findings import Findings


def is_part(word: str) -> bool:
    """Whether *word* names a part and no scenario.

    Examples
    --------
    >>> is_part("my_model:Mine"), is_part("first_year"), is_part("my_model.py")
    (True, False, False)
    """
    module, colon, name = word.partition(":")
    shaped = bool(colon) and all(part.isidentifier() for part in (*module.split("."), name))
    return shaped and not Path(word).exists() and not Path(module).is_file()


def examine_part(use: str, words: tuple[str, ...], folder: str | None, limit_s: float | None) -> Findings:
    """Run the contract of the part behind *use*, with the arguments in *words*.

    Raises
    ------
    BadInput
        When there is no such part or folder, or a word is no argument.
    """
    place = Path(folder or ".")
    mistakes = [] if place.is_dir() else [Mistake("--folder", f"{folder}: no such folder", "the folder in which your modules stand")]
    arguments = _arguments(words, mistakes)
    if mistakes:
        raise BadInput(mistakes)
    from sim.study.contract.examine import LIMIT_S, examine

    return replace(examine(use, place, arguments, limit_s or LIMIT_S), folder=folder or "")


def show(findings: Findings, width: int | None, *, ascii_only: bool) -> None:
    """Print what was found."""
    from reports.console import open_console
    from reports.contract import print_findings

    print_findings(findings, open_console(sys.stdout, width=width, ascii_only=ascii_only or None))
    sys.stdout.flush()


def refuse(word: str, words: tuple[str, ...], folder: str | None, limit_s: float | None) -> None:
    """Say no to what belongs to a part when *word* names none, or to one that is named by its file.

    Raises
    ------
    BadInput
        With what was meant, if that can be guessed.
    """
    file, _, name = word.rpartition(":")
    if name.isidentifier() and file.endswith(".py") and Path(file).is_file():
        where = "" if Path(file).parent == Path() else f" --folder {Path(file).parent}"
        meant = f"foreshow check {Path(file).stem}:{name}{where}"
        raise BadInput([Mistake(word, "names a part by its file", "a part is named as module:Class", f"try: {meant}")])
    given = [*words[:1], *(["--folder"] if folder else []), *(["--limit"] if limit_s else [])]
    if given:
        raise BadInput([Mistake(given[0], f"has no effect on a scenario such as {word}", "it belongs to a part, named as module:Class")])


def _arguments(words: tuple[str, ...], mistakes: list[Mistake]) -> dict[str, Any]:
    """Arguments from words such as `buckets=12`, each value as a scenario would say it; a bare word is a text."""
    arguments: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.isidentifier():
            mistakes.append(Mistake(word, "is no argument", "arguments are given as name=value, such as buckets=12"))
        elif name in arguments:
            mistakes.append(Mistake(name, "is given twice"))
        else:
            try:
                arguments[name] = tomllib.loads(f"it = {value}")["it"]
            except tomllib.TOMLDecodeError:
                arguments[name] = value
    return arguments
