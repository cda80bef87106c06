"""Comparisons and guardrails against the rest of a scenario: what could hold nothing is refused."""

from __future__ import annotations

import pytest

import sim
from sim.measures import MEASURES
from sim.scenario.compare_schema import Compare
from tests.scenario.conftest import HEAD, RULE

TWO = RULE + '[[candidate]]\nname = "strict"\npolicy = { use = "keyword", text = 2.5 }\n'


def told(mistakes):
    return [str(one).partition("\n")[0].removeprefix("small.toml, ") for one in mistakes]


def ruled(*texts):
    return "guardrails.rules = [" + ", ".join(f"'{text}'" for text in texts) + "]\n"


def test_a_scenario_that_says_nothing_of_it_has_the_defaults(write):
    found = sim.load(write(HEAD + RULE))
    assert found.compare == Compare(baseline="", primary="revenue", indifference=0.005, confidence=0.95, replications=100)
    assert found.guardrails.rules == ()


def test_what_is_said_is_read(write):
    lines = "[compare]\nbaseline = 'keyword'\nprimary = 'clicks'\nindifference = '1%'\nconfidence = '90%'\nreplications = '1k'\n"
    found = sim.load(write(HEAD + lines + "[guardrails]\nrules = ['ctr >= 2%']\n" + TWO))
    assert found.compare == Compare(baseline="keyword", primary="clicks", indifference=0.01, confidence=0.9, replications=1000)
    assert found.guardrails.rules == ("ctr >= 2%",)


def test_every_metric_that_there_should_be_more_of_can_be_the_primary(check):
    harm = {"invalid_clicks", "refunds", "exhausted_advertisers", "dry_cells"}
    field = Compare.model_json_schema()["properties"]["primary"]
    assert set(field["enum"]) == set(MEASURES) - harm
    assert told(check("compare.primary = 'refunds'\n"))[0].startswith("line 3  compare.primary: found 'refunds'; one of 'queries'")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (
            "compare.baseline = 'keywrod'\n",
            "line 3  compare.baseline: no candidate is called 'keywrod'; one of 'keyword', 'strict'",
        ),
        (
            "compare.primary = 'satisfaction'\n",
            "line 3  compare.primary: there is no 'satisfaction' here: it stays at 1, since users.leaving",
        ),
        ("compare.indifference = 0.6\n", "line 3  compare.indifference: found 0.6; at most 0.5"),
        ("compare.confidence = 0.5\n", "line 3  compare.confidence: found 0.5; more than 0.5"),
        ("compare.confidence = 95\n", "line 3  compare.confidence: found 95; less than 1"),
        ("compare.replications = 1\n", "line 3  compare.replications: found 1; at least 2"),
        ("compare.delta = 1\n", "line 3  compare.delta: is not a setting here; known here: baseline, primary, indifference"),
        ("guardrails.rule = []\n", "line 3  guardrails.rule: is not a setting here; did you mean 'rules'?"),
        ("guardrails.rules = 'ctr >= 2%'\n", "line 3  guardrails.rules: found 'ctr >= 2%'; a list [...]"),
        ("guardrails.rules = [5]\n", "line 3  guardrails.rules 1: found 5; a text in quotes, on one line"),
        (ruled("x" * 201), "; at most 200 characters"),
        (ruled("clix >= 2"), "line 3  guardrails.rules 1: 'clix' is no metric; did you mean 'clicks'?"),
        (ruled("ctr >= 2%", "fill >= 2%", "ctr>=0.02e2% @ 95%"), "line 3  guardrails.rules 3: says the same as rule 1; each rule once"),
        (ruled("month(1..2).ctr >= 2%"), "line 3  guardrails.rules 1: the horizon has 1 calendar months; months from 1 to 1"),
        ("conversions.rate = 0\n" + ruled("roi >= 1"), "line 4  guardrails.rules 1: there is no 'roi' here: no click converts"),
        ("conversions.worth = 0\n" + ruled("roi >= 1"), "here: a conversion is worth nothing, since conversions.worth is 0"),
        (ruled("exhausted_advertisers <= 9"), "there is no 'exhausted_advertisers' here: nobody has a market.budget; a rule must"),
        (ruled("dry_cells <= 9"), "there is no 'dry_cells' here: nobody has a market.budget"),
        ("market.invalid = 0\n" + ruled("invalid_clicks <= 9"), "there is no 'invalid_clicks' here: no click is invalid"),
        ("market.refunds_after = '20 days'\n" + ruled("refunds <= 9"), "there is no 'refunds' here: market.refunds_after is"),
        (
            "users.blindness = 0\n" + ruled("sightedness >= 0.9"),
            "there is no 'sightedness' here: it stays at 1, since users.blindness",
        ),
        (ruled("satisfaction >= 0.9"), "there is no 'satisfaction' here: it stays at 1, since users.leaving is 0"),
    ],
)
def test_what_could_hold_nothing_is_refused(check, lines, words):
    (mistake,) = check(lines, TWO)
    assert words in told([mistake])[0]


@pytest.mark.parametrize(
    "lines",
    [
        "market.budget = 5\n" + ruled("exhausted_advertisers <= 9", "dry_cells <= 9"),
        "users.leaving = 1\ncompare.primary = 'satisfaction'\n" + ruled("satisfaction >= 90%"),
        ruled("ctr >= 2% @ 90%", "ctr >= 2% @ 95%", "ctr > 2%", "p5(ctr) >= 2%", "month(1..1).ctr >= 2%", "ctr_vs_baseline >= -2%"),
    ],
)
def test_what_can_move_can_be_held_to(check, lines):
    assert check(lines, TWO) == []


def test_a_change_needs_somebody_to_compare_with(check):
    (mistake,) = check(ruled("ctr >= 2%", "revenue_vs_baseline >= -1%"))
    assert told([mistake]) == [
        "line 3  guardrails.rules 2: there is nothing to compare with: there is one candidate only; a rule must have something to hold to"
    ]
    nothing = "[[candidate]]\npolicy = 'never_show'\n"
    (mistake,) = check(
        "compare.baseline = 'never_show'\n" + ruled("revenue_vs_baseline >= -1%", "queries_vs_baseline >= -1%"), TWO + nothing
    )
    assert "line 4  guardrails.rules 1: there is nothing to compare with: the baseline shows no ads" in told([mistake])[0]


def test_a_rule_without_a_confidence_is_the_same_as_one_with_the_comparisons(check):
    (mistake,) = check("compare.confidence = '90%'\n" + ruled("ctr >= 2%", "ctr >= 2% @ 90%"))
    assert "says the same as rule 1" in told([mistake])[0]


def test_all_mistakes_are_told_at_once_each_on_its_line_and_marked(check):
    rules = (
        '[guardrails]\nrules = [  # "first"\n  "ctr == 2%",\n  # "not this"\n  "ctr >= 2%", "clix >= 1", # "nor this"\n  \'rpm >= 2%\'\n]\n'
    )
    found = check(rules)
    assert [one.line for one in found] == [5, 7, 8]
    assert [one.marked for one in found] == ["ctr == 2%\n    ^^", "clix >= 1\n^^^^", "rpm >= 2%\n       ^^"]
    assert str(found[0]).endswith("\n    ctr == 2%\n        ^^")
