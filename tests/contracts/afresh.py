"""Fresh processes for many parts in a row: each a fork of one that has only imported what they all need.

The product begins one anew for each part it examines, and nearly all of the time goes into imports. Here, too, every part is
imported, made and asked in a process of its own, in which the members of a set have another order.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.study.stores import ROOT

SERVER = """
import os, sys
from pathlib import Path
import sklearn.ensemble, sklearn.linear_model
from sim.study.contract import afresh, learning, objectives

for line in sys.stdin:
    if not (child := os.fork()):
        afresh._carry_out(Path(line.strip()))
        os._exit(0)
    os.waitpid(child, 0)
    print(flush=True)
"""


@contextmanager
def forked() -> Iterator[Callable[..., None]]:
    """What may stand for `_begin` in `sim.study.contract.afresh`."""
    from sim.study.contract.afresh import _OTHER_ORDER

    environment = os.environ | {"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": _OTHER_ORDER}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-P", "-c", SERVER], env=environment, **pipes) as server:

        def begin(order: Path, limit_s: float) -> None:
            server.stdin.write(f"{order}\n")
            server.stdin.flush()
            assert server.stdout.readline() == "\n"

        try:
            yield begin
        finally:
            server.stdin.close()
