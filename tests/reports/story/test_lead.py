"""What a page begins with: the story's answer where a twin gives one, else who earns most."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reports.lead import lead
from reports.page import quiet_line
from reports.steps import steps
from reports.teams import switched
from reports.verdict import STYLES, verdict
from sim.columns import REVENUE
from tests.reports.made_up import RUNS, make_run
from tests.reports.story.made_up import NO_SWITCH, PLAYBOOK, STORIES, UNTIL_DEPLOYED, WHOLE, pair, run_of, team


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("paid", "[PAID]  The switch paid: +300 USD against no switch (95% interval +279 USD to +321 USD)."),
        ("not paid", "[NOT PAID]  The switch did not pay: -310 USD against no switch"),
        ("open", "[OPEN]  Whether the switch paid is open: "),
        ("once", "[ONE RUN]  In this one run the switch brought +295 USD against no switch, and luck is not ruled out."),
        ("stopped", "[PARTIAL]  The switch paid: "),
    ],
)
def test_with_a_twin_it_begins_with_whether_the_switch_paid(name, begins, render):
    told = lead(STORIES[name])
    assert told.story
    assert quiet_line(STORIES[name]).startswith(begins)
    words = " ".join(render(STORIES[name], 120).split())
    assert words.startswith(" ".join(begins.split()))
    assert words.index("of labels and training") < words.index(verdict(STORIES[name]).answer)


def test_a_team_that_never_switched_is_told_by_what_it_did():
    ours = team("team", [UNTIL_DEPLOYED] * 2, [1_000] * 2)
    twin = team("no switch", [UNTIL_DEPLOYED] * 2, [1_000] * 2)
    told = lead(run_of(ours, twin, playbooks={"team": PLAYBOOK, "no switch": NO_SWITCH}))
    assert (told.badge, told.story) == ("NO SWITCH", True)
    assert told.answer == (
        "team deployed a model in 2 of 2 replications (median day 41) and never saw a reason to switch; "
        "it cost 125 USD of labels and training."
    )


@pytest.mark.parametrize("name", ["no twin", "no switch", "never deployed", "names that steer"])
def test_without_a_twin_it_begins_with_who_earns_most_and_tells_of_the_team_below(name):
    told, judged = lead(STORIES[name]), verdict(STORIES[name])
    assert not told.story
    assert (told.badge, told.answer, told.more) == (judged.badge, judged.answer, (judged.doubt,))
    (work,) = told.beside
    assert work.endswith("of labels and training.")


def test_teams_that_are_no_twins_are_compared_and_each_is_told_of():
    plans = {"careful": PLAYBOOK, "hasty": {**PLAYBOOK, "first_rows": 10}}
    told = lead(run_of(team("careful", [WHOLE] * 2, [1, 2]), team("hasty", [UNTIL_DEPLOYED] * 2, [3, 4]), playbooks=plans))
    assert not told.story
    assert [words.split(" ")[0] for words in told.beside] == ["careful", "hasty"]


def test_where_nobody_is_a_team_nothing_changes():
    told, judged = lead(RUNS["a year"]), verdict(RUNS["a year"])
    assert told == (judged.badge, STYLES[judged.badge], judged.answer, (judged.doubt,), False, (), judged.traps)
    assert lead(make_run(replications=0, planned=2)).badge == "PARTIAL"
    assert lead(replace(STORIES["paid"], replications=0)).badge == "PARTIAL"


def test_in_one_world_days_are_told_without_a_median():
    assert lead(STORIES["once"]).more[0].startswith("team deployed a model on day 41 and switched its objective on day 56; it cost ")


def test_what_the_switch_was_to_is_named_where_the_settings_tell():
    then = {"then": {"use": "clicks"}}
    ours = team("team", [WHOLE] * 2, [1_300, 1_320])
    twin = team("no switch", [UNTIL_DEPLOYED] * 2, [1_000] * 2)
    run = run_of(ours, twin, playbooks={"team": PLAYBOOK | then, "no switch": NO_SWITCH | then})
    assert lead(run).answer.startswith("The switch to clicks paid: ")


def test_what_comes_next_fits_the_answer(render):
    assert "--page chronicle\n" in render(STORIES["paid"]).partition("\nnext ")[2]
    assert "--replications 4\n" in render(STORIES["once"]).partition("\nnext ")[2]
    run = pair([300, 310, 20, 5])
    assert lead(run).badge == "OPEN"
    more = render(run).partition("\nnext ")[2]
    assert "replications would decide it:" in more
    revenue = [one.days[:, :, REVENUE].sum() for one in run.candidates]
    assert np.argmax(revenue) == 0


def test_a_switch_that_was_sent_back_is_none():
    """Its first model was held or rolled back, and a newer one of the old objective came later."""
    back = {name: day for name, day in WHOLE.items() if name != "deploy+"} | {"rollback": 60, "deploy+": 80}
    ours, twin = team("team", [back] * 2, [1_000] * 2), team("no switch", [UNTIL_DEPLOYED] * 2, [1_000] * 2)
    run = run_of(ours, twin, playbooks={"team": PLAYBOOK, "no switch": NO_SWITCH})
    assert lead(run).badge == "NO SWITCH"
    assert not switched(ours)
    assert [one.name for one in steps(run, ours) if one.name in ("switched", "rolled back")] == ["rolled back"]
    tried_again = team("team", [{**back, "switch_objective+": 70}] * 2, [1_000] * 2)
    in_time = replace(tried_again, chronicle=tuple(sorted(tried_again.chronicle, key=lambda line: (line.replication, line.day))))
    assert switched(in_time)
