"""The command from outside: a year of eight candidates from a cold cache, and how soon it answers."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.beside import against, beside_the_loop
from tests.benchmarks.figure import Figure, duration, multiple
from tests.benchmarks.scenario import file_with_sampler

ROOT = Path(__file__).parents[2]
THREE_OBJECTIVES = ROOT / "scenarios" / "three_objectives.toml"


def command(*words: str, folder: str) -> subprocess.CompletedProcess[str]:
    """Run `foreshow` with its compiled kernels and its store in *folder*."""
    script = f"import sys; sys.argv = {['foreshow', *words]!r}; from sim.cli import entry; entry()"
    own = {"NUMBA_CACHE_DIR": folder, "PYTHONPATH": str(ROOT), "FORESHOW_STORE": str(Path(folder) / "foreshow.duckdb")}
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, env=os.environ | own)


def three_objectives_with(sampler: str, target_s: float) -> Figure:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "year.toml"
        file.write_text(file_with_sampler(THREE_OBJECTIVES.read_text(encoding="utf-8"), sampler), encoding="utf-8")

        def run():
            done = command("run", str(file), "--quiet", "--workers", "2", folder=folder)
            if done.returncode:
                raise RuntimeError(done.stderr)

        return duration(beside_the_loop(run, repeats=1, warm=False), target_s)


def three_objectives() -> Figure:
    """`foreshow run three_objectives` with `queries`, 2 workers, cold cache"""
    return three_objectives_with("queries", 60)


def three_objectives_counts() -> Figure:
    """`foreshow run three_objectives` with `counts`, 2 workers, cold cache"""
    return three_objectives_with("counts", 10)


def help_at_once() -> Figure:
    """`foreshow --help`"""
    with tempfile.TemporaryDirectory() as folder:
        if "Usage" not in command("--help", folder=folder).stdout:
            raise AssertionError("there was no help")
        return multiple(against(lambda: command("--help", folder=folder), import_numpy, repeats=9), "`import numpy`", 4, "less")


def a_mistake_at_once() -> Figure:
    """`foreshow check` of a file with a mistake"""
    with tempfile.TemporaryDirectory() as folder:
        typo = Path(folder) / "typo.toml"
        typo.write_text(THREE_OBJECTIVES.read_text(encoding="utf-8").replace("queries ", "querys "), encoding="utf-8")
        if command("check", str(typo), folder=folder).returncode != 2:
            raise AssertionError("the mistake was not found")
        return multiple(against(lambda: command("check", str(typo), folder=folder), import_numpy, repeats=9), "`import numpy`", 6, "less")


def import_numpy() -> None:
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
