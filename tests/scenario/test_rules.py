"""Guardrails as text: what they mean, and what is wrong with them and where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import BadInput
from sim.measures import MEASURES
from sim.scenario.rules import Rule, mark, parse, read

REVENUE = Rule("", "revenue", True, "mean", None, ">=", -0.01, "%", 0.95)
CTR = Rule("", "ctr", False, "mean", None, ">=", 0.02, "%", 0.95)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("revenue_vs_baseline >= -1% with 95% confidence", REVENUE),
        ("revenue_vs_baseline>=-1%", REVENUE),
        ("revenue_vs_baseline >= -1% with 99%", REVENUE._replace(confidence=0.99)),
        ("revenue_vs_baseline >= -1% @ 99.5%", REVENUE._replace(confidence=0.995)),
        ("revenue_vs_baseline >= -1% @90 % confidence", REVENUE._replace(confidence=0.9)),
        ("revenue_vs_baseline > 0", REVENUE._replace(operator=">", limit=0.0)),
        ("revenue_vs_baseline > -0%", REVENUE._replace(operator=">", limit=0.0)),
        ("revenue >= 1_000.5", REVENUE._replace(versus_baseline=False, limit=1000.5, unit="")),
        ("ctr >= 2%", CTR),
        ("ctr >= 0.02", CTR._replace(unit="")),
        ("ctr >= 2e0%", CTR),
        ("ctr < 200e-2%", CTR._replace(operator="<")),
        ("ctr_vs_baseline >= -0.5pp", CTR._replace(versus_baseline=True, limit=-0.005, unit="pp")),
        ("ctr_vs_baseline >= -5 %", CTR._replace(versus_baseline=True, limit=-0.05)),
        ("p5(ctr) >= 2%", CTR._replace(aggregate="p5")),
        ("p99( ctr ) >= 2%", CTR._replace(aggregate="p99")),
        ("min(ctr) >= 2%", CTR._replace(aggregate="min")),
        ("max (ctr) >= 2%", CTR._replace(aggregate="max")),
        ("mean(ctr) >= 2%", CTR),
        ("month(1..3).ctr >= 2%", CTR._replace(months=(1, 3))),
        (" month( 2 .. 2 ) . p10(ctr)  >=  2% ", CTR._replace(months=(2, 2), aggregate="p10")),
        ("roi >= 150%", CTR._replace(metric="roi", limit=1.5)),
        ("exhausted_advertisers <= 20", CTR._replace(metric="exhausted_advertisers", operator="<=", limit=20.0, unit="")),
    ],
)
def test_a_rule_means_what_it_says(text, rule):
    parsed = parse(text)
    assert parsed._replace(text="") == rule
    assert parsed.text == " ".join(text.split())


def test_a_rule_without_a_confidence_has_the_comparisons():
    assert (parse("ctr >= 2%", 0.8).confidence, parse("ctr >= 2% @ 90%", 0.8).confidence) == (0.8, 0.9)


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("", "is empty; a metric", ""),
        ("  \t\n", "is empty; a metric", ""),
        ("revnue >= 2", "'revnue' is no metric; did you mean 'revenue'?", "revnue"),
        ("CTR >= 2%", "'CTR' is no metric; did you mean 'ctr'?", "CTR"),
        ("revenue_vs_basline >= -1%", "is no metric; did you mean 'revenue_vs_baseline'?", "revenue_vs_basline"),
        ("retention_vs_baseline >= -1%", "'retention' is no metric; known: queries, queries_with_ads", "retention"),
        ("_vs_baseline >= -1%", "'_vs_baseline' is no metric", "_vs_baseline"),
        ("revenue _vs_baseline >= -1%", "found '_vs_baseline'; one of >=, <=, > and <", "_vs_baseline"),
        ("model.ece <= 2%", "'model.ece' is no metric", "model.ece"),
        ("ctr == 2%", "found '=='; one of >=, <=, > and <; no figure is known so exactly", "=="),
        ("ctr = 2%", "found '='; one of", "="),
        ("ctr => 2%", "found '=>'; one of", "=>"),
        ("ctr ≥ 2%", "found '≥'; one of", "≥"),
        ("ctr 2%", "found '2'; one of >=, <=, > and <", "2"),
        ("ctr", "ends too soon; one of >=", ""),
        ("ctr >=", "ends too soon; a number, such as -1% or 0.02", ""),
        ("ctr >= %", "found '%'; a number", "%"),
        ("ctr >= nan", "found 'nan'; a finite number", "nan"),
        ("ctr >= -Inf", "a finite number", "-"),
        ("rpm >= 1e999", "found '1e999'; a finite number", "1e999"),
        ("rpm >= 5k", "found 'k'; % or pp, 'with 95% confidence', or nothing more", "k"),
        ("ctr >= 2% foo", "found 'foo'; % or pp", "foo"),
        ("ctr >= 2% with 95% confidence.", "found '.'; nothing more", "."),
        ("ctr >= 2% with 95% confidence or so", "found 'or'; nothing more", "or"),
        ("ctr >= 2% with confidence", "found 'confidence'; a confidence, such as 95%", "confidence"),
        ("ctr >= 2% @ 95", "ends too soon; a % behind the confidence", ""),
        ("ctr >= 2% @ 50%", "found 50%; a confidence above 50% and below 100%", "50"),
        ("ctr >= 2% @ 100%", "found 100%; a confidence", "100"),
        ("ctr >= 2% @ 0.95%", "found 0.95%; a confidence", "0.95"),
        ("ctr >= 2", "is no rate; a rate from 0% to 100%; did you mean 2%?", "2"),
        ("ctr >= -1%", "is no rate", "-1%"),
        ("ctr >= 1pp", "percentage points without a baseline; pp is for 'ctr_vs_baseline'", "1pp"),
        ("ctr_vs_baseline >= 101pp", "no rate changes so much", "101pp"),
        ("ctr_vs_baseline >= -0.5", "a change without a unit; a % of the baseline's, or pp", "-0.5"),
        ("revenue_vs_baseline >= -100", "a change without a unit; a % of the baseline's", "-100"),
        ("revenue_vs_baseline >= -1pp", "percentage points of 'revenue'; pp is for rates: ctr, fill; say %", "-1pp"),
        ("cpc >= 1 pp", "percentage points of 'cpc'", "1 pp"),
        ("revenue >= 2%", "a % of what? 'revenue' is no share; a plain number, or 'revenue_vs_baseline'", "2%"),
        ("dry_cells <= 2%", "a % of what?", "2%"),
        ("median(ctr) >= 2%", "found 'median'; mean, min, max, or a percentile from p1 to p99", "median"),
        ("p0(ctr) >= 2%", "found 'p0'; a percentile from p1 to p99", "p0"),
        ("p100(ctr) >= 2%", "found 'p100'; a percentile", "p100"),
        ("p5(ctr >= 2%", "found '>='; a ')' behind the metric", ">="),
        ("p5() >= 2%", "found ')'; a metric", ")"),
        ("ctr) >= 2%", "found ')'; one of >=", ")"),
        ("month(3..1).ctr >= 2%", "found 3..1; the earlier month first", "3..1"),
        ("month(0..1).ctr >= 2%", "found 0; months count from 1", "0"),
        ("month(1).ctr >= 2%", "found ')'; 'month(1..3).' and a metric", ")"),
        ("month(1..).ctr >= 2%", "found ')'; 'month(1..3).'", ")"),
        ("month(1..3)ctr >= 2%", "found 'ctr'; 'month(1..3).'", "ctr"),
        ("month(1..3).month(1..3).ctr >= 2%", "found '1'; a metric", None),
    ],
)
def test_what_is_wrong_is_told_and_marked(text, words, marked):
    reading = read(text)
    assert reading.rule is None
    first = reading.faults[0]
    with pytest.raises(BadInput) as refused:
        parse(text)
    mistake = refused.value.mistakes[0]
    if marked is not None:
        assert words in str(mistake)
        assert reading.text[slice(*first.span)] == marked
    assert not mistake.marked or len(mistake.marked.split("\n")) == 2


def test_all_that_makes_no_sense_is_told_at_once():
    assert [fault.found for fault in read("month(3..1).p0(clix) == 2% @ 40%").faults] == [
        "found 3..1", "found 'p0'", "'clix' is no metric", "found '=='", "found 40%",
    ]  # fmt: skip


def test_the_part_that_is_wrong_is_marked_where_a_text_is_long():
    text = "ctr >= 2% " + "x" * 300
    first, carets = mark(text, (150, 153)).split("\n")
    assert len(first) == 50
    assert first[carets.index("^") : carets.index("^") + carets.count("^")] == "xxx"
    assert mark("a\x1b[1m >= 1", (1, 2)) == "a?[1m >= 1\n ^"


WORDS = "revenue_vs_baseline ctr_vs_baseline _vs_baseline month( month(1..3). p5( p0( max( ( ) .. . >= < == = -1% 2% 0.5pp pp % nan @ with"
ODD = (
    "1e999",
    "1e-9999",
    "9" * 5000,
    "0",
    "-0",
    "@",
    "with",
    "95%",
    "confidence",
    "\0",
    "\x1b[31m",
    "\u2028",
    "\ud800",
    "\u0663",
    "\uff11",
    "²",
)
PARTS = st.sampled_from([*MEASURES, *WORDS.split(), *ODD, " "])
TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(PARTS, max_size=9).map("".join),
    st.lists(PARTS, max_size=9).map(" ".join),
    st.builds("{} {} {} {}".format, PARTS, st.sampled_from([">=", "<=", ">", "<"]), PARTS, PARTS),
)


@given(TEXTS)
def test_any_text_is_a_rule_or_refused_in_words(text):
    reading = read(text)
    assert (reading.rule is None) == bool(reading.faults)
    for fault in reading.faults:
        assert fault.found
        assert 0 <= fault.span[0] < fault.span[1] <= len(reading.text) + 1
    if reading.faults:
        with pytest.raises(BadInput) as refused:
            parse(text)
        assert [mistake.found for mistake in refused.value.mistakes] == [fault.found for fault in reading.faults]
    else:
        rule = parse(text)
        assert parse(rule.text) == rule
        assert 0.5 < rule.confidence < 1


NUMBERS = st.integers(-99, 99).map(lambda hundredths: f"{hundredths / 100}")
RULES = st.builds(
    "{}{}{}{}{}{}".format,
    st.sampled_from(["", "month(1..3)."]),
    st.sampled_from(["ctr_vs_baseline", "p7(revenue_vs_baseline)", "min(fill_vs_baseline)"]),
    st.sampled_from([" >= ", "<", " <= ", ">"]),
    NUMBERS,
    st.just("%"),
    st.sampled_from(["", " @ 90%", " with 99% confidence", "@51%"]),
)


@given(RULES)
def test_a_sound_rule_is_read_the_same_again(text):
    rule = parse(text)
    assert parse(rule.text) == rule
    assert read(text).faults == ()
