"""What a backtest's screen answers, how wide it is, and its document's contract."""

from __future__ import annotations

import csv
import json
from io import StringIO

import jsonschema
import pytest

from reports.backtest import answer, print_backtest, print_quiet
from reports.backtest_export import json_text, write_csv
from reports.console import cells
from tests.reports.made_up_backtest import BACKTESTS
from tests.reports.screen import screen_of

_NUMBER, _MAYBE = {"type": "number", "minimum": 0}, {"type": ["number", "null"], "minimum": 0}
_RATE = {"ctr": _NUMBER, "low": _MAYBE, "high": _MAYBE}


def _each(**label):
    return {"type": "array", "items": {"type": "object", "required": [*label, *_RATE], "properties": {**label, **_RATE}}}


_FORECAST = {
    "type": "object",
    "required": ["total", "by_month", "by_position", "pages"],
    "properties": {
        "total": {"type": "object", "required": list(_RATE), "properties": _RATE},
        "by_month": _each(month={"type": "string", "pattern": r"^\d{4}-\d{2}$"}),
        "by_position": _each(position={"type": "integer", "minimum": 1}),
        "by_query": _each(query={"type": "string"}),
        "pages": {"type": "object", "required": ["no_click", "two_or_more"], "properties": {"no_click": _MAYBE, "two_or_more": _MAYBE}},
    },
}
CONTRACT = {
    "type": "object",
    "required": ["schema", "predicted", "baselines", "actual", "scores"],
    "properties": {
        "schema": {"const": "foreshow/backtest/1"},
        "predicted": _FORECAST,
        "baselines": {"type": "object", "additionalProperties": _FORECAST},
        "actual": {"anyOf": [_FORECAST, {"type": "null"}]},
        "scores": {"type": ["object", "null"]},
    },
}


@pytest.mark.parametrize("name", BACKTESTS)
def test_the_document_keeps_its_contract(name):
    jsonschema.validate(json.loads(json_text(BACKTESTS[name])), CONTRACT)


def test_the_rows_are_every_rate():
    stream = StringIO()
    write_csv(BACKTESTS["scored"], stream)
    rows = list(csv.DictReader(StringIO(stream.getvalue())))
    assert len(rows) == 5 * (1 + 3 + 3)
    assert {row["forecast"] for row in rows} == {"predicted", "carry forward", "re-weighted by query", "last month shrunk", "actual"}
    (total,) = [row for row in rows if row["forecast"] == "predicted" and row["part"] == "total"]
    assert (float(total["ctr"]), float(total["low"]), float(total["high"])) == (0.0217, 0.0191, 0.0247)


@pytest.mark.parametrize(
    ("name", "badge", "words"),
    [
        ("scored", "HELD", "Yes, it would have predicted your clicks, and better than every baseline"),
        ("unscored", "PREDICTED", "no clicks to score it with"),
        ("missed", "MISSED", "No, it would not have predicted your clicks"),
        ("no better", "NO BETTER", "no better than a baseline"),
        ("scored", "HELD", "off by 0.11 pp on average, the nearest baseline, last month shrunk, by 0.15 pp"),
        ("shrunk", "NO BETTER", "off by 0.11 pp on average, the nearest baseline, last month shrunk, by 0.06 pp"),
        ("unscored", "PREDICTED", "; baselines say 2.25% to 2.43%"),
        ("pages", "HELD", "positions are off by"),
    ],
)
def test_the_first_line_answers(name, badge, words):
    found, _, said = answer(BACKTESTS[name])
    assert found == badge
    assert words in said
    assert screen_of(print_quiet, BACKTESTS[name]).startswith(f"[{badge}]  ")


@pytest.mark.parametrize("ascii_only", [False, True])
@pytest.mark.parametrize("width", range(40, 121, 8))
@pytest.mark.parametrize("name", BACKTESTS)
def test_no_line_runs_over(name, width, ascii_only):
    text = screen_of(print_backtest, BACKTESTS[name], width, ascii_only=ascii_only)
    assert max(map(cells, text.splitlines())) <= width
    assert text.isascii() or not ascii_only


def test_the_worst_month_comes_first():
    months = [line[:7] for line in screen_of(print_backtest, BACKTESTS["scored"], 120).splitlines() if line.startswith("2026-1")]
    assert months == ["2026-12", "2026-11", "2026-10"]


@pytest.mark.parametrize("name", ["scored", "unscored", "pages"])
def test_the_interval_is_on_the_narrowest_screen(name):
    text = screen_of(print_backtest, BACKTESTS[name], 40)
    assert text.count("interval\n") + text.count("interval  in\n") >= 2
    assert "the interval," not in text
