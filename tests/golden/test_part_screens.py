"""Whole screens of `foreshow check module:Class` as text.

After a change that was meant: `pytest tests/golden/test_part_screens.py --update-golden`, then read the difference.
"""

from __future__ import annotations

import pytest

from reports.contract import print_findings
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding, Findings
from tests.golden.test_screens import same_screen
from tests.reports.screen import screen_of

SOUND = Findings(
    part="my_model:FewColumns",
    role="model",
    findings=(
        Finding(GOOD, "methods", "fit(X, y, sample_weight) and predict_proba(X)"),
        Finding(GOOD, "arguments", "kept as given: C, random_state"),
        Finding(NOTE, "fit", "returns nothing, so the object itself serves; scikit-learn wants 'return self'"),
        Finding(GOOD, "probabilities", "one for each row, from 0.0007 to 0.5839"),
        Finding(NOTE, "weights", "are ignored: a row that stands for 1,000 impressions counts like one that stands for 1",
                "use sample_weight in fit, else clicks look far too likely"),
        Finding(GOOD, "speed of fit", "100,000 rows in 0.11 s (951 k rows/s); a year of 14 such trainings: 1.5 s"),
        Finding(GOOD, "warnings", "none"),
    ),
    arguments=(("C", "0.5"), ("name", '"deep"'), ("columns", '["text_match", "log_bid"]')),
    folder="my shop/first",
    basis="taught by 1,248 rows of a small world's log, asked about 23,040 ads with 29 columns",
)  # fmt: skip
BROKEN_ONE = Findings(
    part="my_drift:Fair",
    role="drift",
    findings=(
        Finding(GOOD, "times", "15 in a year, the first on day 25"),
        Finding(BROKEN, "patterns", "on day 25 its topic_shares sum to 1.2; expected 1"),
    ),
    arguments=(("day", "25"),),
    basis="acting on a small world for a year",
    unmade=7,
)
SCREENS = {"sound part": SOUND, "broken part": BROKEN_ONE}


def screen(name: str, width: int, *, ascii_only: bool) -> str:
    return screen_of(print_findings, SCREENS[name], width, ascii_only=ascii_only)


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("width", [80, 120])
def test_the_screen_is_as_it_was(name, width, request):
    same_screen(name, print_findings, SCREENS[name], width, False, request)


@pytest.mark.parametrize("name", SCREENS)
@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 120])
def test_no_line_runs_over(name, width):
    assert max(map(len, screen(name, width, ascii_only=False).splitlines())) <= width


@pytest.mark.parametrize("name", SCREENS)
def test_it_can_do_with_ascii(name):
    assert screen(name, 80, ascii_only=True).isascii()


@pytest.mark.parametrize("name", SCREENS)
def test_the_first_word_is_the_answer(name):
    badge = "[SOUND]" if SCREENS[name].sound else "[BROKEN]"
    assert screen(name, 100, ascii_only=False).startswith(f"{badge}  {SCREENS[name].part} ")
