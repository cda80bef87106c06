"""Settings that contradict each other, or that can have no effect together."""

from __future__ import annotations

import pytest

from tests.scenario.conftest import RULE

LEARNER = '[[candidate]]\nobjective = "clicks"\nmodel = "sklearn.linear_model:LogisticRegression"\n'
LOG = "day,query,impressions,clicks\n" + "".join(f"2026-03-{day:02},shoes,9,1\n2026-03-{day:02},hats,5,0\n" for day in range(1, 31))
REPLAY = '[traffic]\nreplay = "log.csv"\n'


def only(mistakes):
    (mistake,) = mistakes
    return str(mistake).removeprefix("small.toml, ")


@pytest.fixture
def replay(check, write):
    """Every mistake in a small scenario that replays a log."""
    write(LOG, "log.csv")
    return lambda lines="", candidates=RULE: check(REPLAY + lines, candidates)


def test_a_scenario_of_three_lines_is_sound(check):
    assert check() == []
    assert check("", LEARNER) == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("[market]\nads = 319\nadvertisers = 5\n", "line 4  market.ads: 319 ads in 20 topics; at least 320, so that each topic has the 16"),
        ("[market]\nads = 1000\nadvertisers = 1001\n", "line 5  market.advertisers: found 1,001; at most one for each of the 1,000 ads"),
        ("[market]\nmatched = 3\nslots = 4\n", "line 5  market.slots: found 4; at most the 3 ads matched to a query"),
        ("[traffic]\nquery_types = 19\n", "line 3  traffic.topics: 20 topics for 19 query types; at most as many"),
        ("[traffic]\ntopics = 1\n", "line 4  traffic.topics: 100,000,000 pairs of query type and ad in each topic; at most 50,000,000"),
        ("[traffic]\nquery_types = 1_000_000\n", "line 4  traffic.query_types: 32,010,240 matched ads to score; at most 30,000,000"),
        ("[traffic]\nqueries = 1e9\n[history]\ndays = '1001 days'\n", "line 6  history.days: found 1001 days; at most 1000 days"),
    ],
)
def test_a_world_that_does_not_fit_is_refused(check, lines, words):
    assert only(check(lines)).startswith(words)


@pytest.mark.parametrize(
    "lines",
    [
        "[traffic]\nqueries = 1e10\ntrend = 900\n[[drift]]\nkind = 'step'\nwhat = 'demand'\nat = 'day 2'\nby = 50\n",
        "[traffic]\ntrend = '-99.99%'\n[history]\ndays = '700 days'\n",
        "[traffic]\nqueries = 1e10\n" + 4 * "[[drift]]\nkind = 'ramp'\nwhat = 'demand'\nat = 'day 2'\nlasts = '1 day'\nby = 1\n",
    ],
)
def test_trend_and_drifts_may_not_make_more_queries_than_can_be_played(check, lines):
    assert "a day, with trend and drifts; at most 100,000,000,000 on any day" in only(check(lines))


def test_fewer_queries_can_be_played_one_by_one(check):
    lines = "[traffic]\nqueries = 2e10\nnoise = 0\n"
    assert not check(lines)
    assert "at most 10,000,000,000 on any day where each is played" in only(check(lines + "[engine]\nsampler = 'queries'\n"))


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("[market]\nbudget_spread = 0.5", "line 4  market.budget_spread: has no effect without a budget above 0"),
        ("[market]\nbudget = 0\nbudget_spread = 0.5", "line 5  market.budget_spread: has no effect without a budget above 0"),
        ("[market]\ninvalid = 0\nrefunds_after = '3 days'", "line 5  market.refunds_after: has no effect while no click is invalid"),
        ("[users]\nafter_click = 0.5", "line 4  users.after_click: has no effect without click_model = 'cascade'"),
        ("[users]\nblindness = 0\nmemory = '9 days'", "line 5  users.memory: has no effect while neither blindness nor leaving is"),
        *(
            (f"[conversions]\nrate = 0\n{key}", f"line 5  conversions.{key.split(' ')[0]}: has no effect while the rate is 0")
            for key in ("spread = 1", "worthy_lift = 2", "worth = 2", "delays = ['1 h', '2 h', '3 h']", "delay_shares = [0.2, 0.3, 0.5]")
        ),
    ],
)
def test_a_setting_that_another_one_turns_off_is_a_mistake(check, lines, words):
    assert only(check(lines + "\n")).startswith(words)


@pytest.mark.parametrize(
    "lines",
    [
        "[market]\nbudget = 5\nbudget_spread = 0.5",
        "[market]\nbudget = 0",
        "[market]\ninvalid = 0",
        "[users]\nclick_model = 'cascade'\nafter_click = 0.5",
        "[users]\nblindness = 0\nleaving = 1\nmemory = '9 days'",
        "[users]\nblindness = 0",
        "[conversions]\nrate = 0",
        "[conversions]\nrate = 0.1\ndelays = ['1 h', '2 days']\ndelay_shares = [0.5, 0.5]",
    ],
)
def test_settings_that_work_together_are_sound(check, lines):
    assert check(lines + "\n") == []


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("delays = ['1 h']", "conversions.delays: 1 delays with 3 shares; a share for each delay, in 'delay_shares'"),
        ("delay_shares = [0.5, 0.5]", "conversions.delay_shares: 3 delays with 2 shares; a share for each delay"),
        ("delays = ['1 h']\ndelay_shares = [0.5, 0.5]", "conversions.delay_shares: 1 delays with 2 shares"),
    ],
)
def test_each_delay_has_its_share(check, lines, words):
    assert only(check(f"[conversions]\n{lines}\n")).split("  ")[1].startswith(words)


def test_a_world_with_budgets_keeps_each_auction_and_so_has_to_be_smaller(check):
    big = "[traffic]\nquery_types = 250_000\n"
    assert check(big) == []
    assert only(check(big + "[market]\nbudget = 10\n")) == (
        "line 4  traffic.query_types: 8,010,240 matched ads to score; "
        "at most 8,000,000 (query types × devices × matched) where advertisers have budgets"
    )
    smaller = "[traffic]\nquery_types = 120_000\n[market]\nbudget = 10\n"
    assert check(smaller) == []
    assert "at most 3,076,923 (" in only(check(smaller + "slots = 10\n"))  # accounts are kept of each slot
    assert "at most 3,636,363 (" in only(check(smaller + "[engine]\nsampler = 'counts'\n"))


@pytest.mark.parametrize(
    ("explore", "found"),
    [
        ("{ use = 'epsilon', variants = 4 }", "8,050,240"),
        ("{ use = 'thompson', variants = 5 }", "8,050,240"),
        ("'lots:Lots'", "25,760,768"),
        ("{ use = 'thompson', variants = 4 }", None),
    ],
)
def test_each_variant_of_an_exploring_policy_is_a_page_of_its_own(check, write, explore, found):
    write("class Lots:\n    def explore(self, prospect, key):\n        return prospect.offers\n", "lots.py")
    size = "[traffic]\nquery_types = 49_994\n[market]\nbudget = 10\n"
    mistakes = check(size, LEARNER + f"explore = {explore}\n")
    assert [str(one).split("  ")[-1].split(" matched")[0] for one in mistakes] == ([f"traffic.query_types: {found}"] if found else [])


def test_names_may_not_be_given_twice(check):
    assert only(check("", RULE * 2)) == "line 5  candidate 2, name: 'keyword' is the name of another candidate too; each its own"
    device = "[[device]]\nname = 'phone'\nshare = 1\n"
    assert only(check(device * 2)).startswith("line 7  device 2, name: 'phone' is the name of another device too")


@pytest.mark.parametrize(
    ("candidate", "words"),
    [
        ("name = 'x'", "line 3  candidate 1: has neither a policy nor an objective; either policy"),
        ("policy = 'keyword'\nobjective = 'clicks'", "line 3  candidate 1: has both a policy and an objective; either policy"),
        ("objective = 'clicks'", "line 3  candidate 1, model: is missing; a class with fit and predict_proba; such as model = {"),
        ("policy = 'oracle'\nretrain = 'never'", "line 5  candidate 1, retrain: has no effect: a policy does not learn"),
        ("policy = 'oracle'\nwindow = '7 days'", "line 5  candidate 1, window: has no effect: a policy does not learn"),
        ("policy = 'oracle'\nrefresh = '7 days'", "line 5  candidate 1, refresh: has no effect: a policy does not learn"),
        ("policy = 'oracle'\ntakes = '1 h'", "line 5  candidate 1, takes: has no effect: a policy does not learn"),
        ("policy = 'oracle'\nmodel = 'sklearn.naive_bayes:GaussianNB'", "line 5  candidate 1, model: has no effect: a policy does not"),
    ],
)
def test_a_candidate_is_either_a_rule_or_learns(check, candidate, words):
    assert only(check("", f"[[candidate]]\n{candidate}\n")).startswith(words)


def test_what_belongs_to_a_log_needs_one(check):
    assert only(check("[traffic]\ncolumns = { day = 'date' }\n")).startswith("line 4  traffic.columns: has no effect without replay")
    history = only(check("[history]\npolicy = 'as_logged'\n"))
    candidate = only(check("", "[[candidate]]\npolicy = 'as_logged'\n"))
    assert history == "line 4  history.policy: 'as_logged' needs a log to go by; only together with [traffic] replay or types"
    assert candidate.startswith("line 4  candidate 1, policy: 'as_logged' needs a log to go by")


def test_a_log_is_the_traffic(replay):
    assert replay() == []
    assert replay("[history]\npolicy = 'as_logged'\n", RULE + "[[candidate]]\npolicy = 'as_logged'\n" + LEARNER) == []


@pytest.mark.parametrize(
    "setting",
    [
        "queries = 5000", "query_types = 100", "never_seen = 0", "popularity = 1", "popularity_shift = 1", "commercial = 1", "trend = 0.1",
        "weekday = [1, 1, 1, 1, 1, 1, 2]", "season = 0.1", "season_peak = 3", "noise = 0", "noise_memory = 0.5",
    ],
)  # fmt: skip
def test_a_law_of_traffic_has_no_effect_beside_a_log(replay, setting):
    key = setting.split(" ")[0]
    assert only(replay(setting + "\n")).startswith(f"line 5  traffic.{key}: has no effect while a log is replayed; remove it")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("[users]\nintent_lift = 2\n", "line 6  users.intent_lift: has no effect while a log is replayed"),
        ("columns = { queries = 'impressions', impressions = 'impressions' }\n", "line 5  traffic.columns: names both queries and"),
        ("[[drift]]\nkind = 'step'\nwhat = 'demand'\nat = 'day 2'\nby = 1\n", "line 7  drift 1, what: demand can't drift while a log"),
        ("[[drift]]\nkind = 'step'\nwhat = 'topics'\nat = 'day 2'\nby = 1\n", "line 7  drift 1, what: topics can't drift while a log"),
        ("[[drift]]\nkind = 'ramp'\nwhat = 'types'\nat = 'day 2'\nby = 0.4\nlasts = '9 days'\n", "line 7  drift 1, what: types can't"),
    ],
)
def test_a_setting_that_a_log_overrules_is_a_mistake(replay, lines, words):
    assert only(replay(lines)).startswith(words)


def test_a_log_brings_its_own_days(check, write):
    write(LOG, "log.csv")
    late = only(check("start = 2026-01-01\n" + REPLAY))
    assert late == "line 3  start: has no effect while a log is replayed; remove it: the log begins on its own first day"
    write(LOG[: LOG.index("2026-03-11")], "log.csv")
    assert only(check(REPLAY)) == "line 2  horizon: asks for 20 days, but the log holds 10 (2026-03-01 and on); at most '10 days'"


def test_moments_are_counted_from_the_logs_first_day(check, write):
    write(LOG, "log.csv")
    drift = "[[drift]]\nkind = 'step'\nwhat = 'clicks'\nat = {}\nby = 1\n"
    assert check(REPLAY + drift.format("2026-03-20")) == []
    assert only(check(REPLAY + drift.format("2026-03-21"))).startswith("line 8  drift 1, at: falls on day 21")


def test_the_size_of_a_replayed_world_is_that_of_its_log(check, write):
    write(LOG, "log.csv")
    assert check(REPLAY + "topics = 1\n") == []
    write("day,query,impressions\n" + "".join(f"2026-03-{1 + n % 28:02},{n},1\n" for n in range(3000)), "log.csv")
    assert only(check(REPLAY + "topics = 1\n")).startswith("line 5  traffic.topics: 60,000,000 pairs of query type and ad")


@pytest.mark.parametrize("name", ["nope.csv", "", ".", "a\\u0000b", "x" * 5000])
def test_a_log_that_is_not_there_is_a_mistake(check, name):
    assert only(check(f'[traffic]\nreplay = "{name}"\n')).startswith("line 4  traffic.replay: no such file: '")


def test_a_mistake_in_a_log_is_told_with_the_line_that_names_it(check, write):
    write("nothing,of,this\n1,2,3\n", "log.csv")
    places = [(one.where, one.line) for one in check(REPLAY + "columns = { day = 'date' }\n")]
    assert places == [("traffic.columns.day", 5), ("traffic.columns.query", 5), ("traffic.columns.impressions", 5)]


def test_every_contradiction_is_told_at_once_and_in_order(check):
    lines = (
        "[market]\nads = 10\nadvertisers = 11\nmatched = 8\nslots = 9\n[[drift]]\nkind = 'step'\nwhat = 'topics'\nat = 'day 99'\nby = 2\n"
    )
    places = [one.where for one in check(lines, RULE * 2)]
    assert places == ["market.ads", "market.advertisers", "market.slots", "drift 1, at", "drift 1, by", "candidate 2, name"]
