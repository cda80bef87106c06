"""Whether a comparison and its guardrails mean something in this scenario: a rule that matches nothing is a mistake."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Mistake, did_you_mean
from sim.scenario import rules
from sim.scenario.lines import Place
from sim.scenario.rule_sense import Fault
from sim.scenario.rules import Reading, Rule
from sim.scenario.schema import DAY_S, Scenario
from sim.scenario.text import Document
from sim.scenario.units import months_in

_FEW = 8  # names that are offered
_LEFT_BY_NOTHING = ("queries", "sightedness", "satisfaction")  # what there is where no ad is shown


def comparison(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """Every contradiction of `[compare]` and `[guardrails]` with the rest."""
    yield from _compare(scenario, document)
    readings = [rules.read(text, scenario.compare.confidence) for text in scenario.guardrails.rules]
    for number, reading in enumerate(readings):
        place: Place = ("guardrails", "rules", number)
        for fault in (*reading.faults, *_matching_nothing(reading, scenario), *_twice(number, readings)):
            yield document.mistake(place, fault.found, fault.allowed, fault.hint, rules.mark(reading.text, fault.span))


def _compare(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    baseline, names = scenario.compare.baseline, [candidate.name for candidate in scenario.candidates]
    if baseline and baseline not in names:
        points = [one.name for one in scenario.candidates if one.swept and one.swept.candidate == baseline]
        found = f"{baseline!r} is swept, so that there are several" if points else f"no candidate is called {baseline!r}"
        hint = "" if points else did_you_mean(baseline, names)
        yield document.mistake(("compare", "baseline"), found, f"one of {', '.join(map(repr, (points or names)[:_FEW]))}", hint)
    if "primary" in scenario.compare.model_fields_set and (why := why_none(scenario, scenario.compare.primary)):
        yield document.mistake(("compare", "primary"), f"there is no {scenario.compare.primary!r} here: {why}")


def _matching_nothing(reading: Reading, scenario: Scenario) -> Iterator[Fault]:
    rule, spans = reading.rule, reading.spans
    if rule is None:
        return
    if why := why_none(scenario, rule.metric):
        yield Fault(spans["metric"], f"there is no {rule.metric!r} here: {why}", "a rule must have something to hold to")
    if rule.versus_baseline and (why := _why_no_change(scenario, rule)):
        yield Fault(spans["metric"], f"there is nothing to compare with: {why}", "a rule must have something to hold to")
    months = months_in(scenario.start, scenario.days)
    if rule.months and rule.months[1] > months:
        span = spans["first month" if rule.months[0] > months else "last month"]
        yield Fault((span[0], spans["last month"][1]), f"the horizon has {months} calendar months", f"months from 1 to {months}")


def why_none(scenario: Scenario, metric: str) -> str:
    """Why a metric stays what it is at the start whatever is tried; empty if it moves."""
    market, users = scenario.market, scenario.users
    if metric in ("conversions", "advertiser_value", "roi") and scenario.conversions.rate == 0:
        return "no click converts, since conversions.rate is 0"
    if metric in ("advertiser_value", "roi") and scenario.conversions.worth == 0:
        return "a conversion is worth nothing, since conversions.worth is 0"
    if metric in ("exhausted_advertisers", "dry_cells") and market.budget is None:
        return "nobody has a market.budget"
    if metric in ("invalid_clicks", "refunds") and market.invalid == 0:
        return "no click is invalid, since market.invalid is 0"
    if metric == "refunds" and market.refunds_after >= scenario.days * DAY_S:
        return "market.refunds_after is as long as the horizon"
    if metric == "sightedness" and users.blindness == 0:
        return "it stays at 1, since users.blindness is 0"
    if metric == "satisfaction" and users.leaving == 0:
        return "it stays at 1, since users.leaving is 0"
    return ""


def _why_no_change(scenario: Scenario, rule: Rule) -> str:
    if len(scenario.candidates) == 1:
        return "there is one candidate only"
    baseline = next((one for one in scenario.candidates if one.name == scenario.compare.baseline), None)
    shows_nothing = baseline is not None and baseline.policy is not None and baseline.policy.use == "never_show"
    return "the baseline shows no ads" if shows_nothing and rule.metric not in _LEFT_BY_NOTHING else ""


def _twice(number: int, readings: list[Reading]) -> Iterator[Fault]:
    """A rule that says what an earlier one says."""
    reading = readings[number]
    if reading.rule is None:
        return
    said = reading.rule._replace(text="")
    for earlier, other in enumerate(readings[:number]):
        if other.rule and other.rule._replace(text="") == said:
            yield Fault((0, len(reading.text)), f"says the same as rule {earlier + 1}", "each rule once")
            return
