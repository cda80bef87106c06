"""What a comparison says of made-up worlds, and of the simulator's own, is wrong as often as it says.

Every test is one seeded draw. `share` and `at_most` allow 4.5 standard errors, one false alarm in 100 000,
beside a tolerance where a method is known to be approximate.
"""

from dataclasses import replace

import numpy as np
import pytest

from sim import seeds
from sim.scenario.rules import parse
from sim.study.compare.choice import choose
from sim.study.compare.comparison import FAIL, PASS, SHIP
from sim.study.compare.figures import Figures
from sim.study.compare.margins import Margins
from sim.study.compare.rulings import rule_on
from sim.study.run import run_study
from tests.laws.tiny import policy, tiny
from tests.study.compare.made_up import run

FIXED, WATCHED = Margins(0.95, sequential=False), Margins(0.95, sequential=True)


def normals(part, *shape):
    return seeds.normals(seeds.key(8, "decision", part), int(np.prod(shape))).reshape(shape)


def share(hits, expected, tolerance=0.0):
    """Whether *hits* happen as often as expected, within their own noise and a stated tolerance."""
    return abs(np.mean(hits) - expected) <= tolerance + 4.5 * np.sqrt(expected * (1 - expected) / len(hits))


def at_most(hits, expected):
    """Whether *hits* are no oftener than *expected* but for their own noise."""
    return np.mean(hits) <= expected + 4.5 * np.sqrt(expected * (1 - expected) / len(hits))


def studies(part, count, n, lifts, spread=0.02, worlds=0.2):
    """Figures of so many studies: revenue in worlds of their own, the candidates' lifts with noise beside the baseline."""
    drawn = normals(part, count, n, len(lifts) + 1)
    base = 100 * np.exp(worlds * drawn[..., 0])
    for study in range(count):
        of = {"base": {"revenue": base[study]}}
        of |= {f"c{k}": {"revenue": base[study] * (1 + lift + spread * drawn[study, :, k + 1])} for k, lift in enumerate(lifts)}
        yield Figures(run(of, days=1), "base")


def first(figures, n):
    """The figures as they were after *n* replications."""
    candidates = tuple(replace(one, days=one.days[:n]) for one in figures.run.candidates)
    return Figures(replace(figures.run, candidates=candidates, replications=n), "base")


def watching(figures):
    return (first(figures, n) for n in range(2, figures.replications + 1))


def called(figures, margins):
    """Whether any candidate is said to differ from the baseline."""
    lifts = figures.lifts("revenue")
    return bool((np.abs(lifts.mean(axis=0)) > margins.family(lifts)).any())


@pytest.mark.parametrize(("lifts", "count"), [((0.0,), 1_500), ((0.0, 0.0, 0.0), 400)])
def test_a_study_of_twins_calls_any_difference_in_5_percent(lifts, count):
    assert share([called(one, FIXED) for one in studies(1, count, 8, lifts)], 0.05, tolerance=0.005)


@pytest.mark.parametrize("lifts", [(0.0,), (0.0, 0.0, 0.0)])
def test_twins_that_are_watched_are_told_apart_in_at_most_5_percent_however_often_one_looks(lifts):
    """150 studies of up to 30 replications; t intervals would say so in more than one of five."""
    found = list(studies(2, 150, 30, lifts))
    ever = [any(called(now, WATCHED) for now in watching(one)) for one in found]
    assert at_most(ever, 0.05)
    assert np.mean(ever) < 0.05
    if len(lifts) == 1:
        assert np.mean([any(called(now, FIXED) for now in watching(one)) for one in found]) > 0.2


GATE = parse("revenue_vs_baseline >= -1%")


def test_the_gate_passes_what_is_worse_than_its_limit_in_at_most_5_percent():
    """A true −1.3 % against −1 %, sd 2 %, 20 replications: 1.2 % by the rule, where the estimate alone passes 25 %."""
    found = [rule_on(GATE, one, 1, FIXED) for one in studies(3, 1_000, 20, (-0.013,))]
    assert share([one.status == PASS for one in found], 0.012, tolerance=0.003)
    assert np.mean([one.estimate >= -0.01 for one in found]) > 0.2
    at_the_limit = [rule_on(GATE, one, 1, FIXED).status for one in studies(4, 1_000, 20, (-0.01,))]
    for state in (PASS, FAIL):
        assert share([status == state for status in at_the_limit], 0.05, tolerance=0.005)


def test_three_candidates_at_the_limit_share_the_error():
    at_the_limit = [[rule_on(GATE, one, c, FIXED).status for c in (1, 2, 3)] for one in studies(5, 500, 12, (-0.01,) * 3)]
    assert at_most([PASS in states for states in at_the_limit], 0.05)
    assert at_most([FAIL in states for states in at_the_limit], 0.05)


def test_the_gate_holds_when_it_is_watched():
    at_the_limit = [[rule_on(GATE, now, 1, WATCHED).status for now in watching(one)] for one in studies(6, 100, 25, (-0.01,))]
    assert at_most([PASS in states for states in at_the_limit], 0.05)
    assert at_most([FAIL in states for states in at_the_limit], 0.05)


def test_lifts_of_ratios_are_covered():
    """A click rate of 3 % and one that is 5 % higher, on pages of any number, 12 replications."""
    drawn, inside = normals(7, 1_000, 12, 4), []
    for worlds in drawn:
        shown = 100_000 * np.exp(0.3 * worlds[:, 0])
        of = {
            name: {"impressions": shown * more, "clicks": 0.03 * (1 + lift) * shown * more * np.exp(0.05 * luck - 0.00125)}
            for name, lift, more, luck in (("base", 0, 1, worlds[:, 1]), ("c0", 0.05, np.exp(0.1 * worlds[:, 3]), worlds[:, 2]))
        }
        found = FIXED.single(Figures(run(of, days=1), "base").lift("ctr", 1))
        inside.append(found.low <= 0.05 <= found.high)
    assert share(inside, 0.95, tolerance=0.015)


ZONE = 0.005
TRUTHS = [
    (0.0,),  # twins: nothing is better
    (-0.002, -0.001),  # all a little worse
    (0.004, 0.012),  # the first is better than the baseline, but beyond the zone behind the best
    (0.0, 0.0065),
    (-0.0001, 0.0, 0.0001, 0.02),
]


def wrong(ship, truth):
    """Whether what ships is worse than the baseline, or beyond the zone behind the best."""
    true = np.array((0.0, *truth))
    return ship is not None and (ship == 0 or true[ship] <= 0 or true[ship] < true.max() - ZONE)


def chosen(figures, margins):
    found = choose(figures.lifts("revenue"), 0, margins, ZONE, (), figures.names)
    assert (found.verdict == SHIP) == (found.ship is not None)
    return found.ship


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_wrong_candidate_ships_in_at_most_5_percent(truth):
    ships = [chosen(one, FIXED) for one in studies(8, 150, 12, truth, spread=0.01)]
    assert at_most([wrong(ship, truth) for ship in ships], 0.05)


@pytest.mark.parametrize("truth", TRUTHS)
def test_the_wrong_candidate_ships_in_at_most_5_percent_when_it_stops_as_soon_as_one_does(truth):
    found = studies(9, 80, 25, truth, spread=0.01)
    ships = [next((ship for now in watching(one) if (ship := chosen(now, WATCHED)) is not None), None) for one in found]
    assert at_most([wrong(ship, truth) for ship in ships], 0.05)
    if max(truth) > 0.01:
        assert np.mean([ship is not None for ship in ships]) > 0.3  # it does not hold by saying nothing


def rank(rule, n, margins):
    """The order statistic of *n* worlds that has to keep the limit; 0 for none."""
    found = rule_on(rule, Figures(run({"base": {}, "c0": {"revenue": np.arange(n) + 1.0}}, days=1), "base"), 1, margins)
    return 0 if found.bound is None else int(found.bound)


@pytest.mark.parametrize(("text", "quantile"), [("p10(revenue) >= 0.5", 0.1), ("p50(revenue) >= 0.5", 0.5), ("min(revenue) >= 0.5", 0.05)])
def test_rules_on_quantiles_keep_their_confidence_under_looking(text, quantile):
    """A share of *quantile* of all worlds is below the limit, and a look after each of 150 of them."""
    most, rule = 150, parse(text)
    below = seeds.uniforms(seeds.key(8, "decision", 10), 4_000 * most).reshape(4_000, most) < quantile
    seen = below.cumsum(axis=1)
    allowed = np.array([rank(rule, n, WATCHED) for n in range(1, most + 1)])  # it passes with fewer below than that
    assert at_most((seen < allowed).any(axis=1), 0.05)
    assert (allowed > 0).any()
    once = np.array([rank(rule, n, FIXED) for n in (59, 100, 150)])
    for passes in (seen[:, [58, 99, 149]] < once).T:
        assert at_most(passes, 0.05)


def test_intervals_cover_what_a_long_run_of_the_simulator_itself_says():
    """20 studies of 8 replications of two rules' revenues and click rates, against the mean of all 160.

    Of 20 intervals 19 hold it; fewer than 14 do by chance in one study of 30 000 for each of 4 figures (binomial).
    """
    market = {"ads": 100, "advertisers": 20, "matched": 4, "worthy": 0.02}
    scenario = tiny(
        policy("keyword"), policy("always_show"), horizon="1 day", replications=160, history={"days": "1 day"},
        traffic={"queries": 1_000, "query_types": 100, "topics": 2}, market=market,
    )  # fmt: skip
    whole = run_study(scenario, workers=1)
    slices = [
        replace(whole, replications=8, candidates=tuple(replace(one, days=one.days[8 * part : 8 * part + 8]) for one in whole.candidates))
        for part in range(20)
    ]
    for metric in ("revenue", "ctr"):
        for found_in in (lambda figures, name: figures.lift(name, 1), lambda figures, name: figures.level(name, 1)):
            truth = found_in(Figures(whole, "keyword"), metric).mean()
            found = [FIXED.single(found_in(Figures(one, "keyword"), metric)) for one in slices]
            assert sum(one.low <= truth <= one.high for one in found) >= 14
