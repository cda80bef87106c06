"""Progress of a comparison on standard error."""

from __future__ import annotations

import time
from io import StringIO
from threading import Event

import pytest

from reports import progress
from reports.comparison.live import CompareProgress

NOTE = "revenue +2.9% (anytime 95%: +1.1% to +4.7%)"


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_a_known_end_has_a_share_and_the_time_left(clock):
    stream = StringIO()
    with CompareProgress(stream) as live:
        clock[0] = 30.0
        live.update(10, 40, NOTE)
    assert stream.getvalue() == f" 25%  10 of 40, {NOTE}, 90 s left\n".replace("90 s", "2 min")


def test_an_unknown_end_has_neither(clock):
    stream = StringIO()
    with CompareProgress(stream) as live:
        clock[0] = 30.0
        live.update(1, None, NOTE)
        clock[0] = 31.0
        live.update(2, None, NOTE)
    assert stream.getvalue() == f"1 replication, {NOTE}\n"


def test_a_terminal_gets_one_line_that_is_taken_away(clock, terminal):
    with CompareProgress(terminal) as live:
        clock[0] = 0.5
        live.update(1, None, "")
        assert terminal.getvalue() == ""
        for second in range(1, 4):
            clock[0] = float(second)
            live.update(second, None, "")
        assert terminal.getvalue().endswith("3 replications")
        clock[0] = 4.0
        live.update(50, 40, "")
        assert "100%" in terminal.getvalue()
    assert "\n" not in terminal.getvalue()
    assert terminal.getvalue().rsplit("\r", 2)[1].isspace()


@pytest.mark.parametrize("where", ["file", "terminal"])
def test_silence_is_told_again_each_time_it_has_doubled(where, terminal):
    stream = terminal if where == "terminal" else StringIO()
    with CompareProgress(stream, who="keyword, slow", patience_s=0.02) as live:
        until = time.monotonic() + 300
        while "0.08 s" not in stream.getvalue() and time.monotonic() < until:
            time.sleep(0.01)
        live.update(3, 12, NOTE)
        while "replication 4 of 12" not in stream.getvalue() and time.monotonic() < until:
            time.sleep(0.01)
    notes = [line.rpartition("\r")[2] for line in stream.getvalue().splitlines() if "foreshow" in line]
    ending = "(keyword, slow in each); Ctrl-C ends it and keeps what is finished"
    first = [note for note in notes if "the first replication" in note]
    assert first[:3] == [
        f"foreshow: nothing has finished for {wait} s, still waiting for the first replication {ending}"
        for wait in ("0.02", "0.04", "0.08")
    ]
    assert f"foreshow: nothing has finished for 0.02 s, still waiting for replication 4 of 12 {ending}" in notes


def test_what_finishes_just_when_the_patience_ends_is_no_silence():
    looked = Event()

    class Late(Event):
        """Set by what has finished, but whoever waits has given up just before."""

        waits = 0

        def wait(self, timeout=None):
            super().wait()
            self.waits += 1
            if self.waits == 2:
                looked.set()
            return False

    stream = StringIO()
    live = CompareProgress(stream)
    live._moved = Late()
    with live:
        live.update(3, 12, NOTE)
        assert looked.wait(300)
    assert "nothing has finished" not in stream.getvalue()


def test_nothing_is_told_once_it_is_over(clock):
    stream = StringIO()
    with CompareProgress(stream, patience_s=0.01):
        pass
    told = stream.getvalue()
    time.sleep(0.05)
    assert stream.getvalue() == told
