"""Ctrl-C while the store is asked."""

from __future__ import annotations

import os
import signal
from threading import Timer

import pytest

from sim.study.store import door
from sim.study.store.place import place_of


@pytest.mark.parametrize("again", [False, True])
def test_ctrl_c_in_the_middle_of_a_query_is_ctrl_c(tmp_path, again):
    """DuckDB hears it first, and calls it an error of its own."""
    place = place_of(tmp_path / "runs.duckdb")
    killer = Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))

    def interrupted():
        with door.Writer(place).writing() if again else door.writing(place) as store:
            killer.start()  # now, not before: opening the store takes as long as it takes
            store.execute("SELECT sum(a.range * b.range) FROM range(1000000) a, range(1000000) b").fetchall()

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    killer.join()
    with door.writing(place) as store:
        assert store.execute("SELECT 1").fetchall() == [(1,)]
