"""From a model to pages: offline gate, shadow, canary, everyone; and back, where the canary does harm."""

from __future__ import annotations

from sim.columns import QUERIES, REVENUE
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team import findings
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.team import Step, Team
from sim.scenario.schema import DAY_S

_BEFORE = 14  # days that a canary is held against


def deploy(team: Team, clock: Clock) -> Step:
    """Take the newest model through every stage; returns whether it serves."""
    entropy = findings.normalised_entropy(team.test.label, team.ask(team.test))
    seen = {"normalised_entropy": entropy}
    if entropy >= 1:
        team.write(
            clock.now_s, "rollback", f"held at the gate: normalised entropy {entropy:.2f} is no better than the base rate", evidence=seen
        )
        return False
    before = dict(team.models)
    yield clock.at(clock.now_s + team.plan.shadow, Rank.DEPLOYMENT)
    team.models = {"show": team.model}
    team.served = team.plan.canary
    team.serve(clock.now_s)
    begun_s = clock.now_s
    yield clock.at(begun_s + team.plan.canary_lasts, Rank.DEPLOYMENT)
    first, last = begun_s // DAY_S, clock.now_s // DAY_S
    earned, was = revenue_a_query(team, first, last), revenue_a_query(team, max(first - _BEFORE, 0), first)
    change = earned / was - 1 if was else 0.0
    seen |= {"canary_revenue_change": change}
    if change < -team.plan.canary_loss:
        team.models, team.served = before, 1.0 if before else 0.0
        team.platform.serve(team.offers if before else team.platform.fallback, clock.now_s, by_model=bool(before))
        team.write(clock.now_s, "rollback", f"revenue a query changed by {change:+.0%} in the canary", evidence=seen)
        return False
    team.served = 1.0
    team.serve(clock.now_s)
    story = (
        f"gate passed (normalised entropy {entropy:.2f}), shadow, canary of {team.plan.canary:.0%} (revenue a query {change:+.0%}); "
        f"now everyone but a holdback of {team.plan.holdback:.0%}"
    )
    team.write(clock.now_s, "deploy", story, evidence=seen)
    team.released += 1
    note(team, clock.now_s, "deployed")
    return True


def renew(team: Team, now_s: int) -> None:
    """A newer model of the same kind takes over at once."""
    team.models = {"show": team.model}
    team.serve(now_s)
    team.write(now_s, "deploy", "the newer model takes over")
    team.released += 1
    note(team, now_s, "deployed")


def revenue_a_query(team: Team, first: int, end: int) -> float:
    """What a query earned on the days from *first* to before *end*, in millionths."""
    days = team.platform.ledger.days[first:end]
    return float(days[:, REVENUE].sum() / max(days[:, QUERIES].sum(), 1))
