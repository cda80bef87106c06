"""`python -m tests.benchmarks.detectors --seeds 111-120 --write`: play the worlds, and write the tables of `docs/detectors.md`.

Each diagnosis is looked for in worlds that have its cause and in twins that lack it. A finding in a twin is a false
alarm. Raw series have no twin in which they should be silent but the rule's own: it is the same policy all year, and
nothing is wrong with it but that the world drifts. What was played is kept in a folder, so that a run which is broken
off goes on where it stopped; throw the folder away where anything of the program has changed.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.command import ROOT
from tests.benchmarks.detectors import page
from tests.benchmarks.detectors.daily import lower_by
from tests.benchmarks.detectors.seen import cached
from tests.benchmarks.detectors.worlds import WORLDS

PAGE = ROOT / "docs" / "detectors.md"


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.detectors", description=__doc__)
    parser.add_argument("--seeds", default="111-120", help="FIRST-LAST, or one")
    parser.add_argument("--heard", metavar="SEEDS", help="others for worlds that are played query by query, which take longer")
    parser.add_argument("--worlds", default=",".join(WORLDS))
    parser.add_argument("--keep", metavar="FOLDER", help="where worlds that were played are kept")
    parser.add_argument("--write", action="store_true", help="write docs/detectors.md")
    parser.add_argument("--daily", action="store_true", help="only: how much lower normalised entropy is for a model trained daily")
    asked = parser.parse_args()
    seeds, heard = _seeds(asked.seeds), _seeds(asked.heard or asked.seeds)
    if asked.daily:
        print("\n".join(lower_by(seeds)))
        return
    folder, told = Path(asked.keep or tempfile.mkdtemp()), []
    for seed in sorted({*seeds, *heard}):
        for name in (one for one in asked.worlds.split(",") if seed in (heard if WORLDS[one].heard else seeds)):
            told.append(cached(name, seed, folder))
            cpu_s = resource.getrusage(resource.RUSAGE_SELF).ru_utime
            found = ", ".join(f"{one.detector} {list(one.days)}" for one in told[-1].seen)
            print(f"seed {seed}, {name}, {cpu_s:.0f} s so far: {found}", file=sys.stderr, flush=True)
    also = f" (event drift: seeds {asked.heard})" if asked.heard else ""
    wrote = "`python -m tests.benchmarks.detectors --write` wrote this"
    tables = f"Seeds {asked.seeds}{also}, one world each; {wrote}.\n\n{page.tables(told)}"
    print(tables)
    if asked.write:
        PAGE.write_text(page.placed(PAGE.read_text(encoding="utf-8"), tables), encoding="utf-8")


def _seeds(words: str) -> range:
    first, _, last = words.partition("-")
    return range(int(first), int(last or first) + 1)


if __name__ == "__main__":
    main()
