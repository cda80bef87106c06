"""The screens of docs/your_log.md are the program's own: `make golden` writes them, and this compares their form.

Figures may differ in the last digit between kinds of processor, so they are masked where they are fitted. The
comparison is judged and drawn again from its months, `your_log.jsonl`, as the README's is.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from reports.comparison.page import print_comparison
from reports.console import open_console
from sim.study.compare.again import judged_again
from sim.study.store.place import place_of
from sim.study.store.reading import read as stored
from tests.commands.shell import foreshow_in
from tests.golden import months_of
from tests.golden.test_readme import COMMAND, ROOT, SCREEN
from tests.golden.test_readme_compare import without_what_months_lack

PAGE = ROOT / "docs" / "your_log.md"
README = ROOT / "README.md"
PANEL = ROOT / "scenarios" / "made_up_panel.csv.gz"
MONTHS = Path(__file__).parent / "your_log.jsonl"
_BLOCK = r"(?:```toml\n(?P<shown>.*?)```\n)?"
LINES = re.compile(r"<!-- lines: (?P<file>\S+) \| (?P<first>[^|\n]+) \| (?P<last>[^|\n]+) -->\n" + _BLOCK, re.DOTALL)
SCENARIO = re.compile(r"```toml\n# decide\.toml\n(.*?)```\n", re.DOTALL)


def masked(words: str) -> str:
    """In one line and without figures, which may move a break."""
    return re.sub(r"[-+]?\d[\d.,]*", "0", " ".join(words.split()))


def screens(page: Path, name: str) -> list[re.Match[str]]:
    return [found for found in SCREEN.finditer(page.read_text(encoding="utf-8")) if found["words"].startswith(name)]


def lines_of(text: str, first: str, last: str) -> str:
    """The lines from the first that begins with *first* to the next that begins with *last*."""
    rows = text.splitlines()
    start = next(place for place, row in enumerate(rows) if row.startswith(first))
    end = next(place for place in range(start, len(rows)) if rows[place].startswith(last))
    return "\n".join(rows[start : end + 1]) + "\n"


def typed_anew(folder: Path, words: str) -> str:
    """What a shell shows, whatever the exit code: a verdict is one."""
    script = "import sys; from sim.cli import entry; sys.argv[0] = 'foreshow'; entry()"
    done = subprocess.run([sys.executable, "-c", script, *shlex.split(words)], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in {0, 1}, done.stderr
    return done.stdout


def write_anew(page: Path, folder: Path) -> None:
    """Type every command of *page* in order, and put in what it shows."""

    def screen(found: re.Match[str]) -> str:
        words = found["words"]
        if not words.startswith(("calibrate", "backtest", "check", "compare decide")):
            return found[0]
        store = " --store runs.duckdb" if words.startswith("compare") else ""
        shown = typed_anew(folder, words + store)
        if store:
            months_of.write(stored("last", place_of(str(folder / "runs.duckdb"))), MONTHS)
        return f"<!-- screen: foreshow {words} -->\n```text\n{shown}```\n"

    def lines(found: re.Match[str]) -> str:
        shown = lines_of((folder / found["file"]).read_text(encoding="utf-8"), found["first"], found["last"])
        return f"<!-- lines: {found['file']} | {found['first']} | {found['last']} -->\n```toml\n{shown}```\n"

    page.write_text(LINES.sub(lines, SCREEN.sub(screen, page.read_text(encoding="utf-8"))), encoding="utf-8")


@pytest.fixture(scope="module")
def folder(tmp_path_factory, request):
    """A user's folder: the log, the scenario of the page and, once it is calibrated, the world."""
    place = tmp_path_factory.mktemp("ours")
    shutil.copy(PANEL, place / "our_log.csv.gz")
    scenario = SCENARIO.search(PAGE.read_text(encoding="utf-8"))
    assert scenario is not None
    (place / "decide.toml").write_text(scenario[1], encoding="utf-8")
    if request.config.getoption("--update-golden"):
        for page in (PAGE, README):
            write_anew(page, place)
    return place


@pytest.fixture
def typed(folder, monkeypatch, capsys):
    for variable in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(folder)
    return foreshow_in(monkeypatch, capsys)


def test_each_step_says_what_the_page_shows(typed, folder):
    """In the page's order, since the scenario stands in the world that was calibrated before."""
    shown = [found for name in ("calibrate", "backtest", "check") for found in screens(PAGE, name)]
    assert len(shown) == 3
    for found in shown:
        done = typed(*shlex.split(found["words"]))
        assert done.code == 0, done.err
        assert found["shown"] is not None
        assert sorted(masked(done.out).split()) == sorted(masked(found["shown"]).split())  # who is worst is a figure, too
        assert done.out[:8] == found["shown"][:8]
    parts = list(LINES.finditer(PAGE.read_text(encoding="utf-8")))
    assert parts
    for part in parts:
        made = (folder / part["file"]).read_text(encoding="utf-8")
        assert masked(lines_of(made, part["first"], part["last"])) == masked(part["shown"])
    later = typed("backtest", "our_log.csv.gz", "--fit-until", "2026-03-31", "--quiet")
    assert later.out.startswith("[NO BETTER]")


def test_the_decision_is_what_its_ledgers_say(folder):
    (found,) = screens(PAGE, "compare")
    stream, again = StringIO(), judged_again(months_of.read(MONTHS))
    assert again is not None
    print_comparison(again, open_console(stream, width=100))
    assert without_what_months_lack(stream.getvalue()) == without_what_months_lack(found["shown"])
    assert found["shown"].startswith("[HOLD]")
    assert MONTHS.stat().st_size < 100_000


def test_the_readme_shows_the_first_step_as_the_page_does(folder):
    (readme,), (page,) = screens(README, "backtest"), screens(PAGE, "backtest")
    assert readme["shown"] == page["shown"]


def test_the_commands_that_the_page_mentions_are_in_it():
    text = PAGE.read_text(encoding="utf-8")
    assert {found["words"].split()[0] for found in SCREEN.finditer(text)} == {"calibrate", "backtest", "check", "compare"}
    assert not COMMAND.findall(text)
