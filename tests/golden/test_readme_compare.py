"""The README's screen of a comparison: it took a minute to play, and is judged and drawn again from its months.

`make golden` plays it anew and writes both the README's screen and the months, `which_objective.jsonl`.
The lines that need more than months are left out here: the warm-up and the fingerprint need the days,
and how long more replications take needs the machine.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from io import StringIO
from pathlib import Path

from reports.comparison.page import print_comparison
from reports.console import open_console
from sim.study.compare.again import judged_again
from sim.study.store.place import place_of
from sim.study.store.reading import read as stored
from tests.golden import months_of
from tests.golden.test_readme import README, ROOT, SCREEN

MONTHS = Path(__file__).parent / "which_objective.jsonl"
WORDS = "compare which_objective --width 100"


def drawn(width=100):
    stream = StringIO()
    found = judged_again(months_of.read(MONTHS))
    assert found is not None
    print_comparison(found, open_console(stream, width=width), stored=())
    return stream.getvalue()


def without_what_months_lack(screen):
    """Without the warm-up, the fingerprint and seconds; sentences in one line, since seconds move their breaks."""
    kept = [line for line in screen.splitlines() if not line.startswith("· warm-up")]
    words = re.sub(r"fingerprint [0-9a-f]{16}", "fingerprint", re.sub(r"\n +", " ", "\n".join(kept)))
    return re.sub(r", \d+ (?:s|min)\)", ")", words)


def play_anew(text, match, folder):
    """Play the comparison and write its months and its screen."""
    store = folder / "runs.duckdb"
    script = "import sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; entry()"
    words, place = [sys.executable, "-c", script, *shlex.split(WORDS)], os.environ | {"FORESHOW_STORE": str(store)}
    done = subprocess.run(words, cwd=ROOT, env=place, capture_output=True, text=True, check=True)
    months_of.write(stored("last", place_of(store)), MONTHS)
    block = f"<!-- screen: foreshow {WORDS} -->\n```text\n{done.stdout}```\n"
    README.write_text(text[: match.start()] + block + text[match.end() :], encoding="utf-8")


def test_the_readmes_comparison_is_what_its_ledgers_say(request, tmp_path, monkeypatch):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    text = README.read_text(encoding="utf-8")
    match = next(found for found in SCREEN.finditer(text) if found["words"] == WORDS)
    if request.config.getoption("--update-golden"):
        play_anew(text, match, tmp_path)
        return
    assert match["shown"]
    assert without_what_months_lack(drawn()) == without_what_months_lack(match["shown"])


def test_the_ledgers_are_those_of_the_scenario_as_it_is_shipped():
    import json

    import sim
    from sim.study.compare.conduct import quietened
    from sim.study.gather import settings_of

    known, played = (json.loads(text) for text in (settings_of(quietened(sim.load("which_objective"))), months_of.read(MONTHS).settings))
    assert {**played, "replications": None} == {**known, "replications": None}
    assert MONTHS.stat().st_size < 200_000
