"""A user's own files, packed so that a worker which can't see their folder plays with the very same.

Packed are the Python files of the modules that the scenario names and of what they import, as far as
these stand beside the scenario or elsewhere on the path and are not installed. Not packed: data that
a part reads from a file, modules that it finds by a name made up while it runs, and a replayed log;
where a worker needs those, they have to be in the same place there.
"""

from __future__ import annotations

import ast
import hashlib
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib.machinery import PathFinder
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, NamedTuple

from sim.scenario.schema import Scenario
from sim.scenario.text import is_file

_NOT_THEIRS = frozenset({"sim", "reports", "builtins", *sys.stdlib_module_names})
_OURS = frozenset({"sim", "sklearn"})  # whose parts do not end the process that plays them
_INSTALLED = {"site-packages", "dist-packages"}


class Packed(NamedTuple):
    """One file.

    Attributes
    ----------
    base
        The folder of the path in which its module was found.
    name
        The file's name from there on, with slashes.
    """

    base: str
    name: str
    content: bytes


class Parcel(NamedTuple):
    """All files of one scenario's parts.

    Attributes
    ----------
    digest
        Of names and contents; empty when there are none.
    """

    files: tuple[Packed, ...]
    digest: str

    @property
    def modules(self) -> frozenset[str]:
        """The names by which Python knows the packed modules, without what is inside packages."""
        return frozenset(one.name.partition("/")[0].removesuffix(".py") for one in self.files)

    @property
    def contents(self) -> dict[str, str]:
        """File -> a short hash of what is in it."""
        return {one.name: hashlib.blake2b(one.content, digest_size=8).hexdigest() for one in self.files}


def pack(scenario: Scenario) -> Parcel:
    """Pack the files that the parts of *scenario* come from, as they are now.

    Examples
    --------
    >>> from sim.scenario.read import load
    >>> pack(load("quiet")).files
    ()
    """
    found: dict[str, Packed] = {}
    path = [*sys.path, str(scenario.folder.absolute())]
    ahead = sorted(set(_modules_of(scenario.model_dump(by_alias=True))))
    seen: set[str] = set()
    while ahead:
        module = ahead.pop()
        if module in seen:
            continue
        seen.add(module)
        for one, inside in _files_of(module, path):
            if one.name not in found:
                found[one.name] = one
                ahead += _imports_of(one.content, inside)
    files = tuple(found[name] for name in sorted(found))
    digest = hashlib.blake2b(digest_size=16)
    for one in files:
        digest.update(f"{one.name}\0{len(one.content)}\0".encode())
        digest.update(one.content)
    return Parcel(files, digest.hexdigest() if files else "")


def has_own_parts(scenario: Scenario) -> bool:
    """Whether *scenario* names a part that is neither Foreshow's nor scikit-learn's.

    Examples
    --------
    >>> from sim.scenario.read import load
    >>> has_own_parts(load("quiet"))
    False
    """
    return any(module.partition(".")[0] not in _OURS for module in _modules_of(scenario.model_dump(by_alias=True)))


def placed(scenario: Scenario, parcel: Parcel) -> Scenario:
    """*scenario* where its parts can be found: where it is if the packed files stand there, else where they are unpacked."""
    folder = str(scenario.folder)
    if all((one.base == folder or one.base in sys.path) and _is_there(one) for one in parcel.files):
        return scenario
    return scenario.but(folder=_unpack(parcel))


@lru_cache(maxsize=8)
def _unpack(parcel: Parcel) -> Path:
    """Write the files to a temporary folder, which goes when this process ends."""
    place = Path(tempfile.mkdtemp(prefix=f"foreshow-{parcel.digest[:8]}-"))
    # Not atexit, which worker processes do not heed.
    Finalize(None, shutil.rmtree, args=(place,), kwargs={"ignore_errors": True}, exitpriority=0)
    for one in parcel.files:
        file = place / one.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(one.content)
    return place


def _is_there(one: Packed) -> bool:
    try:
        return Path(one.base, one.name).read_bytes() == one.content
    except OSError:
        return False


def _modules_of(value: Any) -> Iterator[str]:
    """Whatever in a scenario reads like "module:name"."""
    if isinstance(value, Mapping):
        for inner in value.values():
            yield from _modules_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _modules_of(inner)
    elif isinstance(value, str):
        module, colon, name = value.partition(":")
        if colon and all(part.isidentifier() for part in (*module.split("."), name)):
            yield module


def _files_of(module: str, path: list[str]) -> Iterator[tuple[Packed, tuple[str, ...]]]:
    """The files that are run when *module* is imported, each with the package that it is in."""
    parts = tuple(module.split("."))
    spec = None if parts[0] in _NOT_THEIRS else PathFinder.find_spec(parts[0], path)
    if spec is None:
        return
    places = list(spec.submodule_search_locations or ()) or ([spec.origin] if spec.origin else [])
    for place in places:
        base = Path(place).absolute().parent
        if _INSTALLED & set(base.parts):
            continue
        for depth in range(1, len(parts) + 1):
            inner = Path(*parts[:depth])
            for name, inside in ((inner / "__init__.py", parts[:depth]), (inner.with_suffix(".py"), parts[: depth - 1])):
                if is_file(base / name):
                    yield Packed(str(base), name.as_posix(), (base / name).read_bytes()), inside
                    break


def _imports_of(content: bytes, inside: tuple[str, ...]) -> Iterator[str]:
    """Every module that a file may import, wherever it says so."""
    try:
        tree = ast.parse(content)
    except (SyntaxError, ValueError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = inside[: len(inside) - node.level + 1] if node.level else ()
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (name for name in [base, *(f"{base}.{alias.name}" for alias in node.names)] if name)
