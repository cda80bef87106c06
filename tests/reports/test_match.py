"""The match report fits every screen, loses no figure, and is plain where it has to be."""

from __future__ import annotations

import pytest

from reports.match import match_words, print_match
from tests.reports.made_up_calibration import MATCHED, OUTCOMES
from tests.reports.screen import screen_of


@pytest.mark.parametrize("width", range(40, 121, 8))
@pytest.mark.parametrize("ascii_only", [False, True])
def test_it_fits_and_loses_nothing(width, ascii_only):
    told = screen_of(print_match, MATCHED, width, ascii_only=ascii_only)
    assert max(map(len, told.splitlines())) <= width
    assert told.isascii() or not ascii_only
    for words in ("35.1", "off", "can't tell a", "match b", "16.8%", "0.109"):
        assert words in told
    assert len(told.splitlines()) <= 25
    assert "19.0%" in told or "not shown on so narrow a screen: simulated" in told or width < 60


def test_the_answer_counts():
    assert match_words(MATCHED) == "Of 4 figures that were not fitted 2 match, 1 is off."
    assert match_words(MATCHED._replace(statistics=MATCHED.statistics[1:])) == "Of 3 figures that were not fitted 2 match, none is off."
    assert match_words(MATCHED._replace(statistics=MATCHED.statistics[1:3])) == "Of 2 figures that were not fitted 1 matches, none is off."
    one = [match_words(MATCHED._replace(statistics=MATCHED.statistics[at : at + 1])) for at in range(3)]
    assert [words.removeprefix("The one figure that was not fitted ") for words in one] == ["is off.", "tells nothing.", "matches."]
    assert match_words(OUTCOMES["nothing"].match) == ""
