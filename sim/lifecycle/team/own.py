"""A user's own diagnosis or remedy: a plain function of what the team can see, named by import path.

    def look(view):                        # in looks_for or watches_for
        return found, {"gap": 0.2}, "what was seen, in a sentence"

    def remedy(view):                      # in remedies, for any diagnosis
        return {"collect": "retrieved", "rows": 5000, "from": "fresh", "drop": ["first"], "cut": 0.3}

Every key of a remedy's answer may be left out; the model is trained anew at its end. A look that wants
labels for its fresh pairs says how many: `look.labels = 2000`. They cost what labels cost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from numbers import Real
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.errors import InvalidRun, did_you_mean
from sim.lifecycle.team.findings import Finding
from sim.scenario import plugins

if TYPE_CHECKING:
    import pandas as pd

DESIGNS = ("uniform", "retrieved", "targeted")
SOURCES = ("fresh", "archive")
_KEYS = ("collect", "rows", "from", "drop", "cut")
_MOST_ROWS = 1_000_000


@dataclass(frozen=True, eq=False)
class View:
    """What a user's function is given. It never holds truth.

    Attributes
    ----------
    day
        Of the horizon, from 0.
    cut
        The bar: what is predicted at or above it is shown.
    rated
        The frozen test set: features, `label` (0 or 1), `prediction`, `day` and `weight`.
    learned
        What the model has learned from: the same, and `collected`, the name that `drop` knows the rows by.
    fresh
        Pairs of the last week's traffic: features and `prediction`; with `label` where the look has asked for labels.
    daily
        One row a day so far: `queries`, `impressions`, `clicks`, `revenue`.
    """

    day: int
    cut: float
    rated: pd.DataFrame
    learned: pd.DataFrame
    fresh: pd.DataFrame
    daily: pd.DataFrame


@dataclass(frozen=True)
class Plan:
    """What a user's remedy asks for: which pairs to collect from where (none: no new ones), what to forget, which bar."""

    collect: str = ""
    rows: int = 0
    archive: bool = False
    drop: tuple[str, ...] = ()
    cut: float | None = None


@lru_cache(maxsize=64)
def function_of(path: str, folder: Path, who: str) -> Callable[[View], Any]:
    """Import a user's function.

    Raises
    ------
    InvalidRun
        Where importing it fails, or it is no function.
    """
    try:
        target = plugins.load(path, folder)
    except (Exception, SystemExit) as raised:
        raise InvalidRun(f"candidate '{who}': importing {path} raised {type(raised).__name__}: {raised}") from raised
    if not callable(target):
        raise InvalidRun(f"candidate '{who}': {path} can't be called")
    function: Callable[[View], Any] = target
    return function


def labels_for(function: Callable[[View], Any], path: str, who: str) -> int:
    """How many fresh pairs a look wants rated."""
    rows = getattr(function, "labels", 0)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 0 <= rows <= _MOST_ROWS:
        raise InvalidRun(f"candidate '{who}': {path}.labels is {rows!r}; a whole number from 0 to {_MOST_ROWS:,}")
    return rows


def found_by(path: str, function: Callable[[View], Any], view: View, who: str) -> Finding:
    """What a user's look finds.

    Raises
    ------
    InvalidRun
        Where it raises, or returns something else than (found, evidence, sentence).

    Examples
    --------
    >>> import pandas as pd
    >>> def few(view):
    ...     return len(view.rated) < 10, {"rows": len(view.rated)}, "too few pairs"
    >>> nothing = pd.DataFrame()
    >>> found_by("mine:few", few, View(3, 0.2, nothing, nothing, nothing, nothing), "team").found
    True
    """
    told = _call(path, function, view, who)
    if not isinstance(told, tuple) or len(told) != 3:
        raise InvalidRun(f"candidate '{who}': {path} returned {_shown(told)}; expected (found, evidence, sentence)")
    found, evidence, story = told
    if not isinstance(found, bool | np.bool_):
        raise InvalidRun(f"candidate '{who}': {path} says {_shown(found)} for found; expected True or False")
    if not isinstance(evidence, Mapping) or not all(isinstance(name, str) and _finite(value) for name, value in evidence.items()):
        raise InvalidRun(f"candidate '{who}': the evidence of {path} is {_shown(evidence)}; expected finite numbers by name")
    if not isinstance(story, str) or not story.strip():
        raise InvalidRun(f"candidate '{who}': {path} returned {_shown(story)} for its sentence; expected some text")
    return Finding(path, bool(found), {name: float(value) for name, value in evidence.items()}, " ".join(story.split()))


def planned_by(path: str, function: Callable[[View], Any], view: View, names: tuple[str, ...], who: str) -> Plan:
    """What a user's remedy asks for.

    Parameters
    ----------
    names
        What the rows are known by that the model has learned from so far.

    Raises
    ------
    InvalidRun
        Where it raises, asks for something that there is not, or leaves nothing to learn from.

    Examples
    --------
    >>> import pandas as pd
    >>> nothing = pd.DataFrame()
    >>> view = View(3, 0.2, nothing, nothing, nothing, nothing)
    >>> planned_by("mine:more", lambda view: {"collect": "retrieved", "rows": 500}, view, ("first",), "team").rows
    500
    """
    told = _call(path, function, view, who)
    if not isinstance(told, Mapping):
        raise InvalidRun(f"candidate '{who}': {path} returned {_shown(told)}; expected a dict such as {{'collect': 'retrieved'}}")
    if wrong := [one for one in told if one not in _KEYS]:
        hint = did_you_mean(str(wrong[0]), _KEYS) or f"known are {', '.join(_KEYS)}"
        raise InvalidRun(f"candidate '{who}': {path} returned the key {wrong[0]!r}; {hint}")
    drop, cut = told.get("drop", ()), told.get("cut")
    dropped = (drop,) if isinstance(drop, str) else tuple(drop) if isinstance(drop, list | tuple | set | frozenset) else (drop,)
    for fine, key, allowed in _checks(told, dropped, names):
        if not fine:
            raise InvalidRun(f"candidate '{who}': {path} returned {_shown(told.get(key))} for '{key}'; expected {allowed}")
    archive = told.get("from") == "archive"
    return Plan(told.get("collect", ""), int(told.get("rows", 0)), archive, dropped, None if cut is None else float(cut))


def _checks(told: Mapping[Any, Any], dropped: tuple[Any, ...], names: tuple[str, ...]) -> Iterator[tuple[bool, str, str]]:
    """Whether each of a remedy's wishes can be met, its key, and what is allowed."""
    collect, rows = told.get("collect", ""), told.get("rows", 0)
    yield collect == "" or collect in DESIGNS, "collect", f"one of {', '.join(DESIGNS)}"
    yield told.get("from", "fresh") in SOURCES, "from", f"one of {', '.join(SOURCES)}"
    whole = isinstance(rows, int | np.integer) and not isinstance(rows, bool)
    yield whole and 0 <= rows <= _MOST_ROWS, "rows", f"a whole number up to {_MOST_ROWS:,}"
    yield not collect or rows > 0, "rows", "how many pairs to collect"
    known = tuple(dict.fromkeys(("first", *names)))  # a remedy that is taken again may drop the first ones again
    yield all(one in known for one in dropped), "drop", f"some of {', '.join(known)}"
    yield bool(collect) or any(name not in dropped for name in names), "drop", "something left to learn from"
    yield told.get("cut") is None or _finite(told["cut"]), "cut", "a finite number"


def _call(path: str, function: Callable[[View], Any], view: View, who: str) -> Any:
    try:
        return function(view)
    except (Exception, SystemExit) as raised:
        raise InvalidRun(f"candidate '{who}': {path} raised {type(raised).__name__}: {raised}") from raised


def _finite(value: object) -> bool:
    return isinstance(value, Real) and bool(np.isfinite(float(value)))


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
