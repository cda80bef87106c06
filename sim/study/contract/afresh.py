"""A part in a process that has just begun, as a worker is: whether it is found there, and says the same."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.study.contract.part import Part
from sim.study.contract.trial import Failed

Arrays = dict[str, NDArray[Any]]
Say = Callable[[Part, Arrays, float], NDArray[Any]]
_STARTING_S = 60.0
_OTHER_ORDER = "4711"  # of the members of a set: a part that goes over one says something else there


def say_afresh(say: Say, part: Part, arrays: Arrays, limit_s: float) -> NDArray[Any]:
    """What *say*, a function of a module of ours, returns for *part* and *arrays* in a fresh process.

    Raises
    ------
    Failed
        When the part is not found there, raises, or does not come back in time.
    """
    with tempfile.TemporaryDirectory() as place:
        order = Path(place) / "order"
        order.write_bytes(pickle.dumps((say.__module__, say.__name__, part, arrays, limit_s)))
        try:
            _begin(order, limit_s)
        except subprocess.TimeoutExpired:
            raise Failed(f"in a fresh process: did not come back within {limit_s:g} s") from None
        if (failed := order.with_suffix(".failed")).is_file():
            raise Failed(f"in a fresh process: {failed.read_text(encoding='utf-8')}")
        if not (said := order.with_suffix(".npy")).is_file():
            raise Failed("in a fresh process: it died without a word")
        answer: NDArray[Any] = np.load(said)
        return answer


def _begin(order: Path, limit_s: float) -> None:
    """Begin a process that carries out an order, and wait for its end."""
    paths = [path or str(Path.cwd()) for path in sys.path]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONHASHSEED": _OTHER_ORDER}
    # -P: a user's own file called like one of ours, in the present folder, is not in the way.
    subprocess.run(  # noqa: S603  this interpreter, a module of ours and a file that we wrote
        [sys.executable, "-P", "-m", "sim.study.contract.afresh", str(order)],
        env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_STARTING_S + limit_s, check=False,
    )  # fmt: skip


def _carry_out(order: Path) -> None:
    from sim.study.processes import one_thread

    module, name, part, arrays, limit_s = pickle.loads(order.read_bytes())  # noqa: S301  written by us a moment ago
    try:
        with one_thread():
            np.save(order.with_suffix(".npy"), getattr(import_module(module), name)(part, arrays, limit_s))
    except Exception as problem:  # noqa: BLE001  whatever it is, it is told over there
        words = str(problem) if type(problem).__name__ == Failed.__name__ else f"{type(problem).__name__}: {problem}"
        order.with_suffix(".failed").write_text(words, encoding="utf-8")


if __name__ == "__main__":
    _carry_out(Path(sys.argv[1]))
