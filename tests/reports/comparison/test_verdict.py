"""The first lines: which verdict is said how, and the next step that fits it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reports.comparison.ending import following
from reports.comparison.page import quiet_line
from reports.comparison.rules import still_open
from reports.comparison.verdict import verdict
from sim.study.compare.comparison import FAIL, UNDECIDED
from sim.study.compare.judge import judge
from tests.reports.comparison.example import ADS, BLEND, COMPARISONS, REVENUE, VALUE, compare, play, undecided
from tests.study.compare import made_up

SAID = {
    "ship": "[SHIP]  revenue_objective  revenue +3.08% vs keyword (95% interval +2.38% to +3.78%), 3 of 3 guardrails proven",
    "no rules": "[SHIP]  revenue_objective  revenue +3.08% vs keyword (95% interval +2.38% to +3.78%), no guardrails to prove",
    "hold for a rule": "[HOLD]  max_ctr breaches impressions_vs_baseline >= -5% with 95% confidence; "
    "revenue +5.59% vs keyword (95% interval +4.69% to +6.49%)",
    "hold for nobody": "[HOLD]  keep keyword: nobody beats it; advertiser_value comes nearest, "
    "revenue -0.64% vs keyword (95% interval -0.74% to -0.54%)",
    "hold unproven": "[HOLD]  keep keyword: nobody is proven to beat it; advertiser_value comes nearest, "
    "revenue -0.64% vs keyword (95% interval -1.54% to +0.26%)",
    "undecided": "[UNDECIDED]  revenue_objective leads: revenue +3.1% vs keyword (95% interval -1.4% to +7.6%), unproven, "
    "2 of 3 guardrails proven; about 180 more replications (220 in all, 71 s) would decide it",
    "one replication": "[UNDECIDED]  revenue_objective leads: revenue +3.1% vs keyword, in this one world, which proves nothing",
    "invalid": "[INVALID]  the verdict can't be trusted: money is not conserved in replication 7",
    "all failed": "[INVALID]  the verdict can't be trusted: new is left out: it raised",
    "nobody": "[HOLD]  nobody can be compared with keyword",
}


@pytest.mark.parametrize("name", SAID)
def test_a_verdict_is_one_sentence(name):
    assert quiet_line(COMPARISONS[name]) == SAID[name]


def test_no_verdict_without_a_reason_or_an_end():
    assert quiet_line(COMPARISONS["undecided for good"]).endswith("nothing reasonable would decide it")
    checked = replace(COMPARISONS["invalid"], why="")
    assert "mass balance: 3 of 40 replications are off by 1.20 USD" in quiet_line(checked)
    held = compare(verdict="HOLD", ship="", why="")
    assert quiet_line(held).endswith("3 of 3 guardrails proven; it is not to be shipped")


def test_an_interrupted_one_is_partial_and_says_what_it_had():
    partial = COMPARISONS["partial"]
    assert quiet_line(partial).startswith("[PARTIAL]  stopped after 12 of 40 replications, SHIP so far: revenue_objective")
    assert partial.exit == 130
    assert following(partial).options[-1] == "--replications 40"


def test_how_wrong_it_may_be():
    inside = "at worst 0.22% behind the true best, inside the 0.5% you said you do not care about"
    assert verdict(COMPARISONS["ship"]).doubt == f"{inside} · 4 candidates × 12 months × 40 paired replications"
    narrow = verdict(compare(indifference=0.001)).doubt
    assert narrow.startswith("at worst 0.22% behind the true best, more than the 0.1% you said")
    sure = compare((REVENUE, VALUE))
    assert verdict(sure).doubt.startswith("revenue_objective is proven best in revenue · 2 candidates")
    assert verdict(COMPARISONS["one candidate"]).doubt == "1 candidate × 12 months × 40 paired replications"
    assert verdict(COMPARISONS["one replication"]).doubt.startswith("one replication has no interval: nothing is proven")
    assert "at worst" not in verdict(COMPARISONS["invalid"]).doubt


def test_a_part_of_a_month_is_counted_in_days():
    short = play(("revenue_objective",))
    cut = tuple(replace(one, days=one.days[:, :40]) for one in short.candidates)
    doubt = verdict(compare((REVENUE,), run=replace(short, candidates=cut))).doubt
    assert "1 candidate × 40 days × 40 paired" in doubt


@pytest.mark.parametrize(
    ("name", "command", "option"),
    [
        ("ship", "foreshow compare", "--markdown"),
        ("hold for a rule", "foreshow run", "--replications 20"),
        ("undecided", "foreshow compare", "--replications 220"),
        ("undecided for good", "foreshow compare", "--json"),
        ("one replication", "foreshow compare", "--replications 20"),
        ("nobody", "foreshow run", "--seed 7"),
    ],
)
def test_the_next_step_fits_the_verdict(name, command, option):
    step = following(COMPARISONS[name])
    assert step.command == command
    assert step.options[-1] == option
    assert step.why.endswith(":")


@pytest.mark.parametrize(("name", "how"), [("ship", "--markdown"), ("undecided for good", "--json")])
def test_what_is_stored_is_shown_in_another_form_at_once(name, how, show):
    """`foreshow compare` would play everything again: the shelf is cleared when a run is kept."""
    step = following(COMPARISONS[name], ["--store 'my runs.duckdb'"])
    assert (step.command, list(step.options)) == ("foreshow report", ["--store 'my runs.duckdb'", how])
    assert f"foreshow report which-objective-7 {how}\n" in show(COMPARISONS[name], stored=())
    assert "foreshow report" not in show(COMPARISONS[name])


def test_what_was_looked_at_is_decided_in_other_worlds():
    """Looking twice at the same worlds errs more often than the interval says."""
    assert following(COMPARISONS["undecided"]).options[0] == "--seed 8"
    assert following(COMPARISONS["one replication"]).options[0] == "--seed 7"  # nothing was seen in it but the worlds


def test_the_one_to_ship_is_the_subject_even_if_another_is_ahead():
    assert quiet_line(compare(ship="blend_0.8")).startswith("[SHIP]  blend_0.8  revenue +1.90%")


def test_who_breaks_a_rule_does_not_lead_while_it_is_open():
    found = undecided()
    first, second = REVENUE.name, BLEND.name
    rules = tuple(one._replace(status=FAIL) if one.candidate == first else one for one in found.rules)
    assert f"{first} leads" in quiet_line(found)
    judged = verdict(replace(found, rules=rules))
    assert f"{second} leads" in judged.answer
    assert "behind the true best of those that break no rule," in judged.doubt
    every = tuple(one._replace(status=FAIL) for one in found.rules)
    assert f"{first} leads" in quiet_line(replace(found, rules=every))


def test_who_does_the_same_as_the_best_is_not_proven_best():
    found = compare()
    alike = tuple(one._replace(mcb=(0.0, 0.0)) if one.mcb else one for one in found.differences)
    assert "revenue_objective is as good as the best in revenue" in verdict(replace(found, differences=alike)).doubt


def test_only_the_subjects_own_rules_decide_what_is_said():
    other = compare((REVENUE, VALUE))
    rules = tuple(one._replace(status=FAIL) if one.candidate == VALUE.name else one for one in other.rules)
    assert "3 of 3 guardrails proven" in quiet_line(replace(other, rules=rules))
    own = tuple(one._replace(status=UNDECIDED) for one in undecided().rules)
    assert "0 of 3 guardrails proven" in quiet_line(replace(undecided(), rules=own))


def test_where_the_baseline_leads_it_says_so():
    lifts = made_up.around(-0.01, 0.04)
    behind = judge(made_up.against(lifts), made_up.asked())
    one = made_up.asked(replications=1)
    said = quiet_line(behind)
    assert said.startswith("[UNDECIDED]  base leads; c0 comes nearest, revenue -1.0% vs base (95% interval -3.")
    assert ", unproven, no guardrails to prove; about " in said
    assert said.endswith(" would decide whether to keep base")
    assert verdict(behind).doubt.startswith("base is at worst ")
    single = quiet_line(judge(made_up.against(lifts[:1]), one))
    assert single == "[UNDECIDED]  base leads; c0 comes nearest, revenue -5.0% vs base, in this one world, which proves nothing"
    ahead = quiet_line(judge(made_up.against(-lifts), made_up.asked()))
    assert ahead.startswith("[UNDECIDED]  c0 leads: revenue +1.0% vs base")
    assert " would decide it" in ahead


def test_it_says_why_it_is_open():
    rule = made_up.asked(rules=("ctr >= 3.0001%",))
    clicks = {"clicks": made_up.around(301, 8)}
    open_rule = made_up.run({"base": {}, "c0": {"revenue": made_up.around(110, 1)} | clicks})
    assert "; a guardrail of c0 is neither proven nor broken; about " in quiet_line(judge(open_rule, rule))
    tied = made_up.against([[one, other] for one, other in zip(made_up.around(0.1, 0.02), made_up.around(0.098, -0.02), strict=True)])
    said = quiet_line(judge(tied, made_up.asked()))
    assert "c0 leads, but is not yet told apart from the next; about " in said


def test_nobody_is_told_what_would_decide_a_rule_of_who_can_not_ship_any_more():
    found = compare()
    (note,) = still_open(found)
    assert VALUE.name in note
    broken = tuple(one._replace(status=FAIL) if (one.candidate, one.text) == (VALUE.name, ADS) else one for one in found.rules)
    assert still_open(replace(found, rules=broken)) == []
    assert still_open(replace(found, verdict="HOLD")) == []
    below = compare((VALUE._replace(price=0.985, half=0.008), REVENUE), ship=REVENUE.name)
    assert any(one.status == UNDECIDED for one in below.rules)
    assert still_open(below) == []


def test_hold_says_why_nobody_else_ships():
    """The best breaks a rule; why the next, which breaks none, does not ship either is not for the reader to find out."""
    eager = {"revenue": made_up.around(110, 1), "clicks": 100}
    made = made_up.run({"base": {}, "eager": eager, "careful": {"revenue": made_up.around(97, 1)}})
    said = quiet_line(judge(made, made_up.asked(rules=("ctr >= 2%",))))
    assert said.startswith("[HOLD]  eager breaches ctr >= 2%; revenue +10.00% vs base")
    assert said.endswith("; nothing that keeps the guardrails gains 0.5% on base")
    behind = quiet_line(judge(made_up.against(made_up.around(-0.03, 0.01)), made_up.asked()))
    assert behind.startswith("[HOLD]  keep base: nobody beats it; c0 comes nearest, revenue -3.00% vs base")
    assert behind.endswith("; nothing that keeps the guardrails gains 0.5% on base")
