"""The contract that a key which changes nothing is a bug.

Every setting, argument and built-in is moved once in a tiny scenario, and the run has to move with it:
its ledgers, or for what is only reported its document. A new key without an entry here fails too.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, get_args

import numpy as np
import pytest
from pydantic import BaseModel

import sim
from reports.export import run_json
from sim.scenario import drift_schema, plugins, roles, schema
from tests.small import SMALL_WORLD

TINY = f"""
name = "tiny"
horizon = "20 days"
{SMALL_WORLD}
[labels]
rows = 500

[[candidate]]
policy = "keyword"

[[candidate]]
objective = "clicks"
model = "sklearn.linear_model:LogisticRegression"
retrain = "7 days"
window = "14 days"

[[candidate]]
objective = "impressions"
model = "sklearn.linear_model:LogisticRegression"
retrain = "7 days"
window = "14 days"
"""

MODULE = """
import dataclasses
import numpy as np

class ByName:
    \"\"\"Believes in the text match, and in whatever the second device is called.\"\"\"

    def fit(self, X, y, sample_weight=None):
        return self

    def predict_proba(self, X):
        called = sum(map(ord, [name for name in X.columns if name.startswith("device_")][0])) % 7
        p = np.clip(X["text_match"].to_numpy() / (10 + called), 0, 1)
        return np.column_stack([1 - p, p])

class Halfway:
    @staticmethod
    def price(bid, thresholds, looks, slots):
        return (bid + thresholds[0]) / 2

def value(columns, share=1.0):
    return share * columns["probability"] * columns["bid"]

class HalfOfThem:
    \"\"\"Half of the queries get no page.\"\"\"

    def __init__(self, nothing=0.5):
        self.nothing = nothing

    def explore(self, prospect, key):
        from dataclasses import replace
        offers = prospect.offers
        both = {name: np.concatenate([getattr(offers, name)] * 2) for name in ("quality", "value_without_bid")}
        value = np.concatenate([offers.value, np.full_like(offers.value, -np.inf)])
        return replace(offers, value=value, weights=np.array([1 - self.nothing, self.nothing]), **both)

class Surge:
    \"\"\"Twice the demand, or as many times as it is told.\"\"\"

    def __init__(self, by=2.0):
        self.by = by

    def times(self, end_s):
        return [3 * 86400]

    def apply(self, patterns, at_s):
        return dataclasses.replace(patterns, demand=patterns.demand * self.by) if at_s >= 3 * 86400 else patterns
"""

HEADER = "day,date,query,keyword,queries,asked,impressions,shown,clicks,pressed\n"
LOG = HEADER + "".join(
    f"2026-03-{day:02},2026-03-{31 - day:02},a{query},b{4 - query},{90 + day},{80 + day},{70 + day},{60 + day},{query},{day % 9}\n"
    for day in range(1, 31)
    for query in range(5)
)
LOGGED = TINY.replace('queries     = "5k/day"\nquery_types = 400\n', 'replay = "log.csv"\n')


class Move(NamedTuple):
    """How a key is moved: lines laid over a base, before and after; what moves with it; and which base."""

    after: str
    before: str = ""
    moves: str = "ledgers"
    base: str = "tiny"


def rule(policy: str) -> str:
    return f"[[candidate]]\nname = 'x'\npolicy = {policy}\n"


def learner(lines: str = "", objective: str = "'clicks'", model: str = "'sklearn.linear_model:LogisticRegression'") -> str:
    kept = "".join(f"{key} = '7 days'\n" for key in ("retrain", "window", "refresh") if f"{key} =" not in lines)
    return f"[[candidate]]\nname = 'x'\nobjective = {objective}\nmodel = {model}\n{kept}{lines}\n"


SGD = "{ use = 'sklearn.linear_model:SGDClassifier', loss = 'log_loss' }"


def objective_moves(use: str, **arguments: tuple[str, str]) -> dict[str, Move]:
    """How to move every argument of an objective: from its other arguments (a text) to a value of its own."""
    return {
        f"objective.{use}.{name}": Move(
            learner(objective=f"{{ use = '{use}', {beside}{name} = {value} }}"), learner(objective=f"{{ use = '{use}', {beside[:-2]} }}")
        )
        for name, (value, beside) in arguments.items()
    }


def explorer(text: str, model: str = "'sklearn.linear_model:LogisticRegression'") -> str:
    return learner(f"explore = {text}", model=model)


def devices(name: str = "b", share: float = 0.5, examination: float = 1.0, clicks: float = 0.0) -> str:
    second = f"name = '{name}'\nshare = {share}\nexamination = {examination}\nclicks = {clicks}\n"
    return f"[[device]]\nname = 'a'\nshare = 0.5\n[[device]]\n{second}"


DRIFTS = {
    "step": {},
    "ramp": {"lasts": "'6 days'"},
    "random_walk": {"every": "'2 days'"},
    "season": {"peak": "'day 6'", "period": "'11 days'"},
    "shock": {"half_life": "'4 days'"},
    "outage": {"what": "'tracking'", "at": "'day 2'", "lasts": "'5 days'"},
}


def drift(kind: str = "step", **changes: str) -> str:
    settings = {"what": "'clicks'", "at": "'day 3'", "by": "0.9"} | DRIFTS[kind] | changes
    if kind == "season":
        del settings["at"]
    return f"[[drift]]\nkind = '{kind}'\n" + "".join(f"{key} = {value}\n" for key, value in settings.items())


def drift_moves(kind: str, other: str, what: str = "clicks", **more: str) -> dict[str, Move]:
    """How to move every key of a kind of drift."""
    of = {"what": f"'{what}'"}
    moved = {"by": "0.3"} | ({} if kind == "season" else {"at": "'day 5'"}) | more
    moves = {key: Move(drift(kind, **of | {key: value}), drift(kind, **of)) for key, value in moved.items()}
    moves["kind"] = Move(drift(other, **of), drift(kind, **of))
    moves["what"] = Move(drift(kind, what="'demand'" if what == "topics" else "'topics'"), drift(kind, **of))
    return {f"drift.{kind}.{key}": move for key, move in moves.items()}


OUTAGE = {
    "kind": Move(drift(), drift("outage")),
    "what": Move("[[drift]]\nkind = 'outage'\nwhat = 'model'\nat = 'day 2'\nlasts = '5 days'", drift("outage")),
    "at": Move(drift("outage", at="'day 4'"), drift("outage")),
    "lasts": Move(drift("outage", lasts="'9 days'"), drift("outage")),
    "by": Move(drift("outage", by="0.5"), drift("outage")),
}
MOVES: dict[str, Move] = {
    "name": Move("name = 'other'", moves="document"),
    "question": Move("question = 'why?'", moves="document"),
    "start": Move("start = 2026-01-02"),
    "horizon": Move("horizon = '21 days'"),
    "seed": Move("seed = 2"),
    "replications": Move("replications = 2"),
    "traffic.queries": Move("traffic.queries = '6k/day'"),
    "traffic.query_types": Move("traffic.query_types = 300"),
    "traffic.topics": Move("traffic.topics = 5"),
    "traffic.never_seen": Move("traffic.never_seen = '30%'"),
    "traffic.popularity": Move("traffic.popularity = 0.8"),
    "traffic.popularity_shift": Move("traffic.popularity_shift = 2.0"),
    "traffic.commercial": Move("traffic.commercial = '50%'"),
    "traffic.trend": Move("traffic.trend = '+50%'"),
    "traffic.weekday": Move("traffic.weekday = [1, 1, 1, 1, 1, 1, 1]"),
    "traffic.season": Move("traffic.season = '20%'"),
    "traffic.season_peak": Move("traffic = { season = 0.2, season_peak = 3 }", "traffic = { season = 0.2 }"),
    "traffic.noise": Move("traffic.noise = '20%'"),
    "traffic.noise_memory": Move("traffic.noise_memory = 0.1"),
    "traffic.replay": Move("traffic.replay = 'other.csv'", base="logged"),
    "traffic.columns.day": Move("traffic.columns.day = 'date'", base="logged"),
    "traffic.columns.query": Move("traffic.columns.query = 'keyword'", base="logged"),
    "traffic.columns.queries": Move("traffic.columns.queries = 'asked'", base="logged"),
    "traffic.columns.impressions": Move("traffic.columns.impressions = 'shown'", base="logged"),
    "traffic.columns.clicks": Move("traffic.columns.clicks = 'pressed'", base="logged"),
    "market.ads": Move("market.ads = 900"),
    "market.advertisers": Move("market.advertisers = 40"),
    "market.matched": Move("market.matched = 9"),
    "market.slots": Move("market.slots = 3"),
    "market.bid": Move("market.bid = 2.0"),
    "market.bid_spread": Move("market.bid_spread = 0.2"),
    "market.reserve": Move("market.reserve = 0.5"),
    "market.pricing": Move("market.pricing = 'own_parts:Halfway'"),
    "market.budget": Move("market.budget = 1.5"),
    "market.budget_spread": Move("market = { budget = 1.5, budget_spread = 0.2 }", "market = { budget = 1.5 }"),
    "market.invalid": Move("market.invalid = '10%'"),
    "market.refunds_after": Move("market.refunds_after = '3 days'"),
    "market.currency": Move("market.currency = 'EUR'", moves="document"),
    "market.worthy": Move("market.worthy = '2%'"),
    "users.click_rate": Move("users.click_rate = [2.0, 33.6]"),
    "users.worthy_lift": Move("users.worthy_lift = 2.0"),
    "users.intent_lift": Move("users.intent_lift = 2.0"),
    "users.ad_spread": Move("users.ad_spread = 1.0"),
    "users.click_model": Move("users.click_model = 'cascade'"),
    "users.after_click": Move("users = { click_model = 'cascade', after_click = 0.9 }", "users = { click_model = 'cascade' }"),
    "users.frailty": Move("users.frailty = 0.8"),
    "users.memory": Move("users.memory = '9 days'"),
    "users.blindness": Move("users.blindness = 2.0"),
    "users.leaving": Move("users.leaving = 1.0"),
    "conversions.rate": Move("conversions.rate = '20%'"),
    "conversions.spread": Move("conversions.spread = 1.5"),
    "conversions.worthy_lift": Move("conversions.worthy_lift = 1.0"),
    "conversions.worth": Move("conversions.worth = 2.0"),
    "conversions.delays": Move(
        "conversions.delays = ['1 min', '2 min', '3 min']\n" + learner(objective="'conversions'"), learner(objective="'conversions'")
    ),
    "conversions.delay_shares": Move(
        "conversions.delay_shares = [0.9, 0.09, 0.01]\n" + learner(objective="'conversions'"), learner(objective="'conversions'")
    ),
    "device.name": Move(devices(name="c") + learner(model="'own_parts:ByName'"), devices() + learner(model="'own_parts:ByName'")),
    "device.share": Move(devices(share=0.2), devices()),
    "device.examination": Move(devices(examination=2.0), devices()),
    "device.clicks": Move(devices(clicks=0.5), devices()),
    "history.days": Move("history.days = '21 days'"),
    "history.policy": Move("history.policy = 'always_show'"),
    "labels.rows": Move("labels.rows = 900"),
    "labels.error": Move("labels.error = '40%'"),
    "candidate.name": Move(rule("'keyword'").replace("'x'", "'y'"), rule("'keyword'"), moves="document"),
    "candidate.policy": Move(rule("'random'"), rule("'keyword'")),
    "candidate.objective": Move(learner(objective="'revenue'"), learner()),
    "candidate.model": Move(learner(model="'sklearn.naive_bayes:GaussianNB'"), learner()),
    "candidate.retrain": Move(learner("retrain = '3 days'"), learner()),
    "candidate.window": Move(learner("window = '3 days'"), learner()),
    "candidate.refresh": Move(learner("refresh = '3 days'"), learner()),
    "candidate.takes": Move(learner("takes = '2 days'"), learner()),
    "candidate.incremental": Move(learner("incremental = true", model=SGD), learner(model=SGD)),
    "candidate.calibrate": Move(learner("calibrate = 'isotonic'"), learner("calibrate = 'sigmoid'")),
    "candidate.explore": Move(explorer("'epsilon'"), learner()),
    "candidate.then.at": Move(
        learner("then = { at = 'day 5', objective = 'revenue' }"), learner("then = { at = 'day 9', objective = 'revenue' }")
    ),
    "candidate.then.objective": Move(
        learner("then = { at = 'day 5', objective = 'revenue' }"),
        learner("then = { at = 'day 5', objective = { use = 'clicks', cut = 0.1 } }"),
    ),
    **drift_moves("step", "ramp", lasts="'4 days'", share="'50%'"),
    **drift_moves("ramp", "step", lasts="'9 days'", share="'50%'"),
    **drift_moves("random_walk", "step", every="'3 days'", half_life="'4 days'"),
    **drift_moves("season", "step", peak="'day 9'", period="'8 days'", share="'50%'"),
    **drift_moves("shock", "step", half_life="'9 days'", share="'50%'"),
    **{f"drift.outage.{key}": move for key, move in OUTAGE.items()},
    "drift.own.kind": Move("[[drift]]\nkind = 'own_parts:Surge'\n"),
    "drift.own.argument": Move("[[drift]]\nkind = 'own_parts:Surge'\nby = 3.0\n", "[[drift]]\nkind = 'own_parts:Surge'\n"),
    "policy.always_show": Move(rule("'always_show'"), rule("'keyword'")),
    "policy.never_show": Move(rule("'never_show'"), rule("'keyword'")),
    "policy.random": Move(rule("'random'"), rule("'always_show'")),
    "policy.keyword": Move(rule("'keyword'"), rule("'always_show'")),
    "policy.keyword.text": Move(rule("{ use = 'keyword', text = 1.5 }"), rule("'keyword'")),
    "policy.oracle": Move(rule("'oracle'"), rule("'always_show'")),
    "policy.oracle.objective": Move(rule("{ use = 'oracle', objective = 'clicks' }"), rule("'oracle'")),
    "policy.oracle.cut": Move(rule("{ use = 'oracle', cut = 0.2 }"), rule("'oracle'")),
    "policy.as_logged": Move(rule("'as_logged'"), rule("'always_show'"), base="logged"),
    "pricing.second_price": Move("", "market.pricing = 'first_price'"),
    "pricing.vickrey": Move("market.pricing = 'vickrey'"),
    "pricing.first_price": Move("market.pricing = 'first_price'"),
    "objective.impressions": Move(learner(objective="'impressions'"), learner()),
    "objective.impressions.cut": Move(learner(objective="{ use = 'impressions', cut = 0.6 }"), learner(objective="'impressions'")),
    "objective.clicks": Move(learner(), learner(objective="'revenue'")),
    "objective.clicks.cut": Move(learner(objective="{ use = 'clicks', cut = 0.05 }"), learner()),
    "objective.revenue": Move(learner(objective="'revenue'"), learner()),
    "objective.revenue.cut": Move(learner(objective="{ use = 'revenue', cut = 0.05 }"), learner(objective="'revenue'")),
    "objective.conversions": Move(learner(objective="'conversions'"), learner()),
    "objective.conversions.cut": Move(
        learner(objective="{ use = 'conversions', cut = -1 }"), learner(objective="{ use = 'conversions', cut = 0.01 }")
    ),
    "objective.advertiser_value": Move(learner(objective="'advertiser_value'"), learner()),
    "objective.advertiser_value.cut": Move(
        learner(objective="{ use = 'advertiser_value', cut = -1 }"), learner(objective="{ use = 'advertiser_value', cut = 0.5 }")
    ),
    "objective.long_term": Move(learner(objective="'long_term'"), learner(objective="'revenue'")),
    **objective_moves("long_term", annoyance=("0.2", "cut = 0.01, "), cut=("0.05", "annoyance = 0.01, ")),
    "objective.blend": Move(learner(objective="{ use = 'blend', clicks = 1.0, show = 1.0 }"), learner()),
    **objective_moves(
        "blend",
        revenue=("1.0", "show = 1.0, cut = 0.4, "),
        clicks=("9.0", "revenue = 1.0, cut = 0.1, "),
        show=("-0.1", "revenue = 1.0, "),
        cut=("0.1", "revenue = 1.0, "),
    ),
    **{
        f"objective.blend.{name}": Move(
            learner(objective=f"{{ use = 'blend', {name} = 1.0, cut = 0.005 }}"),
            learner(objective="{ use = 'blend', clicks = 1.0, cut = 0.005 }"),
        )
        for name in ("conversions", "advertiser_value")
    },
    "objective.constrained": Move(learner(objective="'constrained'"), learner(objective="'revenue'")),
    **objective_moves(
        "constrained",
        maximise=("'impressions'", "at_least = 0.05, "),
        subject_to=("'show'", "at_least = 0.05, "),
        at_least=("'8%'", "cut = 0.0, "),
        cut=("0.05", "at_least = 0.05, "),
    ),
    "objective.own": Move(learner(objective="'own_parts:value'"), learner()),
    "objective.own.learns": Move(learner(objective="{ use = 'own_parts:value', learns = 'show' }"), learner(objective="'own_parts:value'")),
    "objective.own.cut": Move(learner(objective="{ use = 'own_parts:value', cut = 0.05 }"), learner(objective="'own_parts:value'")),
    "objective.own.argument": Move(
        learner(objective="{ use = 'own_parts:value', share = 0.5, cut = 0.01 }"),
        learner(objective="{ use = 'own_parts:value', cut = 0.01 }"),
    ),
    "explore.epsilon": Move(explorer("'epsilon'"), explorer("'thompson'")),
    "explore.epsilon.share": Move(explorer("{ use = 'epsilon', share = '30%' }"), explorer("'epsilon'")),
    "explore.epsilon.variants": Move(explorer("{ use = 'epsilon', variants = 2 }"), explorer("'epsilon'")),
    "explore.thompson": Move(explorer("'thompson'"), learner()),
    "explore.thompson.variants": Move(explorer("{ use = 'thompson', variants = 2 }"), explorer("'thompson'")),
    "explore.thompson.scale": Move(explorer("{ use = 'thompson', scale = 0.3 }"), explorer("'thompson'")),
    "explore.own": Move(explorer("'own_parts:HalfOfThem'"), learner()),
    "explore.own.argument": Move(explorer("{ use = 'own_parts:HalfOfThem', nothing = 0.1 }"), explorer("'own_parts:HalfOfThem'")),
    "model.glm": Move(learner(model="'glm'"), learner()),
    "model.glm.link": Move(learner(model="{ use = 'glm', alpha = 1, link = 'cloglog' }"), learner(model="{ use = 'glm', alpha = 1 }")),
    "model.glm.alpha": Move(learner(model="{ use = 'glm', alpha = 10 }"), learner(model="'glm'")),
    "model.own": Move(learner(model="'own_parts:ByName'"), learner()),
    "model.argument": Move(learner(model="{ use = 'sklearn.linear_model:LogisticRegression', C = 1e-6 }"), learner()),
}


def known_keys() -> set[str]:
    """Every setting, built-in and argument there is."""
    return {
        *settings_of(schema.Scenario),
        *parts(),
        "objective.own",
        "objective.own.argument",
        "drift.own.argument",
        "model.own",
        "model.argument",
        "explore.own",
        "explore.own.argument",
    }


def settings_of(table: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in table.model_fields.items():
        key = above + (field.alias or name)
        inner = list(tables_in(field.annotation))
        for one in inner:
            kind = [*get_args(one.model_fields["kind"].annotation), "own"][:1] if len(inner) > 1 else []
            yield from settings_of(one, ".".join([key, *kind]) + ".")
        if not inner and not field.exclude:
            yield key


def tables_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, schema.Table):
        yield annotation
    for inner in get_args(annotation):
        yield from tables_in(inner)


def parts() -> Iterator[str]:
    for kind, paths in plugins.BUILT_IN.items():
        for use in paths:
            yield f"{kind}.{use}"
            yield from (f"{kind}.{use}.{argument}" for argument in inspect.signature(plugins.built_in(kind, use)).parameters)
    yield from (f"objective.own.{key}" for key in roles.OWN_OBJECTIVE)


@pytest.fixture(scope="module")
def play(tmp_path_factory) -> Callable[[str, str], dict[str, Any]]:
    """The ledgers and the document of a base with some lines laid over it; each is played once."""
    folder = tmp_path_factory.mktemp("tiny")
    for name, text in {"tiny.toml": TINY, "logged.toml": LOGGED, "own_parts.py": MODULE, "log.csv": LOG}.items():
        (folder / name).write_text(text)
    (folder / "other.csv").write_text(LOG.replace(",a1,", ",a0,", 1))
    played: dict[tuple[str, str], dict[str, Any]] = {}

    def run(lines: str, base: str) -> dict[str, Any]:
        if (lines, base) not in played:
            file = folder / "moved.toml"
            file.write_text(f"extends = '{base}.toml'\n{lines}\n")
            found = sim.run(file)
            assert not found.failed
            document = run_json(found)
            del document["run"]  # a hash of all settings
            played[lines, base] = {"ledgers": [one.days for one in found.candidates], "document": document}
        return played[lines, base]

    return run


def test_every_key_there_is_has_a_move():
    assert set(MOVES) == known_keys()


@pytest.mark.parametrize("key", MOVES)
def test_a_key_that_moves_moves_the_run(play, key):
    move = MOVES[key]
    before, after = play(move.before, move.base), play(move.after, move.base)
    same = all(map(np.array_equal, before["ledgers"], after["ledgers"]))
    assert same == (move.moves == "document")
    assert before["document"] != after["document"]


MORE = {
    "step": {"lasts": "'4 days'"},
    "ramp": {"lasts": "'9 days'"},
    "random_walk": {"every": "'3 days'", "half_life": "'4 days'"},
    "season": {"peak": "'day 9'", "period": "'8 days'"},
    "shock": {"half_life": "'9 days'"},
}
WHATS = [(kind, what) for kind in MORE for what in get_args(drift_schema.Levelled)] + [
    (kind, what) for kind in ("step", "ramp") for what in ("ads", "types")
]


@pytest.mark.parametrize(("kind", "what"), WHATS)
def test_a_key_of_a_drift_moves_whatever_drifts(play, kind, what):
    other = "ramp" if kind in ("step", "season", "random_walk") else "step"
    part = {} if kind == "season" or what in ("demand", "topics", "clicks", "worthiness", "bids") else {"by": "0.2"}
    settings = {"by": "0.3"} | part
    share = {"share": "'50%'"} if what in ("clicks", "bids") and kind != "random_walk" else {}
    for key, value in ({"by": "0.1"} | MORE[kind] | share | ({} if kind == "season" else {"at": "'day 5'"})).items():
        one, moved = drift(kind, **settings | {"what": f"'{what}'"}), drift(kind, **settings | {"what": f"'{what}'", key: value})
        before, after = play(one, "tiny"), play(moved, "tiny")
        assert not all(map(np.array_equal, before["ledgers"], after["ledgers"])), key
    before, after = play(one, "tiny"), play(drift(other, **settings | {"what": f"'{what}'"}), "tiny")
    assert not all(map(np.array_equal, before["ledgers"], after["ledgers"])), "kind"


def test_the_same_scenario_is_the_same_run(play):
    again = play("# nothing", "tiny")
    assert all(map(np.array_equal, play("", "tiny")["ledgers"], again["ledgers"]))
    assert play("", "tiny")["document"] == again["document"]
