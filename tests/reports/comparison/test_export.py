"""JSON by its contract, and Markdown whose tables are whole."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from reports.comparison.export import json_text, markdown
from tests.reports.comparison.example import COMPARISONS, REVENUE, compare

CONTRACT = [
    "schema", "run", "scenario", "seed", "verdict", "ship", "baseline", "primary", "confidence", "indifference", "replications",
    "complete", "crn", "differences", "months", "rules", "exit",
]  # fmt: skip


@pytest.mark.parametrize("name", COMPARISONS)
def test_every_comparison_is_a_document_of_the_contract(name):
    found = json.loads(json_text(COMPARISONS[name]), parse_constant=pytest.fail)
    assert list(found)[: len(CONTRACT)] == CONTRACT
    assert found["schema"] == "foreshow/compare/1"
    assert list(found["crn"]) == ["correlation", "gain", "variance"]
    assert list(found["crn"]["variance"]) == ["world", "queries", "clicks", "learning"]
    for one in found["differences"]:
        assert list(one)[:8] == ["candidate", "metric", "estimate", "low", "high", "p_best", "mcb_low", "mcb_high"]
    for one in found["rules"]:
        assert list(one)[:7] == ["text", "candidate", "status", "estimate", "bound", "needed_replications", "needed_seconds"]
    assert found["exit"] == COMPARISONS[name].exit


def test_what_is_no_number_is_null():
    found = json.loads(json_text(COMPARISONS["invalid"]))
    assert found["differences"][1]["estimate"] is None
    assert found["differences"][1]["mcb_low"] is None
    assert found["rules"][0]["bound"] is None
    assert found["ship"] is None
    assert found["failed"][0]["file"] == "foreshow-errors/new_model.txt"


def test_numbers_of_numpy_are_numbers():
    full = compare(warm_up=np.int64(3), confidence=np.float64(0.9))
    found = json.loads(json_text(full))
    assert (found["warm_up"], found["confidence"]) == (3, 0.9)
    assert json_text(full) == json_text(compare(warm_up=3, confidence=0.9))


def test_settings_are_told_by_candidate():
    assert json.loads(json_text(compare((REVENUE,))))["settings"]["retrain_days"] == {"keyword": "", "revenue_objective": "28"}


@pytest.mark.parametrize("name", COMPARISONS)
def test_markdown_tables_have_the_same_number_of_cells_in_every_row(name):
    text = markdown(COMPARISONS[name])
    for table in re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE):
        rows = [re.findall(r"(?<!\\)\|", row) for row in table.splitlines()]
        assert len({len(row) for row in rows}) == 1
        assert re.fullmatch(r"\| ---( \| --:)* \|", table.splitlines()[1])
    assert text.startswith("**")
    assert text.rstrip().endswith("```")


def test_markdown_holds_verdict_lifts_rules_and_command():
    text = markdown(COMPARISONS["ship"])
    assert text.startswith("**SHIP** revenue\\_objective  revenue +3.08% vs keyword")
    assert "| revenue\\_objective | +3.08% | +2.38% to +3.78% |" in text
    assert "| ✓ +2.4% | ✓ +1.1% | ? -1.5% | ✗ -3.5% |" in text
    assert "foreshow compare which_objective.toml --seed 7 --baseline keyword --primary revenue --replications 40" in text


def test_a_name_cannot_break_a_table():
    text = markdown(compare((REVENUE._replace(name="a|b `c` <i>"),)))
    assert r"a\|b \`c\` \<i\>" in text
