"""What must not change a byte: other candidates, other processes, cuts, a longer past."""

from functools import cache

import pytest

import sim
from sim.columns import CLICKS as CLICKS_COLUMN
from sim.columns import EXHAUSTED, MICROS, SATISFACTION
from sim.lifecycle.play import play
from tests.laws.tiny import EVERYONE, POLICIES, learner, policy, stage_of, tiny

CLICKS = [{"kind": "random_walk", "what": "clicks", "by": 0.6}]
OWN = {"use": "tests.candidates.spies:steady_objective", "cut": 0.5}
STEADY = {"use": "tests.candidates.spies:Stubborn"}


RICH = {  # everything that a click can depend on or lead to
    "market": {"budget": 3.0, "pricing": "vickrey", "invalid": 0.1},
    "users": {"click_model": "cascade", "after_click": 0.4, "frailty": 0.5, "leaving": 0.3, "memory": "10 days"},
}


def ledgers(*candidates, **settings):
    """Each candidate's ledger by its name."""
    run = sim.run(tiny(*candidates, **settings))
    return {candidate.name: candidate.days for candidate in run.candidates}


@cache
def calm_ledger(scenario):
    """That of a scenario's only candidate."""
    return play(stage_of(scenario), scenario.candidates[0]).ledger


def unchanged(one, other):
    return all((one[name] == other[name]).all() for name in set(one) & set(other))


@pytest.fixture(scope="module")
def everyone():
    return ledgers(*EVERYONE, drift=CLICKS)


@pytest.mark.parametrize("left_out", range(0, len(EVERYONE), 2))
def test_leaving_a_candidate_out_changes_no_others_ledger(everyone, left_out):
    others = [candidate for number, candidate in enumerate(EVERYONE) if number != left_out]
    fewer = ledgers(*others, drift=CLICKS)
    assert len(fewer) == len(everyone) - 1
    assert unchanged(fewer, everyone)


@pytest.fixture(scope="module")
def everyone_rich():
    return ledgers(*EVERYONE, drift=CLICKS, **RICH)


@pytest.mark.parametrize("left_out", [0, 4, 6])
def test_leaving_a_candidate_out_changes_no_other_where_budgets_end_and_users_leave(everyone_rich, left_out):
    others = [candidate for number, candidate in enumerate(EVERYONE) if number != left_out]
    assert unchanged(ledgers(*others, drift=CLICKS, **RICH), everyone_rich)
    assert everyone_rich["always_show"][..., EXHAUSTED].min() > 0
    assert everyone_rich["always_show"][..., SATISFACTION].max() < MICROS


def test_the_order_of_the_candidates_changes_no_ledger(everyone):
    assert unchanged(ledgers(*reversed(EVERYONE), drift=CLICKS), everyone)


def test_a_new_candidate_with_a_longer_window_changes_no_others_ledger(everyone):
    newcomer = learner("clicks", name="newcomer", window="60 days", retrain="2 days", refresh="3 days", takes="1 s")
    more = ledgers(newcomer, *EVERYONE, drift=CLICKS)
    assert len(more) == len(everyone) + 1
    assert unchanged(more, everyone)


def test_one_more_training_of_one_candidate_changes_no_others_ledger(everyone):
    busier = [candidate | {"retrain": "2 days"} if candidate.get("objective") == "clicks" else candidate for candidate in EVERYONE]
    found = ledgers(*busier, drift=CLICKS)
    assert not unchanged({"clicks": found.pop("clicks")}, everyone)
    assert unchanged(found, everyone)


def test_more_labels_for_one_kind_of_candidate_change_no_other(everyone):
    found = ledgers(*EVERYONE, drift=CLICKS, labels={"rows": 3_000})
    assert not unchanged({"impressions": found.pop("impressions")}, everyone)
    assert unchanged(found, everyone)


def test_a_candidates_name_is_only_a_name(everyone):
    renamed = [candidate | {"name": f"number {number}"} for number, candidate in enumerate(EVERYONE)]
    assert all((one == other).all() for one, other in zip(ledgers(*renamed, drift=CLICKS).values(), everyone.values(), strict=True))


def test_the_same_seed_gives_the_same_bytes_and_another_seed_gives_others():
    one, again, other = (sim.run(tiny(*EVERYONE, drift=CLICKS, replications=2), seed=seed) for seed in (3, 3, 4))
    assert one.fingerprint == again.fingerprint != other.fingerprint
    assert (one.candidates[0].days[0] != one.candidates[0].days[1]).any()


def test_more_replications_leave_the_first_ones_as_they_were():
    few, many = (ledgers(policy("oracle"), learner("clicks"), replications=count) for count in (1, 3))
    assert all((few[name] == many[name][:1]).all() for name in few)


def test_two_processes_find_what_one_finds():
    """Where everything is in play; test_drift.py has the same of a plain market that drifts."""
    scenario = tiny(policy("random"), learner("revenue"), drift=CLICKS, replications=2, **RICH)
    one, two = (sim.run(scenario, workers=workers) for workers in (1, 2))
    assert one.fingerprint == two.fingerprint
    assert one.candidates[1].chronicle == two.candidates[1].chronicle


@pytest.mark.parametrize("candidate", [policy("keyword"), policy("oracle"), learner("clicks"), policy("random")])
@pytest.mark.parametrize(
    "nothing",
    [
        {"kind": "step", "what": "demand", "by": 0.0, "at": "day 5", "lasts": "33333 s"},
        {"kind": "step", "what": "clicks", "by": 0.0, "at": "day 3", "lasts": "7 h"},
        {"kind": "ramp", "what": "clicks", "by": 0.0, "at": "day 2", "lasts": "5 days"},
        {"kind": "random_walk", "what": "demand", "by": 1e-300, "every": "7919 s"},
    ],
)
@pytest.mark.parametrize("more", [{}, RICH], ids=["plain", "rich"])
def test_a_control_event_that_changes_nothing_changes_no_byte(candidate, nothing, more):
    calm, cut = tiny(candidate, drift=CLICKS, **more), tiny(candidate, drift=[*CLICKS, nothing], **more)
    assert (calm_ledger(calm) == play(stage_of(cut), cut.candidates[0]).ledger).all()


@pytest.mark.parametrize("more", [{}, RICH], ids=["plain", "rich"])
def test_a_refresh_and_a_training_that_change_no_page_change_no_byte(more):
    busy, calm = (
        ledgers(learner(OWN, STEADY, name="mine", takes="12345 s", **often), **more)["mine"]
        for often in ({"refresh": "1 day", "retrain": "3 days"}, {"refresh": "100 days", "retrain": "never"})
    )
    assert busy[..., 2].sum() > 0
    assert (busy == calm).all()


@pytest.mark.parametrize("use", POLICIES)
@pytest.mark.parametrize("days", ["1 day", "7 days", "60 days"])
def test_a_longer_past_changes_nothing_of_a_fixed_rule(use, days):
    drift = [*CLICKS, {"kind": "random_walk", "what": "topics", "by": 0.3}]
    usual, other = (tiny(policy(use), history={"days": past}, drift=drift) for past in ("14 days", days))
    assert (calm_ledger(usual) == play(stage_of(other), other.candidates[0]).ledger).all()


def test_a_longer_horizon_leaves_the_first_days_as_they_were():
    short, long = (ledgers(*EVERYONE, drift=CLICKS, horizon=horizon) for horizon in ("10 days", "20 days"))
    assert all((short[name] == long[name][:, :10]).all() for name in short)


@pytest.mark.parametrize("users", [{}, {"blindness": 0}], ids=["who remember", "who forget"])
def test_queries_and_pages_do_not_depend_on_who_served_before(users):
    one, other = (
        ledgers(policy("always_show"), history={"days": "14 days", "policy": use}, users=users)["always_show"]
        for use in ("keyword", "random")
    )
    assert (one[..., :CLICKS_COLUMN] == other[..., :CLICKS_COLUMN]).all()
    assert (one == other).all() == bool(users)  # users who remember are used to what served then, and click by that


def test_a_change_of_clicks_moves_no_query_and_adds_or_takes_clicks_only():
    settings = ([], [{"kind": "step", "what": "clicks", "by": 1.0, "at": "day 11"}])
    calm, ready = (ledgers(policy("keyword"), drift=drift)["keyword"] for drift in settings)
    assert (calm[..., :3] == ready[..., :3]).all()
    assert (calm[:, :10] == ready[:, :10]).all()
    assert (calm[..., 3] <= ready[..., 3]).all()  # the same coins: whoever clicked still clicks
    assert calm[..., 3].sum() < ready[..., 3].sum()


def test_a_slot_more_on_every_page_takes_no_click_from_the_slots_above():
    few, many = (ledgers(policy("always_show"), market={"slots": slots})["always_show"] for slots in (2, 3))
    assert (few[..., 0] == many[..., 0]).all()
    assert (few[..., 3] <= many[..., 3]).all()
