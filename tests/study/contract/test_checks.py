"""Every check says yes to a part that keeps its rule, and sees the one that breaks it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from sim.errors import BadInput
from sim.study.contract import answering, drifts, examine, explorers, learning, models, objectives, pricings
from sim.study.contract.bench import amount, span, yearly
from sim.study.contract.findings import BROKEN, GOOD, NOTE, Finding
from sim.study.contract.part import DRIFT, EXPLORER, MODEL, OBJECTIVE, PRICING, Part, find_part
from sim.study.contract.sample import real_sample
from sim.study.contract.trial import Failed

HERE = Path(__file__).parent
CHECKS = {role: (*kind.first, *kind.then) for role, kind in examine._KINDS.items()}


def found(check, name, role=MODEL, limit_s=60.0, **arguments) -> Finding:
    """What *check* finds of one of the faults."""
    bench = examine._KINDS[role].bench(Part(role, f"faults:{name}", HERE, arguments), real_sample(), limit_s)
    try:
        return check(bench)
    except Failed as problem:
        return Finding(BROKEN, check.__name__, str(problem))


@pytest.mark.parametrize(
    ("role", "name"), [(MODEL, "Good"), (OBJECTIVE, "profit"), (DRIFT, "Sale"), (EXPLORER, "Coin"), (PRICING, "HalfWay")]
)
def test_a_good_part_passes_every_check(role, name):
    for check in CHECKS[role]:
        said = found(check, name, role)
        assert said.level == GOOD, said


MODELS = [
    (models.methods, "NoPredict", BROKEN, "has no predict_proba"),
    (models.methods, "NoWeights", BROKEN, "fit takes no sample_weight"),
    (models.arguments, "Forgets", BROKEN, "levels can't be read from it; write self.levels = levels in __init__"),
    (models.arguments, "a_model", GOOD, "a function makes it"),
    (learning.fit, "ReturnsNothing", NOTE, "returns nothing, so the object itself serves"),
    (learning.fit, "ReturnsAnother", NOTE, "returns another object, a Good"),
    (learning.fit, "ReturnsNumber", BROKEN, "returns a int; return self"),
    (learning.fit, "Raises", BROKEN, r"RuntimeError: no luck \(faults.py, line \d+\)"),
    (learning.fit, "Leaves", BROKEN, "SystemExit: 7"),
    (answering.probabilities, "Short", BROKEN, r"returned shape \(23039, 2\); expected \(23040, 2\)"),
    (answering.probabilities, "Wide", BROKEN, r"returned shape \(23040, 3\)"),
    (answering.probabilities, "AboveOne", BROKEN, "23,040 of its model's 23,040 predictions are no probability"),
    (answering.probabilities, "Missing", BROKEN, "1 of its model's 23,040 predictions are no probability"),
    (models.same_seed, "Lucky", BROKEN, "two fresh objects differ by up to .*; draw from the constructor's random_state only"),
    (models.same_seed, "Seeded", GOOD, "same answer; another seed, another answer"),
    (models.same_seed, "Good", GOOD, "same answer; another seed changes nothing"),
    (models.fresh_process, "ByProcess", BROKEN, "says something else there than here"),
    (learning.input_of_fit, "WritesRows", BROKEN, "X and sample_weight changed; work on a copy"),
    (answering.input_of_predict, "WritesAsked", BROKEN, "X changed"),
    (answering.row_order, "ByPlace", BROKEN, "rows in another order get other answers"),
    (answering.one_row, "ByRank", NOTE, "what a row gets depends on the others"),
    (answering.one_row, "ManyOnly", BROKEN, "ValueError: too few"),
    (answering.no_rows, "ManyOnly", GOOD, r"refused \(ValueError: too few"),
    (learning.one_class, "NeedsBoth", GOOD, "not survived .*; a run puts a constant in its place"),
    (learning.one_class, "Good", GOOD, "survived, it says"),
    (learning.weights, "Weightless", NOTE, "are ignored"),
    (learning.weights, "HalfWeights", NOTE, "a row of weight 3 is not quite three rows"),
    (learning.columns, "ByName", NOTE, "needs topic_19, which a scenario with fewer topics has not"),
]


@pytest.mark.parametrize(("check", "name", "level", "words"), MODELS, ids=[f"{check.__name__}-{name}" for check, name, *_ in MODELS])
def test_what_a_model_does_wrong_is_seen(check, name, level, words):
    said = found(check, name)
    assert said.level == level, said
    assert re.search(words, f"{said.found}; {said.hint}")


def test_an_argument_that_is_kept_as_something_else_is_seen():
    said = found(models.arguments, "Changes", digits=2)
    assert (said.level, said.found) == (BROKEN, "digits is no longer what it was given")


def test_a_class_that_is_not_found_in_a_fresh_process_is_seen():
    said = found(models.fresh_process, "NotThere", parent=os.getpid())
    assert said.level == BROKEN
    assert said.found.startswith("in a fresh process: ImportError: only at home")


def test_what_never_comes_back_is_ended():
    said = found(learning.fit, "Slow", limit_s=0.3)
    assert (said.level, said.found) == (BROKEN, "did not come back within 0.3 s")


OBJECTIVES = [
    (objectives.worth, "too_few", BROKEN, r"returned shape \(23039,\)"),
    (objectives.worth, "missing", BROKEN, "23,040 values that are not a number"),
    (objectives.worth, "forbids", GOOD, r"one for each row, from .*, [\d,]+ of them forbidden"),
    (objectives.same_again, "lucky", BROKEN, "says something else the second time"),
    (objectives.its_input, "changing", BROKEN, "the columns changed"),
    (objectives.row_order, "placed", BROKEN, "rows in another order get other values"),
    (objectives.one_row, "ranked", NOTE, "depends on the others"),
    (objectives.linear_in_bid, "constant_bid", GOOD, "plays no part"),
    (objectives.linear_in_bid, "curved", NOTE, "a price may be off by about 25% of the bid"),
    (objectives.linear_in_bid, "falling", NOTE, "for 100% of the ads the value falls"),
    (objectives.linear_in_bid, "forbids", GOOD, "linear, so prices are right"),
    (objectives.log_bid, "by_log", NOTE, "is used"),
    (objectives.the_models_part, "no_model", NOTE, "plays no part: any model would do"),
    (objectives.the_cut, "nobody", NOTE, "no ad is at or above 0: nothing would be shown"),
    (objectives.the_cut, "constant_bid", NOTE, "every ad is at or above 0"),
]


@pytest.mark.parametrize(
    ("check", "name", "level", "words"), OBJECTIVES, ids=[f"{check.__name__}-{name}" for check, name, *_ in OBJECTIVES]
)
def test_what_an_objective_does_wrong_is_seen(check, name, level, words):
    said = found(check, name, OBJECTIVE)
    assert said.level == level, said
    assert re.search(words, f"{said.found}; {said.hint}")


DRIFTS = [
    (drifts.times, "Never", NOTE, "none within a year"),
    (drifts.times, "OddTimes", BROKEN, "times returned 0.5 in its list"),
    (drifts.times, "Often", NOTE, "3,000 in a year"),
    (drifts.patterns, "Negative", BROKEN, "on day 1 its demand is -1"),
    (drifts.same_seed, "Rolls", BROKEN, "two fresh objects differ"),
    (drifts.same_seed, "Draws", GOOD, "another replication is drawn anew"),
    (drifts.time_alone, "Remembers", BROKEN, "asked backwards"),
    (drifts.between, "Creeps", NOTE, "changes between its own moments"),
    (drifts.effect, "Never", NOTE, "changes nothing within a year"),
    (drifts.effect, "Sale", GOOD, "demand from 1 to 1.5"),
    (drifts.fresh_process, "Rolls", BROKEN, "does something else there"),
]


@pytest.mark.parametrize(("check", "name", "level", "words"), DRIFTS, ids=[f"{check.__name__}-{name}" for check, name, *_ in DRIFTS])
def test_what_a_drift_does_wrong_is_seen(check, name, level, words):
    said = found(check, name, DRIFT)
    assert said.level == level, said
    assert re.search(words, f"{said.found}; {said.hint}")


EXPLORERS = [
    (explorers.variants, "Timid", NOTE, "one only"),
    (explorers.variants, "Heavy", BROKEN, "weights that are not from 0 and do not sum to 1"),
    (explorers.variants, "Coin", GOOD, "2, the first for 90.0% of the queries"),
    (explorers.same_key, "OwnDice", BROKEN, "two fresh objects differ; draw from the key only"),
    (explorers.same_key, "Coin", GOOD, "another key draws anew"),
    (explorers.its_input, "Scribbles", BROKEN, "the prospect changed"),
]


@pytest.mark.parametrize(("check", "name", "level", "words"), EXPLORERS, ids=[f"{check.__name__}-{name}" for check, name, *_ in EXPLORERS])
def test_what_an_explorer_does_wrong_is_seen(check, name, level, words):
    said = found(check, name, EXPLORER)
    assert said.level == level, said
    assert re.search(words, f"{said.found}; {said.hint}")


PRICINGS = [
    (pricings.price, "Undefined", BROKEN, "20,000 of 20,000 prices are no finite number"),
    (pricings.price, "Beyond", BROKEN, "IndexError"),
    (pricings.price, "Words", BROKEN, "can't be compiled|returns no number"),
    (pricings.at_most_the_bid, "Greedy", NOTE, "100.0% of the winners are asked for more"),
    (pricings.at_least_the_reserve, "Free", NOTE, "100.0% of the winners are asked for less"),
    (pricings.in_any_currency, "Free", NOTE, "an amount of money of its own"),
    (pricings.same_again, "Tossed", BROKEN, "asks something else the second time"),
]


@pytest.mark.parametrize(("check", "name", "level", "words"), PRICINGS, ids=[f"{check.__name__}-{name}" for check, name, *_ in PRICINGS])
def test_what_a_pricing_rule_does_wrong_is_seen(check, name, level, words):
    said = found(check, name, PRICING)
    assert said.level == level, said
    assert re.search(words, f"{said.found}; {said.hint}")


def test_no_check_is_without_a_fault_that_it_sees():
    seen = {check for check, _, level, _ in (*MODELS, *OBJECTIVES, *DRIFTS, *EXPLORERS, *PRICINGS) if level != GOOD}
    speeds = {learning.speed_of_fit, answering.speed_of_predict, objectives.speed, drifts.speed, explorers.speed, pricings.speed}
    only_told = {answering.no_rows, learning.one_class, objectives.no_rows}  # a run never asks: neither can be wrong
    tested_above = {models.arguments, objectives.fresh_process}
    assert {check for checks in CHECKS.values() for check in checks} - seen - speeds - only_told <= tested_above


# --- the whole examination -----------------------------------------------------------------------------------------


def test_warnings_are_a_finding_but_not_those_of_what_is_never_asked():
    last = [examine.examine(f"faults:{name}", HERE, {}).findings[-1] for name in ("Warns", "WarnsOfOneClass")]
    assert (last[0].check, last[0].level) == ("warnings", NOTE)
    assert last[0].found.startswith("UserWarning: not converged, and ")
    assert (last[1].check, last[1].level) == ("warnings", GOOD)


def test_an_argument_that_is_lost_does_not_keep_the_other_checks_from_being_made():
    said = examine.examine("faults:Forgets", HERE, {})
    assert [one.check for one in said.broken] == ["arguments"]
    assert said.unmade == 0


def test_without_a_fit_nothing_else_is_tried():
    said = examine.examine("faults:Raises", HERE, {})
    assert [one.check for one in said.findings] == ["methods", "arguments", "fit"]
    assert said.unmade == len(CHECKS[MODEL]) + 1 - 3


def test_the_sample_is_never_changed():
    sample = real_sample()
    before = sample.rows.to_numpy().tobytes() + sample.table.to_numpy().tobytes() + sample.weight.tobytes()
    for name in ("WritesRows", "WritesAsked"):
        examine.examine(f"faults:{name}", HERE, {})
    after = sample.rows.to_numpy().tobytes() + sample.table.to_numpy().tobytes() + sample.weight.tobytes()
    assert before == after


ROLES = [
    ("Good", {}, MODEL),
    ("NoPredict", {}, MODEL),
    ("a_model", {}, MODEL),
    ("profit", {}, OBJECTIVE),
    ("needs_more", {"cost": 1}, OBJECTIVE),
    ("Sale", {}, DRIFT),
    ("Coin", {"share": 0.2}, EXPLORER),
    ("HalfWay", {}, PRICING),
]


@pytest.mark.parametrize(("name", "arguments", "role"), ROLES)
def test_the_role_follows_from_what_a_part_can_do(name, arguments, role):
    assert find_part(f"faults:{name}", HERE, arguments).role == role


@pytest.mark.parametrize(
    ("name", "arguments", "words"),
    [
        ("needs_more", {}, "needs the argument 'cost'; add cost=..."),
        ("Good", {"digit": 1}, "did you mean 'digits'?"),
        ("a_model", {"x": 1}, "a_model takes no such argument; it takes digits"),
        ("HalfWay", {"share": 1}, "HalfWay takes no such argument; it takes no arguments"),
        ("DAY_S", {}, "is a int, not a class or a function"),
    ],
)
def test_what_can_not_be_tried_is_a_mistake(name, arguments, words):
    with pytest.raises(BadInput, match=re.escape(words)):
        find_part(f"faults:{name}", HERE, arguments)


def test_a_year_of_three_objectives_is_counted_from_its_file():
    ads, times, trainings = yearly()
    assert (ads, times, trainings) == ((2_500 + 16 * 20) * 16 * 2, 52 + 14, 14)


def test_amounts_and_spans_have_few_figures():
    assert [amount(value) for value in (3.0, 999_499.0, 999_501.0)] == ["3", "999 k", "1 M"]
    assert [span(value) for value in (0.0991, 99.4, 3600.0)] == ["99 ms", "99 s", "60 min"]
