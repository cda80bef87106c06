"""`make bench`: measure everything, write `docs/benchmarks.md`, and fail where something has become worse."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace

import numpy as np

from tests.benchmarks import baseline, machine, page
from tests.benchmarks.apart import apart
from tests.benchmarks.catalogue import ALL, what
from tests.benchmarks.command import ROOT
from tests.benchmarks.figure import Figure
from tests.benchmarks.peers.engines import ENGINES
from tests.benchmarks.peers.side_by_side import Standing, stand

PAGE = ROOT / "docs" / "benchmarks.md"
GIB = 1024.0
AGAIN = 2  # times that a figure that has become worse is taken again


def main() -> int:
    """Run the command; 1 where it fails."""
    chosen = _arguments()
    before, here = baseline.read(), machine.describe()
    names = {one.__name__ for one in ALL} | set(ENGINES)
    if unknown := [name for name in chosen.only if name not in names]:
        print(f"no benchmark is called {', '.join(unknown)}; there are: {', '.join(sorted(names))}", file=sys.stderr)
        return 2
    found: dict[str, Figure | str] = {}
    for one in ALL:
        if not chosen.only or one.__name__ in chosen.only:
            found[one.__name__] = _told(one.__name__, what(one), _figure(one, before))
    if not chosen.only:
        found["memory"] = _told("memory", WORDS["memory"], _memory(found))
    sides = {name: _stand(name, before) for name in ENGINES if not chosen.only or name in chosen.only}
    gated = found | {name: one if isinstance(one, str) else one.figure for name, one in sides.items()}
    return _conclude(chosen, before, here, found, sides, gated)


WORDS = {one.__name__: what(one) for one in ALL} | {name: what(one) for name, one in ENGINES.items()} | {
    "memory": "the largest process of all of these"
}  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("only", nargs="*", metavar="NAME", help="measure these only, and write nothing")
    parser.add_argument("--accept", action="store_true", help="what is found is what later runs are held to")
    return parser.parse_args()


def _conclude(chosen, before, here, found, sides, gated) -> int:
    if chosen.only:
        before = before._replace(ratios={name: one for name, one in before.ratios.items() if name in chosen.only})
    fails = [] if chosen.accept else baseline.complaints(gated, before)
    if not chosen.only:
        PAGE.write_text(page.write(here, found, sides, WORDS, fails), encoding="utf-8")
        print(f"\nwritten: {PAGE.relative_to(ROOT)}")
    if chosen.accept:
        baseline.accept(gated, here["processor"], baseline.read(), everything=not chosen.only)
        print(f"accepted: {baseline.FILE.relative_to(ROOT)}; commit it")
    for one in fails:
        print(f"FAILED {one}", file=sys.stderr)
    if fails:
        other = "" if before.processor in {"", here["processor"]} else f" What was accepted was measured on {before.processor}."
        print(f"If this is as it should be, `make bench-accept` accepts what it measures, to be committed.{other}", file=sys.stderr)
    return 1 if fails else 0


def _figure(one, before) -> Figure | str:
    """A figure; where it has become worse, the middle one of three, so that one bad moment fails nothing."""
    taken: list[Figure] = []
    for _ in range(1 + AGAIN):
        answer = apart(one)
        if isinstance(answer, str):
            return answer
        taken.append(replace(answer[0], peak_mib=answer[1]))
        if not _doubtful(one.__name__, taken[-1], before) and len(taken) == 1:
            break
    return sorted(taken, key=lambda figure: figure.ratio)[len(taken) // 2]


def _stand(name, before) -> Standing | str:
    taken: list[Standing] = []
    for _ in range(1 + AGAIN):
        answer = apart(stand, name)
        if isinstance(answer, str):
            _told(name, WORDS[name], answer)
            return answer
        taken.append(answer[0])
        if not _doubtful(name, taken[-1].figure, before) and len(taken) == 1:
            break
    middle = sorted(taken, key=lambda one: one.figure.ratio)[len(taken) // 2]
    _told(name, WORDS[name], middle.figure)
    print(
        f"    s {middle.anew:.4g} anew, {middle.paired:.4g} paired; {middle.needed:,.0f} queries, {middle.decision_s:.3g} s to a decision"
    )
    return middle


def _doubtful(name, figure, before) -> bool:
    accepted = before.ratios.get(name)
    newly_missed = figure.met is False and accepted is not None and accepted.met is True
    return newly_missed or baseline.regressed(name, figure, before)


def _memory(found) -> Figure:
    most = float(np.max([one.peak_mib for one in found.values() if isinstance(one, Figure)]))
    return Figure(most, "MiB", most / GIB, "1 GiB", "less", 1.0, aim="≤ 1 GiB")


def _told(name, words, one):
    """Print it as it comes."""
    if isinstance(one, str):
        print(f"{name}: not measured: {one}", flush=True)
    else:
        aim = f", target {one.target:.3g}: {page.met(one)}" if one.target is not None else ""
        print(f"{name}: {page.short(one.value, one.unit)}, {one.ratio:.3g} × {one.against}{aim}   ({words})", flush=True)
    return one


if __name__ == "__main__":
    sys.exit(main())
