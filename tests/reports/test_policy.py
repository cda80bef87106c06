"""The screen and the document of a backtest of another policy."""

import json
from dataclasses import replace
from io import StringIO

import pytest

from reports.console import open_console
from reports.policy import doubt, print_policy, quiet_line
from reports.policy_export import policy_json, policy_text
from sim.calibrate.policy.backtest import ORDER, backtest_policy
from sim.calibrate.policy.results import Estimate, Part
from tests.calibrate.policy import coin


@pytest.fixture(scope="module")
def told():
    """Of two policies that a log tells apart, of two that it can't, and of one that it refuses."""
    return {rows: backtest_policy(coin.log(rows), coin.policy()) for rows in (6_000, 500, 150)}


def screen(backtest, width=100, **options):
    file = StringIO()
    print_policy(backtest, open_console(file, width, **options))
    return file.getvalue()


def test_the_first_line_answers(told):
    assert screen(told[6_000]).startswith("[MORE]  The other policy would get more clicks: CTR ")
    few = quiet_line(told[500])
    assert few.startswith("[CAN'T TELL]  Would the other policy get more clicks? This log can't tell: CTR ")
    assert few.endswith(f", {told[500].total.clicks} clicks.")
    assert quiet_line(told[150]).startswith(
        "[REFUSED]  Would the other policy get more clicks? This log can't tell: refused: its weights are "
    )
    assert "would have been told four times in five" in doubt(told[500].total)


def test_every_estimator_and_every_warning_is_on_it(told):
    text = " ".join(screen(told[500], 120).split())
    for one in told[500].total.estimates:
        assert f"{one.name} {100 * one.estimate:.2f}%" in text or f"{one.name} {100 * one.estimate:.1f}%" in text
        assert " ".join(one.warning.split()) in text.replace(" ! ", " ")
    assert "fewer than 100 no estimator can rank two policies" in text
    assert "refused" in screen(told[150])


@pytest.mark.parametrize("width", [20, 40, 80, 120])
def test_no_line_runs_over(told, width):
    for backtest in told.values():
        assert max(map(len, screen(backtest, width).splitlines())) <= width
        assert screen(backtest, width, ascii_only=True).isascii()


def test_the_document_has_an_object_for_each_estimator(told):
    for backtest in told.values():
        found = json.loads(policy_text(backtest))
        assert found == policy_json(backtest)
        assert found["schema"] == "foreshow/policy/1"
        assert tuple(found["total"]["estimates"]) == ORDER
        for one in found["total"]["estimates"].values():
            assert {"estimate", "low", "high", "ess", "max_weight", "mean_weight", "warning"} <= set(one)
    assert found["total"]["estimates"]["IPS"]["estimate"] is None


def test_what_the_chief_says_by_itself_is_told_with_who_would_not():
    chief = Estimate("DR", 0.013, 0.011, 0.015, lift=0.003, lift_low=0.0005, lift_high=0.006, ess=900.0)
    other = Estimate("DM", 0.01, 0.009, 0.012, lift=0.0, lift_low=-0.002, lift_high=0.002)
    part = Part("all", 10_000, 100, (0.01, 0.009, 0.011), (chief, other), "can't tell", 0.4, 1.0, 1.0)
    assert doubt(part).endswith("By itself DR says more, by 30%; DM would not say so.")
    assert doubt(replace(part, answer="more")).endswith(
        "What was found is less: the true difference is probably smaller still. DM would not say so."
    )
    assert doubt(replace(part, answer="more", least=0.2)).endswith("four times in five. DM would not say so.")
