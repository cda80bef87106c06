"""Compiled kernels are kept in a place of the user's, also where the package itself can't be written."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPT = """
import numpy as np
from numba.core import config
from sim.kernels.compiling import compiling
from sim.kernels.words import mix
from sim.kernels.arrivals import alias_table
from sim.stopwatch import watching
with watching("control") as watch, compiling(watch):
    alias_table(np.array([0.5, 0.5]))
print(config.CACHE_DIR, "compile" in watch.spent_ns)
"""


@pytest.fixture
def packages(tmp_path):
    """A site-packages that nobody may write to."""
    place = tmp_path / "site-packages"
    shutil.copytree(ROOT / "sim", place / "sim", ignore=shutil.ignore_patterns("__pycache__"))
    for folder in (place, *place.rglob("*/")):
        folder.chmod(0o555)
    yield place
    for folder in (place, *place.rglob("*/")):
        folder.chmod(0o755)


def compile_in(packages, **environment):
    """The folder that the compiled code went to, and whether anything had to be compiled."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("NUMBA", "XDG"))}
    known = plain | {"PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"} | environment
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=known, cwd=packages)
    place, compiled = done.stdout.split()
    return Path(place), compiled == "True"


def test_kernels_are_kept_where_site_packages_is_read_only(packages, tmp_path):
    home = tmp_path / "cache"
    before = set(packages.rglob("*"))
    place, compiled = compile_in(packages, XDG_CACHE_HOME=str(home))
    assert compiled
    assert place.parent == home / "foreshow"
    assert list(place.rglob("*.nbi"))
    assert set(packages.rglob("*")) == before
    assert compile_in(packages, XDG_CACHE_HOME=str(home)) == (place, False)


def test_without_a_folder_of_the_users_they_are_kept_among_temporary_files(packages, tmp_path):
    taken = tmp_path / "a file"
    taken.write_text("")
    place, compiled = compile_in(packages, XDG_CACHE_HOME=str(taken / "cache"), TMPDIR=str(tmp_path))
    assert compiled
    assert place.is_relative_to(tmp_path / f"foreshow-{os.getuid()}")
    assert list(place.rglob("*.nbi"))
