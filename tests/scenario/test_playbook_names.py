"""A playbook's diagnoses and remedies: ours by name, anyone's by path, and a word for each that leads nowhere."""

from __future__ import annotations

import pytest

import sim
from sim.errors import BadInput

SCENARIO = """name = "a team"
horizon = "2 months"
[[candidate]]
objective = "impressions"
model = "sklearn.linear_model:LogisticRegression"
[candidate.playbook]
"""


def told(tmp_path, playbook):
    """The mistakes of a playbook, as text."""
    (tmp_path / "mine_checked.py").write_text("def look(view): ...\n\ndef mend(view): ...\n")
    (tmp_path / "a.toml").write_text(SCENARIO + playbook)
    try:
        sim.load(tmp_path / "a.toml")
    except BadInput as bad:
        return [str(one) for one in bad.mistakes]
    return []


@pytest.mark.parametrize(
    "playbook",
    [
        'use = "retrain_on_drift"\nremedies = { drift = "recent_data" }',
        'looks_for = ["miscalibrated", "bad_slice", "feature_drift"]\nwatches_for = ["wrong_objective", "stale"]',
        'looks_for = ["mine_checked:look"]\nremedies = { "mine_checked:look" = "mine_checked:mend" }',
        'watches_for = ["drift"]\nremedies = { drift = "switch_objective" }',
        'looks_for = []\nwatches_for = ["wrong_objective"]\ncalibration = 1.5\nstale_error = "1%"\nremedies = { stale = "note" }',
    ],
)
def test_what_leads_somewhere_is_fine(tmp_path, playbook):
    assert told(tmp_path, playbook) == []


@pytest.mark.parametrize(
    ("playbook", "says"),
    [
        ('looks_for = ["wrong_label"]', "playbook.looks_for: found 'wrong_label'; one of wrong_labels, .* did you mean 'wrong_labels'?"),
        ('watches_for = ["drfit"]', "playbook.watches_for: found 'drfit'; .* did you mean 'drift'?"),
        ('looks_for = ["drift"]', "found 'drift'; only in watches_for"),
        ('looks_for = ["stale", "stale"]', "'stale' is there twice"),
        ('looks_for = ["mine_checked:loko"]', "'mine_checked' has no 'loko'; did you mean 'look'?"),
        ('looks_for = ["nowhere_at_all:look"]', "no module named 'nowhere_at_all'"),
        ('looks_for = ["stale"]\nremedies = { stale = "retrian" }', "remedies.stale: found 'retrian'; .* did you mean 'retrain'?"),
        ('looks_for = ["stale"]\nremedies = { stale = "switch_objective" }', "remedies.stale: found 'switch_objective'"),
        ('looks_for = ["stale"]\nremedies = { stael = "note" }', "nobody looks for it; .* did you mean 'stale'?"),
        ("remedies = { stale = 3 }", "a table of names such as"),
        ("watches_for = []\ncalibration = 1.5", "playbook.calibration: has no effect while nobody looks for 'miscalibrated'"),
        ("negatives = 0.5", "playbook.negatives: has no effect while nobody looks for 'miscalibrated'"),
        ('watches_for = []\nremedies = { miscalibrated = "note" }', "nobody looks for it"),
        ('use = "set_and_forget"\nstale_error = "1%"', "playbook.stale_error: has no effect while nobody looks for 'stale'"),
        ("psi = 0.1", "playbook.psi: has no effect while nobody looks for 'feature_drift'"),
        ("look_fro = []", "look_fro: is not a setting here; did you mean 'looks_for'?"),
    ],
)
def test_what_leads_nowhere_is_told_with_its_line(tmp_path, playbook, says):
    import re

    (mistake,) = told(tmp_path, playbook)
    assert re.search(says, mistake)
    assert re.search(r"line [678] ", mistake)


def test_all_mistakes_are_told_at_once(tmp_path):
    assert len(told(tmp_path, 'looks_for = ["wrong_label", "drift"]\nwatches_for = ["rift"]')) == 3
