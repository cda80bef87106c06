"""Sweeps: a candidate with lists of values for some of its settings becomes a candidate for each point of their grid.

This happens to the text's tables, before anything is validated, so that each point is judged as if it had
been written by hand; mistakes in it are told at the sweep.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from itertools import product
from typing import Any, NamedTuple

from sim.errors import Mistake
from sim.scenario.kinds import Swept
from sim.scenario.lines import Place
from sim.scenario.text import Document, Point, show, spelled

MOST_CANDIDATES = 40
_LONGEST_NAME = 60
_NOT_SWEPT = ("name", "sweep")
_FORM = "a list of two or more values"


class _Axis(NamedTuple):
    """A key that is swept, where its values are written below the candidate, and the values."""

    key: tuple[str, ...]
    written: Place
    values: list[Any]

    @property
    def dotted(self) -> str:
        return ".".join(self.key)


def expanded(document: Document) -> tuple[Document, list[Mistake]]:
    """The document with a candidate for each point of its sweeps, and what is wrong with these.

    Of a sweep with a mistake one point stands for all, so that nothing is told that only follows from it.
    """
    candidates = document.data.get("candidate")
    if not isinstance(candidates, list) or not any(isinstance(one, dict) and "sweep" in one for one in candidates):
        return document, []
    mistakes: list[Mistake] = []
    axes: list[list[_Axis]] = []
    for number, candidate in enumerate(candidates):
        found = list(_mistakes(candidate, number, document)) if isinstance(candidate, dict) and "sweep" in candidate else []
        mistakes += found
        own = list(_axes(candidate["sweep"])) if isinstance(candidate, dict) and isinstance(candidate.get("sweep"), dict) else []
        axes.append(_first_point(own, candidate) if found else own)
    if crowd := list(_too_many(axes, document)):
        mistakes += crowd
        axes = [_first_point(own, candidate) for own, candidate in zip(axes, candidates, strict=True)]
    made: list[Any] = []
    points: list[Point] = []
    for number, (candidate, own) in enumerate(zip(candidates, axes, strict=True)):
        for one, point in _points(candidate, number, own):
            made.append(one)
            points.append(point)
    return replace(document, data={**document.data, "candidate": made}, points=tuple(points)), mistakes


def _axes(table: dict[str, Any], above: Place = ("sweep",)) -> Iterator[_Axis]:
    """The keys of a sweep, dotted or in tables."""
    for name, value in table.items():
        written = (*above, name)
        if isinstance(value, dict):
            yield from _axes(value, written)
        else:
            yield _Axis(tuple(part for outer in written[1:] for part in str(outer).split(".")), written, value)


def _mistakes(candidate: dict[str, Any], number: int, document: Document) -> Iterator[Mistake]:
    """What is wrong with a sweep itself; its values are judged where they are put."""
    place: Place = ("candidate", number)
    table = candidate["sweep"]
    axes = list(_axes(table)) if isinstance(table, dict) else []
    if not axes:
        yield document.mistake((*place, "sweep"), f"found {show(table)}", "a table of lists such as { 'objective.cut' = [0.01, 0.02] }")
    if "name" not in candidate and {axis.key for axis in axes} & {("policy",), ("objective",)}:
        yield document.mistake(place, "has no name to call its points by", "a name, where the policy or the objective is swept")
    for axis in axes:
        for found, allowed, hint in _wrong(axis, axes, candidate):
            yield document.mistake((*place, *axis.written), found, allowed, hint)


def _first_point(axes: list[_Axis], candidate: dict[str, Any]) -> list[_Axis]:
    """One value of each key that can be set at all."""
    fit = [axis for axis in axes if isinstance(axis.values, list) and axis.values and _can_be_swept(axis)]
    return [axis._replace(values=axis.values[:1]) for axis in fit if not any(_unfit_place(axis, axes, candidate))]


def _can_be_swept(axis: _Axis) -> bool:
    return axis.key[0] not in _NOT_SWEPT and all(axis.key)


def _wrong(axis: _Axis, axes: list[_Axis], candidate: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    if not _can_be_swept(axis):
        yield "can't be swept", "one of the candidate's settings, such as 'objective.cut' or 'retrain'", ""
        return
    if not isinstance(axis.values, list) or len(axis.values) < 2:
        yield f"found {show(axis.values)}", _FORM, ""
    elif twice := [label for label, times in Counter(_labels(axis.values)).items() if times > 1]:
        yield f"{show(twice[0])} is given twice", "each value once", ""
    if sum(other.key == axis.key for other in axes) > 1:
        yield "is swept twice", "each setting once", ""
    yield from _unfit_place(axis, axes, candidate)


def _unfit_place(axis: _Axis, axes: list[_Axis], candidate: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """A key that has a value already, or that nothing is there for."""
    table: Any = candidate
    for depth, part in enumerate(axis.key[:-1], 1):
        inner = table.get(part)
        table = {"use": inner} if isinstance(inner, str) else inner
        if not isinstance(table, dict):
            if not any(other.key == axis.key[:above] for other in axes for above in range(1, depth + 1)):
                hint = "set it outside of the sweep, or sweep it too"
                yield f"there is no '{'.'.join(axis.key[:depth])}' to set it in", "", hint
            return
    if axis.key[-1] in table:
        yield "has a fixed value too", "either a value or a sweep", f"remove '{axis.dotted}' outside of the sweep"


def _too_many(axes: list[list[_Axis]], document: Document) -> Iterator[Mistake]:
    sizes = [math.prod(len(axis.values) for axis in own) for own in axes]
    if sum(sizes) > MOST_CANDIDATES:
        for number, own in enumerate(axes):
            if own:
                total = "" if len(sizes) == 1 else f", {sum(sizes):,} with all others"
                found = f"makes {sizes[number]:,} candidates{total}"
                yield document.mistake(("candidate", number, "sweep"), found, f"at most {MOST_CANDIDATES} in all")


def _points(candidate: Any, number: int, axes: list[_Axis]) -> Iterator[tuple[Any, Point]]:
    """Every candidate that one of the file stands for: itself, where nothing is swept."""
    plain = {key: value for key, value in candidate.items() if key != "sweep"} if isinstance(candidate, dict) else candidate
    if not axes:
        yield plain, Point(number)
        return
    name = _name(candidate, number)
    last = Counter(axis.key[-1] for axis in axes)
    short = [axis.key[-1] if last[axis.key[-1]] == 1 else axis.dotted for axis in axes]
    labels = [_labels(axis.values) for axis in axes]
    swept: dict[Place, Place] = {axis.key: axis.written for axis in axes}
    if isinstance(name, str) and len(name) <= _LONGEST_NAME:  # what is wrong with a point's name is then the sweep's
        swept[("name",)] = ("sweep",)
    for chosen in product(*(range(len(axis.values)) for axis in axes)):
        one = deepcopy(plain)
        for axis, at in sorted(zip(axes, chosen, strict=True), key=lambda pair: len(pair[0].key)):  # what holds another comes first
            _put(one, axis.key, axis.values[at])
        said = [label[at] for label, at in zip(labels, chosen, strict=True)]
        if isinstance(name, str):
            one["name"] = f"{name} {', '.join(f'{key}={value}' for key, value in zip(short, said, strict=True))}"
            one["sweep"] = Swept(name, tuple((axis.dotted, value) for axis, value in zip(axes, said, strict=True)))
        yield one, Point(number, swept)


def _name(candidate: dict[str, Any], number: int) -> Any:
    if "name" in candidate:
        return candidate["name"]
    source = candidate.get("policy", candidate.get("objective", f"candidate {number + 1}"))
    return source.get("use") if isinstance(source, dict) else source


def _put(candidate: dict[str, Any], key: tuple[str, ...], value: Any) -> None:
    table = candidate
    for part in key[:-1]:
        inner = table.get(part)
        table[part] = inner if isinstance(inner, dict) else {"use": inner} if isinstance(inner, str) else {}
        table = table[part]
    table[key[-1]] = deepcopy(value)


def _labels(values: list[Any]) -> list[str]:
    """What values are called: as short as tells them apart."""
    makers: tuple[Callable[[Any], str], ...] = (_shortly, _by_use, _in_full)
    for maker in makers:
        labels = [maker(value) for value in values]
        if len(set(labels)) == len(labels):
            break
    return labels


def _shortly(value: Any) -> str:
    return _by_use(value).rpartition(":")[2]


def _by_use(value: Any) -> str:
    return value["use"] if isinstance(value, dict) and isinstance(value.get("use"), str) else _in_full(value)


def _in_full(value: Any) -> str:
    return value if isinstance(value, str) else spelled(value)
