"""`python -m tests.benchmarks.story --seeds 101-110`: tell the story in ten worlds that nobody looked at while tuning.

It writes the tables of `docs/story.md`. Years that were played are kept in a folder, so that a run which
is broken off goes on where it stopped; throw the folder away where anything of the program has changed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import sim
from tests.benchmarks.command import ROOT
from tests.benchmarks.story import page
from tests.benchmarks.story.played import Year, cached
from tests.benchmarks.story.steps import in_order

PAGE = ROOT / "docs" / "story.md"
STORY, HALF_LOAD, CLICKS_FIRST = "first_year", "first_year_half_load", "first_year_clicks_first"
EXPLORED, HIGHER = "first_year_explored_log", "first_year_higher_bar"
TEAM, NEVER, FIRST = "team", "never switches", "clicks first"
CAUSES = {  # what each twin takes out, and the step that goes with it
    "first_year_perfect_raters": ("raters' mistakes", "wrong labels"),
    "first_year_balanced": ("an imbalanced first sample", "never shows"),
    "first_year_no_drift": ("drift", "stale"),
    "first_year_fresh_positives": ("positives from the archive", "stale"),
    "first_year_no_memory": ("users' memory", "switch"),
    "first_year_screened": ("ads that do not belong", "switch"),
}


def main() -> int:
    """Run the command."""
    chosen = _arguments()
    seeds, folder = _seeds(chosen.seeds), Path(chosen.keep or tempfile.mkdtemp())
    few, fewer = _seeds(chosen.half_load or chosen.seeds), _seeds(chosen.clicks_first or chosen.seeds)
    story = _play(STORY, seeds, (TEAM, NEVER), folder)
    twins = {name: _play(name, seeds, (TEAM,), folder)[TEAM] for name in CAUSES}
    slow = _play(HALF_LOAD, few, (TEAM, NEVER), folder)
    others = [one.name for one in sim.load(CLICKS_FIRST).candidates if one.name != TEAM]
    # The team's year is the same there as in the story.
    clicks = {TEAM: _play(STORY, fewer, (TEAM,), folder)[TEAM], **_play(CLICKS_FIRST, fewer, others, folder)}
    clicks["clicks first, on an explored log"] = _play(EXPLORED, fewer, (FIRST,), folder)[FIRST]
    bars = {TEAM: story[TEAM], NEVER: story[NEVER], **_play(HIGHER, seeds, ("keyword", "higher bar", "higher bar, watching"), folder)}
    strengths = {"harsher: `blindness` 3.5": (story[TEAM], story[NEVER]), "literature's: `blindness` 1.75": (slow[TEAM], slow[NEVER])}
    tables = "\n".join((
        f"Seeds {chosen.seeds}, one world each, none of them looked at while tuning; `python -m tests.benchmarks.story` wrote this.\n",
        page.steps_table(story[TEAM]), page.twins_table(story[TEAM], twins, CAUSES), page.switch_table(strengths),
        f"Clicks first, beside the story's team, in {len(fewer)} worlds:\n\n{page.beside_team_table(clicks)}",
        f"A higher bar instead (0.15, not 0.03), beside the team that switches, in {len(seeds)} worlds:\n\n{page.beside_team_table(bars)}",
    ))  # fmt: skip
    print(tables)
    if chosen.write:
        PAGE.write_text(page.placed(PAGE.read_text(encoding="utf-8") if PAGE.exists() else "", tables), encoding="utf-8")
    return 0


def _play(source: str, seeds: Sequence[int], who: Sequence[str], folder: Path) -> dict[str, list[Year]]:
    found: dict[str, list[Year]] = {name: [] for name in who}
    for seed in seeds:
        years = cached(source, seed, who, folder)
        for name in who:
            found[name].append(years[name])
        told = years.get(TEAM)
        note = "" if told is None else "whole" if in_order(told.steps) else f"{len(told.steps)} steps"
        print(f"{source} {seed}: {note}", file=sys.stderr, flush=True)
    return found


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.story", description=__doc__)
    parser.add_argument("--seeds", default="101-110", help="FIRST-LAST, or one")
    parser.add_argument("--half-load", metavar="SEEDS", help="others for the literature's strength of memory")
    parser.add_argument("--clicks-first", metavar="SEEDS", help="others for clicks first")
    parser.add_argument("--keep", metavar="FOLDER", help="where years that were played are kept")
    parser.add_argument("--write", action="store_true", help="write docs/story.md")
    return parser.parse_args()


def _seeds(words: str) -> range:
    first, _, last = words.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    sys.exit(main())
