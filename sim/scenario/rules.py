"""Guardrails as text: from "revenue_vs_baseline >= -1% with 95% confidence" to a `Rule`, or to what is wrong and where.

    [month(a..b).][agg(]metric[_vs_baseline][)] OP number[%|pp] [(with|@) C% [confidence]]

What cannot be read ends the reading; what can be read and makes no sense is told all at once.
"""

from __future__ import annotations

import math
import re
from typing import Literal, NamedTuple, cast

from sim.errors import BadInput, Mistake
from sim.scenario.rule_sense import Fault, Span, senseless, unfit_unit

Operator = Literal[">=", "<=", ">", "<"]
_MONTHS = re.compile(r"month(?= ?\()")
_WORD = re.compile(r"[^\s()<>=!@%≥≤≠]+")
_OPERATOR = re.compile(r"[<>=!≥≤≠]+")
_WHOLE = re.compile(r"[0-9]{1,4}(?![0-9])")
_NUMBER = re.compile(r"([+-]?)((?:[0-9][0-9_]*(?:\.[0-9]*)?|\.[0-9]+))(?:[eE]([+-]?[0-9]{1,4})(?![0-9]))?")
_UNIT = re.compile(r"%|pp(?![\w.])")
_WITH = re.compile(r"with(?!\w)|@")
_CONFIDENCE = re.compile(r"confidence(?!\w)")
_NEXT = re.compile(r"[\w.]+|[<>=!]+|.|$")
_VERSUS = "_vs_baseline"
_SHOWN = 50  # signs of a text that fit on a narrow terminal


class Rule(NamedTuple):
    """A guardrail.

    Attributes
    ----------
    text
        As it was written, blanks aside.
    metric
        One of `sim.measures.MEASURES`.
    versus_baseline
        Whether it is about the change against the baseline: relative where *unit* is "%", in points where it is "pp".
    aggregate
        What is made of the replications: "mean", "p1" to "p99", "min" or "max".
    months
        The first and the last calendar month of the horizon that it is about, from 1; None for all of it.
    limit
        A fraction where *unit* is "%" or "pp"; else in the metric's own unit.
    confidence
        Of the one-sided bound that has to keep the limit, above 0.5 and below 1.
    """

    text: str
    metric: str
    versus_baseline: bool
    aggregate: str
    months: tuple[int, int] | None
    operator: Operator
    limit: float
    unit: Literal["", "%", "pp"]
    confidence: float


class Reading(NamedTuple):
    """What came of a text: a rule, or faults; and where the parts of it stand."""

    text: str
    rule: Rule | None
    faults: tuple[Fault, ...]
    spans: dict[str, Span]


def parse(text: str, confidence: float = 0.95) -> Rule:
    """Read one rule.

    Parameters
    ----------
    confidence
        For a rule that names none.

    Raises
    ------
    BadInput
        With every mistake in it, each marked under the text.

    Examples
    --------
    >>> rule = parse("p5(ctr_vs_baseline) >= -0.5pp @ 90%")
    >>> rule.metric, rule.aggregate, rule.versus_baseline, rule.limit, rule.unit, rule.confidence
    ('ctr', 'p5', True, -0.005, 'pp', 0.9)
    """
    reading = read(text, confidence)
    if reading.rule is None:
        raise BadInput(
            Mistake("", fault.found, fault.allowed, fault.hint, marked=mark(reading.text, fault.span)) for fault in reading.faults
        )
    return reading.rule


def read(text: str, confidence: float = 0.95) -> Reading:
    """Read a text, whatever it is."""
    plain = " ".join(text.split())
    steps = _Steps(plain)
    try:
        rule = _rule(steps, confidence)
    except _UnreadableError as stop:
        return Reading(plain, None, (*steps.faults, stop.fault), steps.spans)
    faults = [*steps.faults, *senseless(rule.metric, rule.versus_baseline, rule.aggregate, rule.months, steps.spans)]
    if not faults:
        faults += _unfit_number(rule, steps.spans)
    ordered = tuple(sorted(faults, key=lambda fault: fault.span))
    return Reading(plain, None if ordered else rule, ordered, steps.spans)


def mark(text: str, span: Span) -> str:
    """The text, cut where it is long, and carets under a part of it.

    Examples
    --------
    >>> print(mark("ctr == 2%", (4, 6)))
    ctr == 2%
        ^^
    """
    if not text:
        return ""
    first, end = span
    skipped = 0 if len(text) <= _SHOWN else max(0, min(first - _SHOWN // 2, len(text) - _SHOWN))
    shown = "".join(sign if sign.isprintable() else "?" for sign in text[skipped : skipped + _SHOWN])
    return f"{shown}\n{' ' * (first - skipped)}{'^' * max(1, min(end, skipped + _SHOWN) - first)}"


class _UnreadableError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__()
        self.fault = fault


class _Steps:
    """A text that is read from left to right."""

    def __init__(self, text: str) -> None:
        self.text, self.at = text, 0
        self.faults: list[Fault] = []
        self.spans: dict[str, Span] = {}

    def take(self, pattern: re.Pattern[str], part: str = "") -> re.Match[str] | None:
        """What comes next, if it is of that *pattern*."""
        start = self.at + (self.text[self.at : self.at + 1] == " ")
        match = pattern.match(self.text, start)
        if match:
            self.at = match.end()
            self.spans[part] = match.span()
        return match

    def need(self, pattern: re.Pattern[str] | str, allowed: str, part: str = "") -> re.Match[str]:
        """What must come next."""
        match = self.take(re.compile(re.escape(pattern)) if isinstance(pattern, str) else pattern, part)
        if match is None:
            raise self.stop(allowed)
        return match

    def stop(self, allowed: str, hint: str = "") -> _UnreadableError:
        """What stands here instead of what is *allowed*."""
        start = self.at + (self.text[self.at : self.at + 1] == " ")
        end = next(match.end() for match in [_NEXT.match(self.text, start)] if match) if start < len(self.text) else start + 1
        found = f"found {self.text[start:end]!r}" if start < len(self.text) else "ends too soon" if self.text else "is empty"
        return _UnreadableError(Fault((start, end), found, allowed, hint))


def _rule(steps: _Steps, confidence: float) -> Rule:
    months = _months(steps)
    word = steps.need(_WORD, "a metric, such as 'revenue_vs_baseline >= -1%'", "metric")[0]
    aggregate = "mean"
    if steps.take(re.compile(r"\(")):
        aggregate, steps.spans["aggregate"] = word, steps.spans["metric"]
        word = steps.need(_WORD, "a metric", "metric")[0]
        steps.need(")", "a ')' behind the metric")
    versus = word.endswith(_VERSUS) and word != _VERSUS
    operator = _operator(steps)
    number = steps.need(_NUMBER, _number_words(steps), "number")
    unit = cast('Literal["", "%", "pp"]', match[0] if (match := steps.take(_UNIT, "unit")) else "")
    limit = _value(number, share=bool(unit))
    if not math.isfinite(limit):
        steps.faults.append(Fault(number.span(), f"found {number[0]!r}", "a finite number"))
    if versus and not limit and not unit:  # no change is no change in any unit
        unit = "%"
    confidence = _confidence(steps, confidence)
    return Rule(steps.text, word.removesuffix(_VERSUS) if versus else word, versus, aggregate, months, operator, limit, unit, confidence)


def _months(steps: _Steps) -> tuple[int, int] | None:
    if not steps.take(_MONTHS):
        return None
    form = "'month(1..3).' and a metric"
    steps.need("(", form)
    first = steps.need(_WHOLE, form, "first month")
    steps.need("..", form)
    last = steps.need(_WHOLE, form, "last month")
    steps.need(")", form)
    steps.need(".", form)
    return int(first[0]), int(last[0])


def _operator(steps: _Steps) -> Operator:
    found = steps.need(_OPERATOR, "one of >=, <=, > and <", "operator")
    if found[0] in (">=", "<=", ">", "<"):
        return cast("Operator", found[0])
    equal = found[0] in ("=", "==", "!=", "≠")
    words = "no figure is known so exactly: say what it may be at least or at most" if equal else ""
    steps.faults.append(Fault(found.span(), f"found {found[0]!r}", "one of >=, <=, > and <", words))
    return ">="


def _number_words(steps: _Steps) -> str:
    named = re.compile(r" ?[+-]?(nan|inf|infinity)\b", flags=re.IGNORECASE).match(steps.text, steps.at)
    return "a finite number" if named else "a number, such as -1% or 0.02"


def _value(number: re.Match[str], *, share: bool) -> float:
    """A number, or a hundredth of it: through the decimal point, so that "2%" is exactly 0.02."""
    sign, digits, power = number[1], number[2].replace("_", ""), int(number[3] or 0)
    return float(f"{sign}{digits}e{power - 2 * share}") + 0.0


def _confidence(steps: _Steps, default: float) -> float:
    found = default
    if steps.take(_WITH, "with"):
        number = steps.need(_NUMBER, "a confidence, such as 95%", "confidence")
        steps.need("%", "a % behind the confidence")
        steps.take(_CONFIDENCE)
        found = _value(number, share=True)
        if not 0.5 < found < 1:
            steps.faults.append(Fault(number.span(), f"found {number[0]}%", "a confidence above 50% and below 100%"))
    if steps.at < len(steps.text):
        tail = "nothing more" if "with" in steps.spans else "% or pp, 'with 95% confidence', or nothing more"
        raise steps.stop(tail)
    return found


def _unfit_number(rule: Rule, spans: dict[str, Span]) -> list[Fault]:
    end = spans["unit"][1] if "unit" in spans else spans["number"][1]
    return list(unfit_unit(rule.metric, rule.limit, rule.unit, (spans["number"][0], end), versus=rule.versus_baseline))
