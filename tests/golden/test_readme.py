"""The README's screens are the program's own: `make golden` writes them, and this compares their form.

Figures may differ in the last digit between kinds of processor, so figures and curves are masked. So the
form can be had from two worlds with a hundredth of the searches, which are played sooner.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

import sim
from tests.commands.shell import foreshow_in

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
SCREEN = re.compile(r"<!-- screen: foreshow (?P<words>[^\n]*) -->\n(?:```text\n(?P<shown>.*?)```\n)?", re.DOTALL)
COMMAND = re.compile(r"^foreshow ([^#\n]+)", re.MULTILINE)


def foreshow(words):
    script = "import sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; entry()"
    done = subprocess.run([sys.executable, "-c", script, *shlex.split(words)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def form(screen):
    """A screen without its figures: what a figure or a curve takes up does not count, nor what is said and advised of them."""
    masked = re.sub(r"[\u2800-\u28ff]+", " ", screen.partition("\nnext ")[0].partition("\nagainst ")[2])
    assert masked
    masked = re.sub(r"fingerprint [0-9a-f]+", "fingerprint", masked)
    masked = re.sub(r"(vs keyword) .*", r"\1", masked)  # the ends of an axis
    masked = re.sub(r"\b[kM]\b", " ", masked)
    masked = re.sub(r"[-+]?\d[\d.,]*", "0", masked)
    return [re.sub(r"[\s●├┤─┆✓✗?±]+", " ", line).strip() for line in masked.splitlines()]


@pytest.fixture
def with_few_searches(monkeypatch, capsys):
    """What a command prints when a scenario has two worlds with a hundredth of its searches."""
    play = sim.run

    def few(found, **options):
        searches = found.traffic.model_copy(update={"queries": found.traffic.queries / 100})
        return play(found.but(traffic=searches, replications=2), **options)

    def typed(words):
        done = foreshow_in(monkeypatch, capsys)(*shlex.split(words))
        assert done.code == 0, done.err
        return done.out

    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr(sim, "run", few)
    return typed


SCREENS = [match["words"] for match in SCREEN.finditer(README.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("words", [words for words in SCREENS if words.startswith("run ")])  # a comparison's: test_readme_compare.py
def test_a_screen_of_the_readme_is_what_the_command_prints(words, with_few_searches, request):
    text = README.read_text(encoding="utf-8")
    match = next(found for found in SCREEN.finditer(text) if found["words"] == words)
    if request.config.getoption("--update-golden"):
        block = f"<!-- screen: foreshow {words} -->\n```text\n{foreshow(words)}```\n"
        README.write_text(text[: match.start()] + block + text[match.end() :], encoding="utf-8")
        return
    assert match["shown"] is not None
    new, old = form(with_few_searches(words)), form(match["shown"])
    # Who is first, and so the order of rows, is a figure too: compare the lines as a set.
    assert sorted(new) == sorted(old)


def test_the_commands_of_the_readme_are_commands():

    from sim.cli import main

    commands = COMMAND.findall(README.read_text(encoding="utf-8"))
    assert len(commands) >= 4
    for words in commands:
        name, *rest = shlex.split(words)
        command = main.get_command(click.Context(main), name)
        assert command is not None, name
        command.make_context(name, rest)  # raises on an unknown option or a missing argument


def test_the_list_names_every_scenario_and_its_question():
    listed = foreshow("list")
    assert "first_year" in listed
    assert "own_model" in listed
    assert listed.count("?") >= 6
