"""Progress on standard error, and mistakes there too."""

from __future__ import annotations

from io import StringIO

import pytest

from reports import progress as module
from reports.mistakes import print_mistakes
from reports.progress import Progress
from sim.errors import BadInput, Mistake


@pytest.fixture
def clock(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_a_short_run_shows_nothing(clock, terminal):
    with Progress(terminal) as progress:
        clock[0] = 0.9
        progress.update(1, 2, "half")
    assert terminal.getvalue() == ""


def test_a_terminal_gets_one_line_that_is_taken_away(clock, terminal):
    with Progress(terminal) as progress:
        for second in range(1, 5):
            clock[0] = float(second)
            progress.update(second, 8, f"replication {second}")
        last = terminal.getvalue().rpartition("\r")[2]
        assert last.strip().endswith("50%  replication 4, 4 s left")
    assert "\n" not in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
    assert terminal.getvalue().rsplit("\r", 2)[1].isspace()


def test_a_bar_gives_way_to_words(clock, terminal, monkeypatch):
    monkeypatch.setenv("COLUMNS", "50")
    with Progress(terminal) as progress:
        clock[0] = 2.0
        progress.update(1, 2, "an interval that must be seen")
        assert terminal.getvalue().rpartition("\r")[2].strip() == "50%  an interval that must be seen, 2 s left"


def test_a_file_gets_a_plain_line_every_half_minute(clock):
    stream = StringIO()
    with Progress(stream) as progress:
        for second in range(0, 100, 5):
            clock[0] = float(second)
            progress.update(second, 100, "a [name]")
    assert [line.split()[0] for line in stream.getvalue().splitlines()] == ["30%", "60%", "90%"]
    assert "\r" not in stream.getvalue()


def test_nothing_to_do_is_no_division(clock):
    stream = StringIO()
    clock[0] = 0.0
    progress = Progress(stream, ascii_only=True)
    clock[0] = 60.0
    progress.update(0, 0, "é")
    progress.stop()
    assert stream.getvalue() == "  0%  ?\n"


def test_mistakes_are_told_at_once_and_wrapped(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    stream = StringIO()
    bad = [
        Mistake(
            "traffic.querys",
            "is not a setting here",
            hint="did you mean 'queries'?",
            line=4,
            file="year.toml",
        ),
        Mistake("seed", "found -1", "a whole number from 0 to 2^63 - 1", line=9, file="year.toml"),
    ]
    print_mistakes(BadInput(bad), stream)
    assert stream.getvalue().splitlines() == [
        "2 mistakes in year.toml",
        "  line 4  traffic.querys: is not a setting here; did you",
        "  mean 'queries'?",
        "  line 9  seed: found -1; a whole number from 0 to 2^63 - 1",
    ]


def test_the_text_that_a_mistake_marks_stands_below_it(monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    stream = StringIO()
    bad = Mistake("rules 1", "found '=='", "one of >=, <=", line=4, file="x", marked="ctr == [2]%\n    ^^")
    print_mistakes(BadInput([bad]), stream)
    assert stream.getvalue().splitlines()[1:] == ["  line 4  rules 1: found '=='; one of >=, <=", "      ctr == [2]%", "          ^^"]


def test_one_mistake_without_a_file():
    stream = StringIO()
    print_mistakes(BadInput([Mistake("--seed", "found [x]")]), stream)
    assert stream.getvalue().splitlines() == ["1 mistake", "  --seed: found [x]"]


def test_mistakes_of_two_files_keep_their_places():
    stream = StringIO()
    print_mistakes(BadInput([Mistake("a", "b", line=1, file="x"), Mistake("a", "b", line=1, file="y")]), stream)
    assert stream.getvalue().splitlines()[1:] == ["  x, line 1  a: b", "  y, line 1  a: b"]
