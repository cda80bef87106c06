"""How every setting, argument and built-in there is can be moved, once, in a tiny scenario."""

from __future__ import annotations

from tests.contracts.drifting import OUTAGE, drift, drift_moves
from tests.contracts.move import Move
from tests.contracts.teams import TEAM_MOVES


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
    "traffic.types": Move("traffic.types = 'others.csv'", base="tabled"),
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
    "market.screened": Move("market.screened = true"),
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
    "conversions.worthy_lift": Move("conversions.worthy_lift = 1.0", base="learning"),
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
    "history.days": Move("history.days = '21 days'", base="learning"),
    "history.policy": Move("history.policy = 'always_show'"),
    "history.explored": Move("history.explored = '5%'"),
    "engine.sampler": Move("engine.sampler = 'counts'"),
    "labels.rows": Move("labels.rows = 900", base="learning"),
    "labels.error": Move("labels.error = '40%'", base="learning"),
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
    **TEAM_MOVES,
    "candidate.sweep": Move(learner("sweep = { 'objective.cut' = [0.05, 0.1] }"), learner()),
    "compare.baseline": Move("compare.baseline = 'keyword'", moves="comparison"),
    "compare.primary": Move("compare.primary = 'clicks'", moves="comparison"),
    "compare.indifference": Move("compare.indifference = '1%'", moves="comparison"),
    "compare.confidence": Move("compare.confidence = '90%'", moves="comparison"),
    "compare.replications": Move("compare.replications = 200", moves="comparison"),
    "guardrails.rules": Move("guardrails.rules = ['ctr >= 2%']", moves="comparison"),
    **drift_moves("step", "ramp", lasts="'4 days'", share="'50%'"),
    **drift_moves("ramp", "step", lasts="'9 days'", share="'50%'"),
    **drift_moves("random_walk", "step", every="'3 days'", half_life="'4 days'"),
    "drift.random_walk.settled": Move(
        drift("random_walk", half_life="'4 days'", settled="true"), drift("random_walk", half_life="'4 days'")
    ),
    **drift_moves("season", "step", peak="'day 9'", period="'8 days'", share="'50%'"),
    **drift_moves("shock", "step", half_life="'9 days'", share="'50%'"),
    **{f"drift.outage.{key}": move._replace(base="learning") for key, move in OUTAGE.items()},
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
