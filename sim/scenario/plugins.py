"""Policies, objectives and models by name: "keyword", or "module:Class" for anyone's own.

Our built-ins are found by import path as well; they have no way in that a user's class has not.
A module is imported only when a scenario names it. The scenario's folder is put *last* on the
path, so that a user's `sim.py` can't hide ours.
"""

from __future__ import annotations

import ast
import importlib
import importlib.machinery
import importlib.util
import inspect
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.errors import did_you_mean
from sim.scenario.text import is_file, is_folder, show

BUILT_IN: dict[str, dict[str, str]] = {
    "policy": {
        "always_show": "sim.candidates.baselines.always_show:AlwaysShow",
        "never_show": "sim.candidates.baselines.never_show:NeverShow",
        "random": "sim.candidates.baselines.random:Random",
        "keyword": "sim.candidates.baselines.keyword:Keyword",
        "oracle": "sim.candidates.baselines.oracle:Oracle",
        "as_logged": "sim.candidates.baselines.as_logged:AsLogged",
    },
    "objective": {
        "impressions": "sim.candidates.objectives.impressions:Impressions",
        "clicks": "sim.candidates.objectives.clicks:Clicks",
        "revenue": "sim.candidates.objectives.revenue:Revenue",
        "conversions": "sim.candidates.objectives.conversions:Conversions",
        "advertiser_value": "sim.candidates.objectives.advertiser_value:AdvertiserValue",
        "long_term": "sim.candidates.objectives.long_term:LongTerm",
        "blend": "sim.candidates.objectives.blend:Blend",
        "constrained": "sim.candidates.objectives.constrained:Constrained",
    },
    "model": {
        "glm": "sim.candidates.models.glm:Glm",
    },
    "explore": {
        "epsilon": "sim.candidates.exploration.epsilon:Epsilon",
        "thompson": "sim.candidates.exploration.thompson:Thompson",
    },
    "pricing": {
        "second_price": "sim.serving.pricing.second_price:SecondPrice",
        "vickrey": "sim.serving.pricing.vickrey:Vickrey",
        "first_price": "sim.serving.pricing.first_price:FirstPrice",
    },
    "drift": {},  # ours are tables of their own, see sim/scenario/drift_schema.py
}
_OURS = ("sim", "reports")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a name can't be used: what was found, what is allowed, what to try."""

    found: str
    allowed: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of a class or function: its parameters (None: can't tell), and which it can't do without."""

    parameters: tuple[str, ...] | None = None
    takes_any: bool = False
    needed: tuple[str, ...] = ()


def path_of(kind: str, use: str) -> str | Problem:
    """The import path behind *use*, a built-in's name or already a path "module:attribute".

    Examples
    --------
    >>> path_of("objective", "clicks")
    'sim.candidates.objectives.clicks:Clicks'
    >>> path_of("objective", "click").hint
    "did you mean 'clicks'?"
    """
    known = BUILT_IN[kind]
    if use in known:
        return known[use]
    module, colon, attribute = use.partition(":")
    if kind == "policy":
        return Problem(f"found {show(use)}", f"one of {', '.join(known)}", did_you_mean(use, known))
    if colon and all(part.isidentifier() for part in (*module.split("."), attribute)):
        return use
    allowed = f"one of {', '.join(known)}, or 'module:name' of your own" if known else "an import path 'module:Class'"
    return Problem(f"found {show(use)}", allowed, did_you_mean(use, known))


def look(path: str, folder: Path) -> Look | Problem:
    """Look a class or function up in its source, without running any of it."""
    module, _, attribute = path.partition(":")
    file = _source_of(module, folder)
    if file is None:
        return Problem(f"no module named '{module}'", "", f"is it installed, or beside the scenario file as {module}.py?")
    return _look_in(file, attribute, folder, depth=0) if file.suffix == ".py" else Look()


def load(path: str, folder: Path) -> Any:
    """Import the class or function behind an import path."""
    module, _, attribute = path.partition(":")
    with _appended(folder):
        for top in {module.partition(".")[0], *_beside(folder)} & sys.modules.keys():
            _forget_namesake(top, folder)
        return getattr(importlib.import_module(module), attribute)


def built_in(kind: str, use: str) -> Any:
    """Import one of our own by its name, from wherever it is installed.

    Examples
    --------
    >>> built_in("objective", "clicks").__name__
    'Clicks'
    """
    module, _, name = BUILT_IN[kind][use].partition(":")
    return getattr(importlib.import_module(module), name)


def part(kind: str, use: str, folder: Path) -> Any:
    """Import one of our own by its name, or anyone's by its path.

    Examples
    --------
    >>> part("pricing", "first_price", Path()).__name__
    'FirstPrice'
    """
    return built_in(kind, use) if use in BUILT_IN[kind] else load(use, folder)


def signature_of(target: Any) -> Look:
    """The parameters of a class or function that has been imported."""
    try:
        parameters = inspect.signature(target).parameters.values()
    except (TypeError, ValueError):
        return Look()
    named = [p for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)]
    needed = tuple(p.name for p in named if p.default is p.empty)
    return Look(tuple(p.name for p in named), any(p.kind is p.VAR_KEYWORD for p in parameters), needed)


@contextmanager
def _appended(folder: Path) -> Iterator[None]:
    place = str(folder)
    added = place not in sys.path
    if added:
        sys.path.append(place)
    try:
        yield
    finally:
        if added:
            sys.path.remove(place)


def _beside(folder: Path) -> Iterator[str]:
    """What a module in *folder* may import from there; it can't be there when a folder can't be listed."""
    with suppress(OSError):
        yield from (one.stem for one in folder.iterdir() if one.suffix in {"", ".py"})


def _forget_namesake(top: str, folder: Path) -> None:
    """Let go of a module of that name from beside another scenario that this process has read before."""
    known = getattr(sys.modules.get(top), "__file__", None)
    spec = importlib.machinery.PathFinder.find_spec(top, sys.path) if known and top not in _OURS else None
    if spec and spec.origin and spec.origin != known and Path(spec.origin).is_relative_to(folder):
        for name in [name for name in sys.modules if name.partition(".")[0] == top]:
            del sys.modules[name]


def _source_of(module: str, folder: Path) -> Path | None:
    top, *inner = module.split(".")
    spec = importlib.machinery.PathFinder.find_spec(top, [*sys.path, str(folder)])
    if spec is None:
        # A package installed for editing may be known to a finder of its own only.
        spec = importlib.util.find_spec(top) if top in _OURS else None
    if spec is None:
        return None
    if not inner:
        return Path(spec.origin) if spec.origin and spec.has_location else Path(top)
    for place in spec.submodule_search_locations or ():
        base = Path(place).joinpath(*inner)
        for file in (base / "__init__.py", base.with_suffix(".py")):
            if is_file(file):
                return file
        if is_folder(base) or any(base.parent.glob(f"{base.name}.*")):
            return Path(base.name)  # it is there, but not as source
    return None


def _look_in(file: Path, attribute: str, folder: Path, depth: int) -> Look | Problem:
    tree = _parse(file)
    if isinstance(tree, Problem):
        return tree
    names: set[str] = set()
    sure = True
    for node in tree.body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            names.add(node.name)
            if node.name == attribute:
                return _parameters(node)
            sure = sure and node.name != "__getattr__"
        elif isinstance(node, ast.ImportFrom | ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name
                names.add(name)
                sure = sure and name != "*"
                if name == attribute:
                    return _follow(file, node, alias.name, folder, depth)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names |= {target.id for target in targets if isinstance(target, ast.Name)}
        else:
            sure = sure and isinstance(node, ast.Expr)
    if attribute in names or not sure:
        return Look()
    module = file.parent.name if file.name == "__init__.py" else file.stem
    return Problem(f"'{module}' has no '{attribute}'", "", did_you_mean(attribute, names))


def _parse(file: Path) -> ast.Module | Problem:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an odd escape in somebody's module is not our reader's business
            return _tree(file.read_bytes())
    except SyntaxError as wrong:
        return Problem(f"{file.name} is not Python: {wrong.msg}{f' in its line {wrong.lineno}' if wrong.lineno else ''}")
    except (OSError, ValueError, RecursionError, MemoryError):
        return Problem(f"{file.name} can't be read as Python")


@lru_cache(maxsize=16)  # a sweep, a comparison and a test ask for the same few files again and again
def _tree(source: bytes) -> ast.Module:
    return ast.parse(source)


def _follow(file: Path, node: ast.ImportFrom | ast.Import, name: str, folder: Path, depth: int) -> Look | Problem:
    if not isinstance(node, ast.ImportFrom) or not node.module or depth > 3:
        return Look()
    if node.level == 0:
        target = _source_of(node.module, folder)
    else:
        base = file.parents[node.level - 1].joinpath(*node.module.split("."))
        target = next((one for one in (base.with_suffix(".py"), base / "__init__.py") if one.is_file()), None)
    return _look_in(target, name, folder, depth + 1) if target and target.suffix == ".py" else Look()


def _parameters(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> Look:
    if isinstance(node, ast.ClassDef):
        makers = [part for part in node.body if isinstance(part, ast.FunctionDef) and part.name == "__init__"]
        if not makers:
            return Look() if node.bases or node.decorator_list else Look(())
        arguments, skip = makers[0].args, 1
    else:
        arguments, skip = node.args, 0
    names = [one.arg for one in (*arguments.posonlyargs, *arguments.args)][skip:]
    return Look((*names, *(one.arg for one in arguments.kwonlyargs)), arguments.kwarg is not None)
