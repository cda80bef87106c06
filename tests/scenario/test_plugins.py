"""Policies, objectives and models by name: looked for in their source, and imported when all else is right."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

from sim.scenario import plugins
from sim.scenario.plugins import BUILT_IN, Look, Problem, load, look, path_of

MODEL = """
class Mine:
    def __init__(self, depth, rate=0.1, *, seed=None): ...
    def fit(self, X, y, sample_weight=None): ...
    def predict_proba(self, X): ...
"""
OURS = [path for paths in BUILT_IN.values() for path in paths.values()]
TRAP = "import pathlib\npathlib.Path(__file__).with_name('ran').touch()\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with modules; what is imported from it is forgotten again."""
    before = set(sys.modules)
    yield tmp_path
    for name in set(sys.modules) - before:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


def put(folder, text, name="mine.py"):
    (folder / name).parent.mkdir(exist_ok=True, parents=True)
    (folder / name).write_text(text)
    importlib.invalidate_caches()


def test_a_built_in_is_found_by_its_name():
    assert path_of("policy", "keyword") == "sim.candidates.baselines.keyword:Keyword"
    assert path_of("model", "my.models:Mine") == "my.models:Mine"


@pytest.mark.parametrize(
    ("kind", "use", "hint"),
    [
        ("policy", "keywrd", "did you mean 'keyword'?"), ("policy", "mine:Policy", ""), ("objective", "revenu", "did you mean 'revenue'?"),
        ("objective", "a:b:c", ""), ("model", "LogisticRegression", ""), ("model", ":Mine", ""), ("model", "mine:", ""),
        ("model", "my-models:A", ""),
    ],
)  # fmt: skip
def test_what_is_no_name_is_a_problem_with_a_hint(kind, use, hint):
    problem = path_of(kind, use)
    assert isinstance(problem, Problem)
    assert use in problem.found
    assert problem.hint == hint


@pytest.mark.parametrize("path", OURS)
def test_our_own_are_found_in_the_same_way_as_a_users(path):
    seen = look(path, Path())
    target = load(path, Path())
    assert isinstance(seen, Look)
    assert target.__name__ == path.rpartition(":")[2]
    assert seen.parameters in (None, plugins.signature_of(target).parameters)


def test_looking_runs_nothing(folder):
    put(folder, TRAP + MODEL)
    assert look("mine:Mine", folder) == Look(("depth", "rate", "seed"))
    assert not (folder / "ran").exists()
    load("mine:Mine", folder)
    assert (folder / "ran").exists()


def test_looking_and_importing_agree_on_a_library():
    path = "sklearn.linear_model:LogisticRegression"
    seen = look(path, Path())
    assert isinstance(seen, Look)
    assert seen.parameters == plugins.signature_of(load(path, Path())).parameters


def test_importing_tells_which_arguments_can_not_be_left_out(folder):
    put(folder, MODEL)
    assert plugins.signature_of(load("mine:Mine", folder)).needed == ("depth",)


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("class Mine: ...", Look(())),
        ("class Mine(Base): ...", Look()),
        ("@dataclass\nclass Mine: ...", Look()),
        ("class Mine:\n def __init__(self, a, /, b, *c, d, **e): ...", Look(("a", "b", "d"), takes_any=True)),
        ("def Mine(a, *, b): ...", Look(("a", "b"))),
        ("async def Mine(a): ...", Look(("a",))),
        ("Mine = make()", Look()),
        ("Mine: object = make()", Look()),
        ("import other as Mine", Look()),
        ("from elsewhere import *", Look()),
        ("def __getattr__(name): ...", Look()),
        ("if True:\n class Mine: ...", Look()),
        ("'only a docstring'\nclass Mine:\n x = '\\d'", Look(())),
    ],
)
def test_a_source_is_believed_only_as_far_as_it_tells(folder, source, seen):
    put(folder, source)
    assert look("mine:Mine", folder) == seen


def test_a_name_is_followed_to_where_it_is_defined(folder):
    put(folder, "from pack import Mine as Yours", "mine.py")
    put(folder, "from .inner import Mine", "pack/__init__.py")
    put(folder, MODEL, "pack/inner.py")
    for path in ("mine:Yours", "pack:Mine", "pack.inner:Mine"):
        assert look(path, folder) == Look(("depth", "rate", "seed"))


@pytest.mark.parametrize(
    ("path", "found", "hint"),
    [
        ("nowhere:Mine", "no module named 'nowhere'", "is it installed, or beside the scenario file as nowhere.py?"),
        ("pack.nowhere:Mine", "no module named 'pack.nowhere'", "is it installed, or beside the scenario file as pack.nowhere.py?"),
        (f"pack.{'x' * 5000}:Mine", "no module named 'pack.xxx", "is it installed"),
        ("mine:Yours", "'mine' has no 'Yours'", ""),
        ("mine:Mien", "'mine' has no 'Mien'", "did you mean 'Mine'?"),
        ("mine:MINE", "'mine' has no 'MINE'", "did you mean 'Mine'?"),
        ("pack:Mine", "'pack' has no 'Mine'", ""),
    ],
)
def test_what_is_not_there_is_a_problem_with_a_hint(folder, path, found, hint):
    put(folder, MODEL)
    put(folder, "", "pack/__init__.py")
    problem = look(path, folder)
    assert isinstance(problem, Problem)
    assert problem.found.startswith(found)
    assert problem.hint.startswith(hint)


@pytest.mark.parametrize("source", ["def (", "# coding: nope\n", "x = '\0'", "x = " + "(" * 3000 + ")" * 3000, "class Mine:\nx = 1"])
def test_a_module_that_is_no_python_is_a_problem(folder, source):
    put(folder, source)
    problem = look("mine:Mine", folder)
    assert isinstance(problem, Problem)
    assert "mine.py" in problem.found


@pytest.mark.parametrize("path", ["math:pi", "sklearn.linear_model:Ridge", "numpy:array"])
def test_what_is_installed_is_there_whatever_its_source(path):
    assert isinstance(look(path, Path()), Look)


def test_the_path_is_left_as_it_was(folder):
    put(folder, MODEL)
    before = list(sys.path)
    load("mine:Mine", folder)
    with pytest.raises(ImportError):
        load("nowhere:Mine", folder)
    assert sys.path == before


def test_a_users_own_sim_hides_nothing_of_ours(folder):
    put(folder, "raise RuntimeError", "sim.py")
    put(folder, "raise RuntimeError", "reports.py")
    ours = sys.modules["sim"]
    assert load("sim.candidates.baselines.keyword:Keyword", folder).__name__ == "Keyword"
    assert sys.modules["sim"] is ours


def test_each_folder_has_its_own_module_of_a_name(folder):
    for name in ("one", "two"):
        put(folder, f"class Mine: home = '{name}'", f"{name}/mine.py")
    assert [load("mine:Mine", folder / name).home for name in ("one", "two", "two", "one")] == ["one", "two", "two", "one"]


def test_each_folder_has_its_own_module_behind_a_module(folder):
    for name in ("one", "two"):
        put(folder, "from pack.deep import home\nfrom beside import there\nclass Mine: place = (home, there)", f"{name}/mine.py")
        put(folder, f"there = '{name}'", f"{name}/beside.py")
        put(folder, "", f"{name}/pack/__init__.py")
        put(folder, f"home = '{name}'", f"{name}/pack/deep.py")
    assert [load("mine:Mine", folder / name).place for name in ("one", "two", "one")] == [(name, name) for name in ("one", "two", "one")]
