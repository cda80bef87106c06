"""What a step was worth, by figures that can be added up by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reports.export import run_json
from reports.price import LOST, OPEN, PAID, paired, prices
from tests.reports.story.made_up import NO_SWITCH, PLAYBOOK, STORIES, UNTIL_DEPLOYED, WHOLE, pair, run_of, team


def test_a_step_costs_what_was_spent_and_brings_what_was_earned():
    (price,) = prices(STORIES["paid"], STORIES["paid"].candidate("team"))
    assert (price.twin, price.steps, price.taken) == ("no switch", ("wrong objective",), 4)
    assert price.spent.mean == pytest.approx(5)  # one training more
    assert price.net.mean == pytest.approx(305 - 5)
    assert price.revenue.mean == pytest.approx(0.305)
    # by hand: t(3) = 3.1824, standard deviation of 300, 310, 320, 290 is 12.910
    assert price.net.high - price.net.mean == pytest.approx(3.1824 * 12.910 / 2, rel=1e-3)


@pytest.mark.parametrize(("name", "answer"), [("paid", PAID), ("not paid", LOST), ("open", OPEN), ("once", OPEN)])
def test_it_is_decided_by_the_interval(name, answer):
    run = STORIES[name]
    assert prices(run, run.candidate("team"))[0].answer == answer


def test_a_loss_keeps_the_lower_end_of_its_interval():
    found = paired(np.array([-10.0, -12.0]))
    assert found.low < -12 < found.mean < found.high


def test_the_wait_counts_only_worlds_in_which_both_deployed():
    late = {**UNTIL_DEPLOYED, "deploy": 50}
    never = {"collect": 7}
    plans = {"team": PLAYBOOK, "no switch": NO_SWITCH}
    ours = team("team", [late, WHOLE, late], [1] * 3)
    run = run_of(ours, team("no switch", [UNTIL_DEPLOYED, UNTIL_DEPLOYED, never], [1] * 3), playbooks=plans)
    (price,) = prices(run, ours)
    assert price.days.mean == 5
    assert price.taken == 1
    run = run_of(ours, team("no switch", [never] * 3, [1] * 3), playbooks=plans)
    assert prices(run, ours)[0].days.mean is None


def test_replications_are_matched_by_their_numbers():
    whole = pair([300, 310])
    moved = tuple(
        replace(one, chronicle=tuple(line._replace(replication=3 * line.replication) for line in one.chronicle)) for one in whole.candidates
    )
    run = run_of(*moved, settings=whole.settings, numbers=(0, 3))
    assert prices(run, run.candidate("team")) == prices(whole, whole.candidate("team"))


@pytest.mark.parametrize(
    ("change", "steps", "taken"),
    [
        ({"retrain": "never"}, ("retraining",), 1),
        ({"looks_for": ["wrong_labels", "never_shows"]}, ("stale",), 2),
        ({"looks_for": []}, ("wrong labels", "never shows", "stale"), 2),
    ],
)
def test_a_step_is_taken_where_it_was_found(change, steps, taken):
    without_switch = {name: day for name, day in WHOLE.items() if day <= 40}
    ours = team("team", [WHOLE, without_switch], [1] * 2)
    run = run_of(ours, team("twin", [{}, {}], [1] * 2), playbooks={"team": PLAYBOOK, "twin": {**PLAYBOOK, **change}})
    (price,) = prices(run, ours)
    assert (price.steps, price.taken) == (steps, taken)


def test_a_look_of_ones_own_keeps_its_name():
    own = {**PLAYBOOK, "looks_for": ["my_looks:too_few"]}
    ours = team("team", [{"collect": 7, "found: my_looks:too_few": 9}], [1])
    run = run_of(ours, team("twin", [{}], [1]), playbooks={"team": own, "twin": {**own, "looks_for": []}})
    (price,) = prices(run, ours)
    assert (price.steps, price.taken) == (("my_looks:too_few",), 1)


def test_the_json_has_the_price_with_its_intervals():
    (told,) = run_json(STORIES["paid"])["candidates"][0]["prices"]
    assert (told["twin"], told["steps"], told["taken"], told["answer"]) == ("no switch", ["wrong objective"], 4, "paid")
    assert told["net"] == pytest.approx(305 - 5)
    assert told["revenue_lift"] == pytest.approx(0.305)
    assert told["intervals"]["net"]["low"] < told["net"] < told["intervals"]["net"]["high"]
    assert told["days_to_deploy"] == 0


def test_one_replication_has_a_price_without_intervals_and_an_unknown_wait_is_null():
    (told,) = run_json(STORIES["once"])["candidates"][0]["prices"]
    assert "intervals" not in told
    assert (told["answer"], told["net"]) == ("open", pytest.approx(295))
    never = team("no switch", [{"collect": 7}] * 2, [1] * 2)
    run = run_of(team("team", [WHOLE] * 2, [1] * 2), never, playbooks={"team": PLAYBOOK, "no switch": NO_SWITCH})
    (told,) = run_json(run)["candidates"][0]["prices"]
    assert told["days_to_deploy"] is None
    assert told["intervals"]["days_to_deploy"] is None
