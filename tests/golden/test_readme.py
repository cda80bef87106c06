"""The README's commands are commands; its screens are checked where they are drawn.

The story's by test_story_screens.py, a comparison's by test_readme_compare.py, a log's by test_your_log.py.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
SCREEN = re.compile(r"<!-- screen: foreshow (?P<words>[^\n]*) -->\n(?:```text\n(?P<shown>.*?)```\n)?", re.DOTALL)
COMMAND = re.compile(r"^foreshow ([^#\n]+)", re.MULTILINE)


def foreshow(words):
    script = "import sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; entry()"
    done = subprocess.run([sys.executable, "-c", script, *shlex.split(words)], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


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
