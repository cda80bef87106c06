"""Compilation as a part of a run's time: numba tells when it begins and when it ends."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from numba.core import event

from sim.stopwatch import Stopwatch


class _Listener(event.Listener):  # type: ignore[misc]
    def __init__(self, watch: Stopwatch) -> None:
        self._watch = watch

    def on_start(self, event: Any) -> None:  # noqa: ARG002  numba names it
        self._watch.enter("compile")

    def on_end(self, event: Any) -> None:  # noqa: ARG002
        self._watch.leave()


@contextmanager
def compiling(watch: Stopwatch) -> Iterator[None]:
    """Count as "compile" whatever numba compiles in here; what it finds in its cache, it does not compile."""
    with event.install_listener("numba:compile", _Listener(watch)):
        yield
