"""What no single key can know: settings that contradict each other, or that can have no effect."""

from __future__ import annotations

from collections.abc import Iterator

from sim.errors import Mistake
from sim.scenario import partners, plugins
from sim.scenario.compare_checks import comparison
from sim.scenario.drift_checks import built_in, drifts
from sim.scenario.kinds import Plugin
from sim.scenario.lines import Place
from sim.scenario.playbook_checks import teams
from sim.scenario.playbook_names import playbook_names
from sim.scenario.sampling import sampling
from sim.scenario.schema import DAY_S, MOST_VARIANTS, Candidate, Scenario
from sim.scenario.text import Document, is_file, show

_LEARNING_ONLY = ("model", "retrain", "window", "refresh", "takes", "incremental", "calibrate", "explore", "playbook", "then")
_WITHOUT_EFFECT_IN_REPLAY = (
    "queries", "query_types", "never_seen", "popularity", "popularity_shift", "commercial",
    "trend", "weekday", "season", "season_peak", "noise", "noise_memory", "types",
)  # fmt: skip
_MOST_PAIRS_IN_A_TOPIC = 50_000_000
_MOST_MATCHED_PAIRS = 30_000_000
_MOST_BYTES_OF_BUDGETS = 640_000_000
_MOST_PLAYED_A_DAY = 10_000_000_000
_MOST_QUERIES_A_DAY = 100_000_000_000  # a year's money still fits in 64 bits


def whole(scenario: Scenario, document: Document) -> list[Mistake]:
    """Every contradiction in a scenario whose keys are all right by themselves."""
    first = (_market, _without_effect, _delays, _demand, _sizes, _devices, _candidates, drifts, _replay, _types, _burn_in)
    rules = (*first, teams, playbook_names, comparison)
    return [mistake for rule in rules for mistake in rule(scenario, document)]


def _market(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    market, topics = scenario.market, scenario.traffic.topics
    if market.ads < topics * market.matched:
        needed = f"at least {topics * market.matched:,}, so that each topic has the {market.matched} that are matched to a query"
        yield document.mistake(("market", "ads"), f"{market.ads:,} ads in {topics} topics", needed)
    if market.advertisers > market.ads:
        yield document.mistake(
            ("market", "advertisers"), f"found {market.advertisers:,}", f"at most one for each of the {market.ads:,} ads"
        )
    if market.slots > market.matched:
        yield document.mistake(("market", "slots"), f"found {market.slots}", f"at most the {market.matched} ads matched to a query")


def _without_effect(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """Keys that another one turns off."""
    market, users, conversions = scenario.market, scenario.users, scenario.conversions
    conditions = (
        ("market", ("budget_spread",), not market.budget, "without a budget above 0"),
        ("market", ("refunds_after",), market.invalid == 0, "while no click is invalid"),
        ("users", ("after_click",), users.click_model != "cascade", "without click_model = 'cascade'"),
        ("users", ("memory",), users.blindness == users.leaving == 0, "while neither blindness nor leaving is above 0"),
        ("conversions", tuple(type(conversions).model_fields)[1:], conversions.rate == 0, "while the rate is 0"),
    )
    for table, keys, off, why in conditions:
        for key in keys:
            if off and key in getattr(scenario, table).model_fields_set:
                yield document.mistake((table, key), f"has no effect {why}")


def _delays(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    delays, shares = scenario.conversions.delays, scenario.conversions.delay_shares
    if len(delays) != len(shares):
        key = "delay_shares" if "delay_shares" in scenario.conversions.model_fields_set else "delays"
        yield document.mistake(
            ("conversions", key), f"{len(delays)} delays with {len(shares)} shares", "a share for each delay, in 'delay_shares'"
        )


def _demand(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    traffic = scenario.traffic
    ends = (-(scenario.history.days // DAY_S), scenario.days)
    most = traffic.queries * max((1 + traffic.trend) ** (day / 365) for day in ends)
    for _, drift in built_in(scenario):
        if drift.what == "demand" and drift.kind != "random_walk":
            most *= 1 + max(0.0, drift.by)
    played = scenario.engine.sampler == "queries"
    limit, where = (_MOST_PLAYED_A_DAY, " where each is played") if played else (_MOST_QUERIES_A_DAY, "")
    if most > limit and traffic.replay is None:
        yield document.mistake(("traffic", "queries"), f"{most:,.0f} a day, with trend and drifts", f"at most {limit:,} on any day{where}")


def _sizes(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    traffic = scenario.traffic
    if traffic.replay is None:
        yield from sizes(scenario, document, traffic.query_types)
        if traffic.query_types < traffic.topics:
            yield document.mistake(
                ("traffic", "topics"), f"{traffic.topics} topics for {traffic.query_types} query types", "at most as many"
            )


def sizes(scenario: Scenario, document: Document, query_types: int) -> Iterator[Mistake]:
    """Whether a world of *query_types* (the scenario's, or its log's) can be held in memory."""
    traffic, market = scenario.traffic, scenario.market
    topics = min(traffic.topics, query_types)
    pairs = query_types * market.ads / topics**2
    if pairs > _MOST_PAIRS_IN_A_TOPIC:
        yield document.mistake(
            ("traffic", "topics"),
            f"{pairs:,.0f} pairs of query type and ad in each topic",
            f"at most {_MOST_PAIRS_IN_A_TOPIC:,}",
            "more topics or fewer ads",
        )
    before = plugins.built_in("explore", "epsilon")().pages if scenario.history.explored else 1
    variants = max(*map(_variants, scenario.candidates), before)
    matched = (query_types + 16 * topics) * market.matched * len(scenario.devices) * variants
    most, where = _MOST_MATCHED_PAIRS, ""
    if market.budget is not None:
        most, where = min(most, _MOST_BYTES_OF_BUDGETS // _bytes_of_budgets(scenario)), " where advertisers have budgets"
    if matched > most:
        factors = "query types × devices × matched" + (" × variants of exploration" if variants > 1 else "")
        yield document.mistake(
            ("traffic", "replay" if traffic.replay else "query_types"),
            f"{matched:,} matched ads to score",
            f"at most {most:,} ({factors}){where}",
        )


def _bytes_of_budgets(scenario: Scenario) -> int:
    """What is kept of each matched ad of a page, where budgets may end: its auction, and the accounts of each slot."""
    lanes = -(-scenario.market.slots // 4) * 4
    return 16 + lanes * (16 if sampling(scenario).sampler == "queries" else 40)


def _variants(candidate: Candidate) -> int:
    """In how many variants a candidate's pages are made; of a user's explorer only the most that it may make is known."""
    explore = candidate.explore
    if explore is None:
        return 1
    if explore.use not in plugins.BUILT_IN["explore"]:
        return MOST_VARIANTS
    try:
        return int(plugins.built_in("explore", explore.use)(**explore.arguments).pages)
    except (TypeError, ValueError):  # its arguments are wrong: told for themselves
        return 1


def _devices(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    yield from _twice([device.name for device in scenario.devices], "device", document)


def _candidates(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    yield from _twice([candidate.name for candidate in scenario.candidates], "candidate", document)
    for number, candidate in enumerate(scenario.candidates):
        yield from _candidate(candidate, ("candidate", number), document)
        yield from partners.switched(candidate, ("candidate", number), scenario.days, document)
        yield from _same_point(number, scenario, document)


def _same_point(number: int, scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """A point of a sweep that is the same as an earlier one, such as of "14d" and "2 weeks"."""
    swept = scenario.candidates[number].swept
    if swept is None:
        return
    bare = [candidate.model_copy(update={"name": "", "swept": None}) for candidate in scenario.candidates[: number + 1]]
    for earlier, other in enumerate(scenario.candidates[:number]):
        if other.swept and other.swept.candidate == swept.candidate and bare[earlier] == bare[number]:
            found = f"{scenario.candidates[number].name!r} is the same as {other.name!r}"
            yield document.mistake(("candidate", number, "name"), found, "values that differ")
            return


def _candidate(candidate: Candidate, place: Place, document: Document) -> Iterator[Mistake]:
    if (candidate.policy is None) == (candidate.objective is None):
        found = "has both a policy and an objective" if candidate.policy else "has neither a policy nor an objective"
        yield document.mistake(place, found, 'either policy = "keyword" (a fixed rule) or objective = "clicks" with a model')
    elif candidate.policy is not None:
        for key in _LEARNING_ONLY:
            if key in candidate.model_fields_set:
                yield document.mistake(
                    (*place, key), "has no effect: a policy does not learn", "", "remove it, or give an objective instead of a policy"
                )
    elif candidate.model is None:
        yield document.mistake(
            (*place, "model"),
            "is missing",
            "a class with fit and predict_proba",
            'such as model = { use = "sklearn.linear_model:LogisticRegression" }',
        )
    if candidate.policy is None and candidate.incremental and candidate.retrain == "never":
        yield document.mistake((*place, "incremental"), "has no effect: the model is trained once", "", "remove it, or retrain")


def _replay(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    traffic = scenario.traffic
    if traffic.replay is None:
        for place, policy in _policies(scenario):
            if policy.use == "as_logged" and traffic.types is None:
                yield document.mistake(place, "'as_logged' needs a log to go by", "only together with [traffic] replay or types")
        if "columns" in traffic.model_fields_set:
            yield document.mistake(("traffic", "columns"), "has no effect without replay", "the columns of a log that is replayed")
        return
    for key in _WITHOUT_EFFECT_IN_REPLAY:
        if key in traffic.model_fields_set:
            yield document.mistake(
                ("traffic", key), "has no effect while a log is replayed", "", "remove it: the log's own queries are the traffic"
            )
    if "intent_lift" in scenario.users.model_fields_set:
        yield document.mistake(
            ("users", "intent_lift"), "has no effect while a log is replayed", "", "remove it: all of the log's queries are about buying"
        )
    if not is_file(document.folder / traffic.replay):
        yield document.mistake(
            ("traffic", "replay"),
            f"no such file: {show(traffic.replay)}",
            "a CSV (also .gz) or Parquet file, looked for beside the scenario",
        )
    if traffic.columns.queries and traffic.columns.impressions:
        yield document.mistake(
            ("traffic", "columns"), "names both queries and impressions", "one of them: the count that drives the simulation"
        )


def _types(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    types = scenario.traffic.types
    if types is not None and scenario.traffic.replay is None and not is_file(document.folder / types):
        found = f"no such file: {show(types)}"
        yield document.mistake(("traffic", "types"), found, "a CSV (also .gz) or Parquet file, looked for beside the scenario")


def beside_table(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    """Settings of a scenario that can have no effect beside its table of query types."""
    said = scenario.traffic.model_fields_set
    for key in ("query_types", "popularity", "popularity_shift"):
        if key in said:
            yield document.mistake(("traffic", key), "has no effect beside a table of query types", "", "remove it, or remove types")
    if "commercial" in said and scenario.traffic.never_seen == 0:
        yield document.mistake(("traffic", "commercial"), "has no effect: all types of the table are about buying", "", "remove it")


def _burn_in(scenario: Scenario, document: Document) -> Iterator[Mistake]:
    if scenario.history.days > 1000 * DAY_S:
        yield document.mistake(("history", "days"), f"found {scenario.history.days // DAY_S} days", "at most 1000 days")


def _policies(scenario: Scenario) -> Iterator[tuple[Place, Plugin]]:
    yield ("history", "policy"), scenario.history.policy
    for number, candidate in enumerate(scenario.candidates):
        if candidate.policy is not None:
            yield ("candidate", number, "policy"), candidate.policy


def _twice(names: list[str], kind: str, document: Document) -> Iterator[Mistake]:
    for number, name in enumerate(names):
        if name in names[:number]:
            yield document.mistake((kind, number, "name"), f"{name!r} is the name of another {kind} too", "each its own")
