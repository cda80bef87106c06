"""What stands on a shelf, and its label: from frozen results to plain columns, and back to the bit."""

from __future__ import annotations

import hashlib
import json
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from sim.columns import COLUMNS
from sim.health import health_from
from sim.lifecycle.chronicle import Line
from sim.lifecycle.play import Played
from sim.scenario.schema import Scenario
from sim.scenario.text import is_file
from sim.study.gather import settings_of
from sim.study.parcel import pack
from sim.study.worker import Failure
from sim.version import VERSION

_FAST = 1
_NO_MATTER = ("replications", "question")  # settings that no figure of a replication depends on


class Label(NamedTuple):
    """Whose replications they are.

    Attributes
    ----------
    key
        A hash of all that their figures depend on.
    files
        The user's own files and a replayed log: name -> hash, as JSON.
    """

    key: str
    scenario: str
    seed: int
    question: str
    version: str
    settings: str
    files: str


def label_of(scenario: Scenario, question: str) -> Label:
    """The label of what is about to be played."""
    known = {name: value for name, value in json.loads(settings_of(scenario)).items() if name not in _NO_MATTER}
    settings = json.dumps(known, sort_keys=True)
    files = json.dumps(pack(scenario).contents | _log_of(scenario), sort_keys=True)
    digest = hashlib.blake2b("\0".join((settings, files, question, VERSION, *COLUMNS)).encode(), digest_size=16)
    return Label(digest.hexdigest(), _plain(scenario.name), scenario.seed, _plain(question), VERSION, settings, files)


def packed(answer: Played | Failure) -> tuple[int, bytes, str]:
    """Days, compressed ledger and words of an answer; a failure has no days."""
    if isinstance(answer, Failure):
        return 0, b"", json.dumps({"message": answer.message, "traceback": answer.traceback})
    chronicle = [list(line) for line in answer.chronicle]
    words = {"chronicle": chronicle, "lost": answer.lost, "health": [one.plain for one in answer.health]}
    counts = np.ascontiguousarray(answer.ledger, dtype="<i8")
    return len(counts), zlib.compress(counts.tobytes(), _FAST), json.dumps(words)


def unpacked(days: int, ledger: bytes, words: str) -> Played | Failure:
    """The answer that `packed` has packed.

    Examples
    --------
    >>> unpacked(*packed(Failure("no", "line 1")))
    Failure(message='no', traceback='line 1')
    """
    told: dict[str, Any] = json.loads(words)
    if "message" in told:
        return Failure(told["message"], told["traceback"])
    counts = np.frombuffer(zlib.decompress(ledger), dtype="<i8").astype(np.int64).reshape(days, -1)
    health = tuple(health_from(one) for one in told.get("health", ()))
    return Played(counts, tuple(Line(*line) for line in told["chronicle"]), told["lost"], health)


def differences(old: Any, new: Any, where: str = "") -> list[str]:
    """Where two sets of settings differ.

    Examples
    --------
    >>> differences({"seed": 1, "candidate": [{"window": 1}]}, {"seed": 1, "candidate": [{"window": 2}]})
    ['candidate[0].window']
    """
    if isinstance(old, dict) and isinstance(new, dict):
        inner = [(f"{where}.{key}" if where else key, old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys())]
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        inner = [(f"{where}[{place}]", one, other) for place, (one, other) in enumerate(zip(old, new, strict=True))]
    else:
        return [] if old == new else [where]
    return [found for place, one, other in inner for found in differences(one, other, place)]


def _log_of(scenario: Scenario) -> dict[str, str]:
    """The files of a replayed log or of a fitted world's queries, each with a digest of what it holds."""
    named = [scenario.folder / name for name in (scenario.traffic.replay, scenario.traffic.types) if name]
    return {file.name: _digest_of(file) for file in named if is_file(file)}


def _digest_of(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def _plain(words: str) -> str:
    return words.encode("utf-8", "replace").decode()
