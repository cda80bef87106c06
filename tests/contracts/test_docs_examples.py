"""The examples of the documents are sound and play, and every link leads somewhere."""

from __future__ import annotations

import gzip
import re
import sys
import tomllib
from pathlib import Path

import pytest

import sim
from sim.measures import MEASURES
from sim.scenario import read, rules
from tests.contracts.documents import ROOT, RULE, TINY, blocks, code, sections, tables, without_fences
from tests.small import SMALL_WORLD

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGE_WITH_EXAMPLES = [ROOT / "README.md", ROOT / "docs" / "scenario.md", ROOT / "docs" / "own_parts.md"]
COMPARE = ROOT / "docs" / "compare.md"
EXAMPLES = [(page, block) for page in [*PAGE_WITH_EXAMPLES, COMPARE] for block in blocks(page, "toml")]


@pytest.fixture
def beside(tmp_path):
    """A folder in which the files stand that a page's examples speak of."""

    def folder(page: Path) -> Path:
        for block in blocks(page, "python"):
            if name := re.match(r"# (\w+\.py)\n", block):
                (tmp_path / name[1]).write_text(block)
        days = "".join(f"2026-01-{day:02},buy tent,{10 + day},1\n" for day in range(1, 15))
        with gzip.open(tmp_path / "our_clicks.csv.gz", "wt") as log:
            log.write("date,keyword,impressions,clicks\n" + days)
        (tmp_path / "tiny.toml").write_text(TINY + SMALL_WORLD + RULE)
        (tmp_path / "replayed.toml").write_text(TINY + '[market]\nads = 400\nadvertisers = 40\n[traffic]\ntopics = 1\nreplay = ""' + RULE)
        return tmp_path

    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def whole(block: str) -> str:
    """A block as a scenario: itself, or what it says on top of a tiny one."""
    data = tomllib.loads(block)
    if "horizon" in data or "extends" in data:
        return block
    return f'extends = "{"replayed" if "replay" in data.get("traffic", {}) else "tiny"}.toml"\n{block}'


@pytest.mark.parametrize(("page", "block"), EXAMPLES, ids=[f"{page.stem}-{n}" for n, (page, _) in enumerate(EXAMPLES)])
def test_every_example_of_a_scenario_is_sound(page, block, beside):
    file = beside(page) / "example.toml"
    file.write_text(whole(block))
    assert sim.check(file) == []


def test_the_rules_of_the_examples_are_told_as_they_are_read():
    (block,) = blocks(COMPARE, "toml")
    assert [rules.parse(text).text for text in tomllib.loads(block)["guardrails"]["rules"]] == tomllib.loads(block)["guardrails"]["rules"]
    (grammar,) = [rows for rows in tables(sections(COMPARE.read_text(encoding="utf-8"))["Rules"]) if "part" in rows[0]]
    (metrics,) = [row["what it says"] for row in grammar if code(row["part"]) == ["metric"]]
    assert code(metrics) == list(MEASURES)


def test_the_readme_shows_a_whole_scenario():
    assert any({"name", "horizon", "candidate"} <= set(tomllib.loads(block)) for block in blocks(ROOT / "README.md", "toml"))


@pytest.mark.parametrize("page", PAGE_WITH_EXAMPLES, ids=lambda page: page.stem)
def test_the_model_and_the_objective_of_the_examples_play(page, beside):
    folder = beside(page)
    modules = [file.stem for file in folder.glob("*.py")]
    played = [block for block in blocks(page, "toml") if any(f'"{module}:' in block for module in modules)]
    assert played
    for block in played:
        file = folder / "example.toml"
        file.write_text(whole(block))
        run = sim.run(file)
        assert run.failed == ()
        assert all("memory has a half-life" in note for note in run.notes)
        assert run.frame["impressions"].sum() > 0


def test_the_readme_example_in_python_runs(monkeypatch, capsys):
    examples = [block for block in blocks(ROOT / "README.md", "python") if "import sim" in block]
    assert examples
    load = read.load
    monkeypatch.setattr(read, "load", lambda source: load(source).but(days=7, replications=1))
    for block in examples:
        exec(compile(block, "README.md", "exec"), {"__name__": "__main__"})
    assert "keyword" in capsys.readouterr().out


# --- links ---------------------------------------------------------------------------------------------------------


def links(page: Path) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", without_fences(page.read_text(encoding="utf-8")))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", without_fences(page.read_text(encoding="utf-8")), flags=re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = (f"{anchor}-{n}" for n in range(1, 100))
        found.add(anchor if anchor not in found else next(one for one in again if one not in found))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page):
    lost = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert lost == []


def test_the_readme_leads_to_the_reference_of_a_scenario():
    assert "docs/scenario.md" in {target.partition("#")[0] for target in links(ROOT / "README.md")}
