"""What holds for every diary, whatever the story, the width and the terminal."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from reports.console import cells
from reports.diary import print_diary
from reports.payoff import STYLES, payoff
from sim.columns import CLICKS, IMPRESSIONS, QUERIES, REVENUE
from sim.study.results import CandidateRun
from tests.reports.made_up import RUNS, make_run
from tests.reports.screen import screen_of
from tests.reports.story.made_up import STORIES, UNTIL_DEPLOYED, WHOLE, run_of, story, team

shown = partial(screen_of, print_diary)


@pytest.mark.parametrize("name", STORIES)
@pytest.mark.parametrize("width", [40, 60, 80, 100, 120])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_line_is_wider_than_the_screen(name, width, ascii_only):
    text = shown(STORIES[name], width, ascii_only=ascii_only)
    assert max(map(cells, text.splitlines())) <= width
    assert not any(line.endswith(" ") for line in text.splitlines())
    assert text.isascii() or not ascii_only
    assert "\x1b" not in text
    assert "nan" not in text.lower().split()


@pytest.mark.parametrize("width", [40, 120])
def test_a_narrow_screen_loses_no_word_of_a_story(width):
    words = " ".join(shown(STORIES["paid"], width).split())
    assert all(f"what is told of {name}" in words for name in WHOLE)


@pytest.mark.parametrize(
    ("name", "badge", "words"),
    [
        ("paid", "PAID", "the switch paid: +300 USD against no switch (95% interval +279 USD to +321 USD)"),
        ("not paid", "NOT PAID", "the switch did not pay: -310 USD against no switch (95% interval -331 USD to -289 USD)"),
        ("open", "OPEN", "whether the switch paid is open"),
        ("once", "ONE RUN", "luck is not ruled out"),
        ("no twin", "NO TWIN", "cannot be told"),
        ("no switch", "NO SWITCH", "never saw a reason to switch"),
        ("never deployed", "NOT THERE", "team never deployed a model in 2 replications"),
        ("stopped", "PARTIAL", "the switch paid"),
    ],
)
def test_the_first_line_says_whether_it_got_there_what_it_cost_and_whether_it_paid(name, badge, words):
    judged = payoff(STORIES[name], STORIES[name].candidate("team"))
    assert judged.badge == badge
    assert words in f"{judged.work}; {judged.paid}."
    assert "labels and training" in judged.work
    assert badge in STYLES
    assert shown(STORIES[name]).startswith(f"[{badge}]  team ")


def test_a_diary_that_begins_as_another_is_told_from_where_they_part():
    text = shown(STORIES["paid"])
    assert text.count("what is told of relabel") == 1
    assert "days 8 to 41 as team" in text


@pytest.mark.parametrize("run", [RUNS["a year"], make_run(replications=0, planned=2), replace(STORIES["paid"], replications=0)])
def test_where_there_is_no_diary_it_is_said(run):
    assert shown(run).splitlines()[0].endswith("there is no diary to show.")


def falling(run, name="team", day=70):
    """The run with a ledger in which one candidate's revenue falls by half on a day, and nobody else's does anything."""
    weekdays = np.arange(run.days) % 7
    found = []
    for one in run.candidates:
        days = one.days.copy()
        level = np.where(np.arange(run.days) >= day, 50_000, 100_000) if one.name == name else np.full(run.days, 100_000)
        days[:, :, REVENUE], days[:, :, QUERIES], days[:, :, IMPRESSIONS], days[:, :, CLICKS] = level + weekdays * 1_000, 1_000, 500, 50
        found.append(replace(one, days=days))
    return replace(run, candidates=tuple(found))


def with_rule(run):
    rule = CandidateRun("today", "", "", run.candidates[0].days, (), policy="keyword")
    return replace(run, candidates=(rule, *run.candidates), incumbent="today")


def test_alarms_on_raw_series_are_told_with_how_often_they_ring_for_nothing():
    early = run_of(team("team", [UNTIL_DEPLOYED] * 4, [1] * 4))
    words = " ".join(shown(falling(with_rule(early))).split())
    assert "alarms on raw series of team no findings" in words
    told = "71 rings Page-Hinkley on revenue a query: once in 60 days, in 4 of 4 worlds; with nothing wrong (today) it rings 0.0 times"
    told += " a year (0.0 in 60 days), in 0 of 4 worlds of 100 days"
    assert told in words
    assert "CTR:" not in words


def test_less_than_a_year_with_nothing_wrong_tells_no_rate():
    early = run_of(team("team", [UNTIL_DEPLOYED], [1]))
    words = " ".join(shown(falling(with_rule(early))).split())
    assert (
        "71 rings Page-Hinkley on revenue a query: once in 60 days; with nothing wrong (today) it never rang in 100 days: too few" in words
    )
    assert "a year" not in words.partition("alarms on raw series")[2].partition("the price of")[0]


def test_a_replication_in_which_it_did_not_ring_says_how_many_days_that_were():
    late = [{**UNTIL_DEPLOYED, "deploy": day} for day in (75, 40)]
    words = " ".join(shown(falling(with_rule(run_of(team("team", late, [1] * 2))))).split())
    assert (
        "Page-Hinkley on revenue a query: never in 25 days, in 1 of 2 worlds; with nothing wrong (today) it never rang in 200 days" in words
    )
    never = run_of(team("team", [{"collect": 7}, UNTIL_DEPLOYED], [1] * 2))
    assert "revenue a query: not in this replication, in 1 of 1 worlds;" in " ".join(shown(falling(with_rule(never))).split())


def test_a_single_day_is_one():
    late = [{**UNTIL_DEPLOYED, "deploy": day} for day in (99, 40, 40, 40)]
    words = " ".join(shown(falling(with_rule(run_of(team("team", late, [1] * 4))))).split())
    assert "never in 1 day, in 3 of 4 worlds; with nothing wrong (today) it rings 0.0 times a year (0.0 in 1 day)," in words


def test_without_a_rule_their_rate_is_unknown_and_where_nothing_rings_there_is_no_title():
    early = run_of(team("team", [UNTIL_DEPLOYED] * 2, [1] * 2))
    assert "how often it rings for nothing is unknown: no rule is played" in " ".join(shown(falling(early)).split())
    assert "raw series" not in shown(falling(early, name="nobody"))


def test_of_many_learners_only_some_have_their_alarms_shown():
    plain = [replace(team(f"learner {n}", [{"deploy": 20}], [1]), model="glm") for n in range(8)]
    run = with_rule(run_of(*plain))
    for one in plain:
        run = replace(run, candidates=tuple(falling(run, one.name).candidate(c.name) if c.name == one.name else c for c in run.candidates))
    text = shown(run)
    assert text.count("alarms on raw series of") == 6
    assert "those of 2 more, all of them in --json" in text


def test_a_team_that_wrote_nothing_has_an_empty_diary():
    run = run_of(team("team", [{}], [1]), playbooks={"team": {"looks_for": [], "watches_for": []}})
    assert "nothing was written" in shown(run)


def test_the_page_tells_what_came_of_a_team_not_its_labour(render):
    lines = story(WHOLE)
    base, one = RUNS["a year"].candidates[0], team("team", [WHOLE], [1])
    run = make_run((), 100, 1, candidates=(replace(base, days=base.days[:1, :100]), replace(one, chronicle=tuple(lines))), world_events=())
    text = render(run, 120)
    happened = text.partition("what happened")[2]
    assert "S switched objective" in text
    assert "--page chronicle" in happened
    assert "--page" not in render(RUNS["a year"], 120)
    told = (
        "that labels are wrong",
        "the model stale",
        "relabelled",
        "deployed a first",
        "alarm: wrong objective",
        "switched: ",
    )
    assert all(words in happened for words in told)
    assert not any(f"what is told of {word}" in happened for word in ("collect", "label\n", "train"))


def test_what_has_no_place_in_the_story_stands_apart_and_without_order():
    whole = {"collect": 7, "found: own:too_few": 8, **{name: day for name, day in WHOLE.items() if name != "collect"}}
    text = shown(run_of(team("team", [whole] * 3, [1] * 3), playbooks={"team": {"looks_for": ["own:too_few"]}}))
    came = text.partition("when each step came")[2]
    assert "all of these, in this order, in 3 of 3; apart, below, what else came, in any order" in " ".join(came.split())
    rows = [line.rstrip() for line in came.splitlines()]
    place = next(number for number, row in enumerate(rows) if row.startswith("switched"))
    assert rows[place + 1] == ""
    assert rows[place + 2].startswith("found: own:too_few")
    only = shown(run_of(team("team", [{"collect": 7, "rollback": 30}] * 2, [1] * 2), playbooks={"team": {"looks_for": []}}))
    assert "when each step came none of the story; these in any order" in " ".join(only.split())


WHY = "candidate 'team': own:too_few raised ValueError: no such column; it is left out of this report"


def lost(run):
    """The run without its team, which could not be played."""
    return replace(run, candidates=run.candidates[1:], failed=("team",), notes=("sampler 'mean'", WHY))


@pytest.mark.parametrize("width", [40, 100])
def test_a_team_that_could_not_be_played_is_not_told_as_none(width):
    rule = CandidateRun("today", "", "", STORIES["no twin"].candidates[0].days, (), policy="keyword")
    alone = lost(run_of(team("team", [WHOLE] * 2, [1] * 2), rule, playbooks={"team": {"looks_for": ["own:too_few"]}}))
    words = " ".join(shown(alone, width).split())
    assert words.startswith("team could not be played: there is no diary to show.")
    assert WHY in words
    assert "No candidate follows" not in words
    assert "sampler" not in words


def test_who_could_not_be_played_is_told_above_the_diaries_of_the_others():
    words = " ".join(shown(lost(STORIES["paid"])).split())
    assert words.index(WHY) < words.index("the diary of no switch")


def test_a_rule_that_could_not_be_played_keeps_no_diary_either_way():
    run = replace(RUNS["a year"], failed=("team",), notes=(WHY,))
    assert shown(run).startswith("No candidate follows a playbook")
    assert WHY in " ".join(shown(run).split())
