"""The screen of a model's health: it answers first, and holds at every width."""

from __future__ import annotations

import json
import re
import shlex
from functools import partial

import pytest

from reports.console import cells
from reports.export import json_text
from reports.health import print_health, shown_whole
from sim.health import UNTESTED, health_from
from tests.reports.made_up_health import HEALTHS, NEW, SICK, WELL, with_health
from tests.reports.screen import screen_of

page = partial(screen_of, print_health)


@pytest.mark.parametrize("name", HEALTHS)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_screen(name, width, ascii_only, cut):
    text = page(HEALTHS[name], width, ascii_only=ascii_only)
    assert cut == []
    assert max(map(cells, text.splitlines())) <= width
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert "\n\n\n" not in text
    assert text.isascii() or not ascii_only
    assert not {"nan", "inf", "None"} & set(re.findall(r"[A-Za-z]+", text))
    assert "\x1b" not in text


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("sick", "[STALE]  show more's model 1 of raters' labels does less than its old test set says: AUC 0.934 there, 0.884 on"),
        ("a story", "[HEALTHY]  show more's model 2 of clicks does what its training log says: AUC 0.934 there, 0.934 on the log since."),
        ("doubtful", "[UNSURE]  It is not proven that show more's model 1 of raters' labels does what its old test set says: AUC 0.934"),
        ("off", "[MISCALIBRATED]  show more's model 2 of clicks gives probabilities that are off: ECE 1.67% on its training log,"),
        ("never", "[BLIND]  show more's model 1 of raters' labels tells next to nothing apart: AUC 0.500 on the fresh pairs, where"),
        ("new", "[UNTESTED]  show more's model 1 of raters' labels has not been judged: there is nothing yet to hold its test"),
        ("nobody", "[UNTESTED]  No model's health is known: no candidate has a team with a playbook, or none has deployed anything."),
    ],
)
def test_the_first_line_answers_whether_it_does_what_its_test_set_says(name, first):
    assert page(HEALTHS[name], 120).startswith(first)


def test_the_truth_is_called_what_no_live_system_sees():
    text = page(HEALTHS["sick"], 120)
    assert "a live system can't see this column" in text
    assert re.search(r"^AUC +0\.934 +0\.884 +0\.901 +-0\.050", text, flags=re.MULTILINE)


def test_the_last_look_at_each_kind_is_shown_whole_and_every_look_in_a_line():
    run = HEALTHS["a story"]
    assert [one.label for one in shown_whole(run.candidates[1])] == ["click", "show"]
    text = page(run, 120)
    assert text.count("data health") == 2
    looks = text.partition("every look")[2]
    assert [looks.count(word) for word in ("UNTESTED", "STALE", "HEALTHY")] == [2, 1, 1]
    assert "The last UNTESTED, on day 51: there is nothing yet to hold its test set against." in looks
    assert "The last UNTESTED" not in page(HEALTHS["sick"], 120)
    assert "in replication 2 of 3" in page(HEALTHS["several worlds"], 120)


def test_a_later_model_without_a_verdict_does_not_hide_the_last_that_has_one():
    withheld = "the newest pairs that it has not learned from are 41 days old, and none over 28 is fresh"
    later = NEW._replace(day=98, model=2, moment="deployed", deployed=True, withheld=withheld)
    run = with_health(SICK, later)
    assert shown_whole(run.candidates[1]) == [SICK]
    text = " ".join(page(run, 120).split())
    assert text.startswith("[STALE]")
    assert f"show more's model 2 (day 99, deployed) has not been judged: {withheld}." in text
    assert "has not been judged" not in page(with_health(later, SICK), 120)


def test_a_doubt_about_calibration_is_told_in_points():
    doubtful = SICK._replace(
        verdict="UNSURE",
        measures=tuple(
            one._replace(gap=0.0218, low=0.0128, high=0.0308)
            if one.name == "calibration_error"
            else one._replace(gap=0.0, low=0.0, high=0.0)
            for one in SICK.measures
        ),
    )
    text = " ".join(page(with_health(doubtful), 120).split())
    assert "ECE 1.67% there, 1.83% on the fresh pairs; a loss of 3.08pp is not ruled out." in text


def test_why_there_is_no_verdict_does_not_deny_the_second_set():
    text = " ".join(
        page(with_health(SICK._replace(verdict=UNTESTED, withheld="all 6,000 rows of its fresh pairs have the same label"))).split()
    )
    assert "model 1 of raters' labels has not been judged: all 6,000 rows of its fresh pairs have the same label." in text
    assert "second set" not in text
    old = " ".join(page(with_health(SICK._replace(verdict=UNTESTED))).split())  # a record of an older version
    assert "nothing yet to hold" not in old


def test_every_look_says_which_days_its_sets_are_from():
    looks = page(HEALTHS["a story"], 120).partition("every look")[2]
    assert re.search(r"^ 51 .* 7 → – ", looks, flags=re.MULTILINE)
    assert re.search(r"^ 82 .* 7 → 80 ", looks, flags=re.MULTILINE)


def test_what_is_beyond_its_limit_has_its_sign():
    text = page(HEALTHS["sick"], 120)
    assert re.search(r"^✗  raters disagree +11\.7% +≤ 5\.0% +3\.1%", text, flags=re.MULTILINE)
    assert re.search(r"^✓  class imbalance +1 : 1\.6", text, flags=re.MULTILINE)
    assert re.search(r"^\?  delayed conversions +–", text, flags=re.MULTILINE)


def test_the_commands_can_be_pasted():
    text = page(HEALTHS["sick"], 60).replace("\\\n", "")
    again = text.partition("reproduce  ")[2].partition("build")[0]
    assert shlex.split(again) == ["foreshow", "run", "first_year", "--seed", "7", "--replications", "1", "--page", "health"]


def test_the_json_has_every_record_whole():
    run = HEALTHS["a story"]
    found = json.loads(json_text(run))["candidates"]
    assert found[0]["health"] == []
    assert [health_from(one) for one in found[1]["health"]] == [NEW, SICK, WELL]


def test_an_entry_of_the_json_has_its_evidence_as_an_object():
    run = with_health(SICK)
    entry = run.candidates[1].chronicle[0]._replace(finding="stale", evidence='{"z": 3.2}', cost=12.5)
    object.__setattr__(run.candidates[1], "chronicle", (entry, entry._replace(evidence="")))
    first, second = json.loads(json_text(run))["candidates"][1]["chronicle"]
    assert (first["finding"], first["evidence"], first["cost"]) == ("stale", {"z": 3.2}, 12.5)
    assert second["evidence"] == {}
