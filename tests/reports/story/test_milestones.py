"""What came of a team's work, line by line."""

from __future__ import annotations

from dataclasses import replace

from reports.chronicle import story as told
from reports.milestones import milestones
from sim.study.results import Entry
from tests.reports.story.made_up import PLAYBOOK, UNTIL_DEPLOYED, WHOLE, run_of, team


def lines(*entries):
    one = team("team", [{"collect": 7}], [1])
    return [(days, what) for days, what, _ in milestones(replace(one, chronicle=(*one.chronicle, *entries)))]


def test_a_story_reads_in_its_order():
    run = run_of(team("team", [WHOLE], [1]), playbooks={"team": PLAYBOOK})
    assert [(line.when, line.what.partition(":")[0]) for line in told(run)[0]] == [
        ("15", "found that labels are wrong"), ("21", "relabelled"), ("25", "found that the model never shows an ad"),
        ("35", "found the model stale"), ("41", "deployed a first model"), ("55", "alarm"), ("56", "found the objective wrong"),
        ("56", "switched"), ("58", "replaced the model"),
    ]  # fmt: skip


def test_what_both_teams_lived_through_is_told_once():
    ours, twin = team("team", [WHOLE], [1]), team("twin", [UNTIL_DEPLOYED], [1])
    who = {line.what: line.who for line in told(run_of(ours, twin))[0]}
    assert who["found the model stale"] == who["deployed a first model"] == "both teams"
    assert who["found the objective wrong"] == "team"
    third = team("third", [UNTIL_DEPLOYED], [1])
    assert {line.who for line in told(run_of(ours, twin, third))[0]} == {"all teams", "team"}


def test_what_comes_again_and_again_is_one_line():
    first = Entry(0, 9, "deploy", "gate passed")
    again = tuple(Entry(0, day, "deploy", "the newer model takes over") for day in (20, 30, 40))
    assert lines(first, *again) == [((9,), "deployed a first model"), ((20, 30, 40), "replaced the model 3 times, every 10 days")]
    alarms = tuple(Entry(0, day, "alarm", "it fell", "wrong objective") for day in (3, 5, 9))
    assert lines(*alarms) == [((3, 5, 9), "alarm: wrong objective, 3 times, every 2 to 4 days")]
    assert lines(*alarms[:2])[0] == ((3,), "alarm: wrong objective: it fell")


def test_a_finding_of_a_serving_model_is_apart_from_those_before():
    stale = [Entry(0, day, "analyse", "older", "stale") for day in (5, 20, 30)]
    found = lines(stale[0], Entry(0, 9, "deploy", ""), *stale[1:])
    assert [(days, what) for days, what in found if "stale" in what] == [
        ((5,), "found the model stale"),
        ((20, 30), "found the model stale 2 times, every 10 days"),
    ]


def test_a_look_of_ones_own_keeps_its_name_and_labour_is_left_to_the_diary():
    assert lines(Entry(0, 8, "label", "x"), Entry(0, 9, "analyse", "few", "my:look"), Entry(0, 9, "analyse", "fine")) == [
        ((9,), "found my:look")
    ]
