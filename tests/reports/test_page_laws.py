"""What holds for every page, whatever the run, the width and the terminal."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from io import BytesIO, StringIO, TextIOWrapper

import pytest

from reports.console import cells, open_console
from reports.page import print_page, print_quiet
from tests.reports.made_up import KEYWORD, RUNS, Kind, make_run

WIDTHS = (40, 60, 80, 100, 120)
ESCAPE = "\x1b"


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_screen(name, width, ascii_only, render, cut):
    text = render(RUNS[name], width, ascii_only=ascii_only)
    assert max(map(cells, text.splitlines())) <= width
    assert cut == []
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert "nan" not in re.findall(r"[a-z]+", text.lower())
    assert "inf" not in re.findall(r"[a-z]+", text.lower())


@pytest.mark.parametrize("name", RUNS)
def test_ascii_is_pure_ascii(name, render):
    assert render(RUNS[name], 80, ascii_only=True).isascii()


def test_a_latin_stream_gets_ascii_by_itself():
    raw = BytesIO()
    stream = TextIOWrapper(raw, encoding="iso-8859-1")
    print_page(RUNS["foreign names"], open_console(stream, width=80))
    stream.flush()
    assert raw.getvalue().isascii()


def test_a_name_with_brackets_is_printed_as_it_is(render):
    assert "[bold]größe[/bold]" in render(RUNS["foreign names"], 120)


def test_a_detail_cannot_steer_the_terminal(render):
    text = render(make_run(notes=("\x1b[31mred\x07\nline \x9b2J",)))
    assert "?[31mred? line ?2J" in text


def test_what_is_no_terminal_gets_no_escapes_and_a_hundred_columns(render):
    stream = StringIO()
    print_page(RUNS["a year"], open_console(stream))
    assert ESCAPE not in stream.getvalue()
    assert stream.getvalue() == render(RUNS["a year"], 100)


def test_columns_say_how_wide_and_120_is_the_most(monkeypatch):
    monkeypatch.setenv("COLUMNS", "64")
    assert open_console(StringIO()).width == 64
    assert open_console(StringIO(), width=70).width == 70
    assert open_console(StringIO(), width=400).width == 120


@pytest.mark.parametrize("variable", ["", "1"])
def test_no_color_silences_every_escape(variable, monkeypatch, terminal):
    monkeypatch.setenv("NO_COLOR", variable)
    monkeypatch.setenv("FORCE_COLOR", "1")
    print_page(RUNS["a year"], open_console(terminal, width=100))
    assert (ESCAPE in terminal.getvalue()) == (variable == "")


@pytest.mark.parametrize("kind", ["dumb", "xterm", "unknown"])
def test_force_color_colours_a_file_on_any_terminal_at_the_width_given(kind, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", kind)
    stream = StringIO()
    console = open_console(stream, width=60)
    print_page(RUNS["a year"], console)
    assert ESCAPE in stream.getvalue()
    assert console.width == 60


def test_colour_changes_no_letter(terminal, render):
    print_page(RUNS["a year"], open_console(terminal, width=100))
    plain = re.sub(r"\x1b\[[0-9;]*m", "", terminal.getvalue())
    assert plain == render(RUNS["a year"], 100)
    assert "\x1b[1;37;42m[AHEAD]" in terminal.getvalue()


def test_the_same_run_gives_the_same_page(render):
    assert render(make_run()) == render(make_run())


def test_quiet_is_one_line_however_narrow():
    stream = StringIO()
    print_quiet(RUNS["long names"], open_console(stream, width=40))
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().startswith("[AHEAD]")


def test_the_next_step_fits_the_verdict(render):
    near = make_run((KEYWORD, Kind("near", 0.81, 0.010, objective="clicks")), days=60, replications=3)
    found = re.search(r"about (\d+) replications would decide it:\n.*--replications (\d+)\n", render(near))
    assert found
    assert found[1] == found[2]
    assert "finish what was interrupted" in render(RUNS["partial"])
    assert "--replications 4\n" in render(RUNS["one replication"])
    base = make_run((KEYWORD,), replications=3).candidates[0]
    days = base.days.copy()
    days[0, 0, 4] += 10
    days[1, 0, 4] -= 10
    days[2, 0, 4] += 1
    twin = make_run(candidates=(base, replace(base, name="twin", days=days)), replications=3)
    assert "not even 200 replications would decide it" in render(twin)


def test_a_long_command_can_be_pasted(render):
    for source in ("short.toml", "a/rather/long/path/of a/scenario.toml", "it's/" * 30, "x" * 300):
        text = render(make_run(source=source), 60)
        pasted = text.partition("reproduce  ")[2].partition("build")[0].replace("\\\n", "")
        assert shlex.split(pasted) == ["foreshow", "run", source, "--seed", "7", "--replications", "5"]
        assert max(map(cells, text.splitlines())) <= 60


def test_nothing_finished_is_told_without_figures(render):
    text = render(make_run(replications=0, planned=5, interrupted=True))
    assert text.startswith("[PARTIAL]  No replication was finished")
    assert "whole horizon" not in text


def test_nobody_reading_on_is_the_commands_business():
    class Closed(StringIO):
        def write(self, _: str) -> int:
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        print_page(RUNS["a year"], open_console(Closed()))
