"""From a model to pages: offline gate, shadow, canary, everyone; and back, where the canary does harm."""

from __future__ import annotations

from math import isfinite

from sim.columns import QUERIES, REVENUE
from sim.lifecycle.arms import against_others
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.entropy import normalised_entropy
from sim.lifecycle.team.team import Step, Team

_SURE = 2.0  # standard errors that a loss has to pass, so that a canary of few clicks is not rolled back by chance


def deploy(team: Team, clock: Clock) -> Step:
    """Take the newest model through every stage; returns whether it serves."""
    entropy = normalised_entropy(team.test.label, team.ask(team.test))
    seen = {"normalised_entropy": entropy}
    if not entropy < 1:  # nor where it can't be told: no evidence opens no gate
        why = f"normalised entropy {entropy:.2f} is no better than the base rate"
        if not isfinite(entropy):
            why = f"no evidence, since all {len(team.test):,} pairs of the test set have the same label"
        team.write(clock.now_s, "rollback", f"held at the gate: {why}", evidence=seen)
        return False
    before = dict(team.models)
    yield clock.at(clock.now_s + team.plan.shadow, Rank.DEPLOYMENT)
    team.models = {"show": team.model}
    team.served = team.plan.canary
    change, error = yield from _canary(team, clock)
    seen |= {"canary_revenue_change": change, "canary_revenue_error": error}
    told = f"revenue a query {change:+.0%} ± {error:.0%} against the others on the same days" if isfinite(error) else "nothing earned"
    if change < -max(team.plan.canary_loss, _SURE * error):
        team.models, team.served = before, 1.0 if before else 0.0
        if before:
            team.serve(clock.now_s)
        else:
            team.platform.serve(team.platform.fallback, clock.now_s)
        team.write(clock.now_s, "rollback", f"canary of {team.plan.canary:.0%}: {told}", evidence=seen)
        return False
    team.served = 1.0
    team.serve(clock.now_s)
    story = (
        f"gate passed (normalised entropy {entropy:.2f}), shadow, canary of {team.plan.canary:.0%} ({told}); "
        f"now everyone but a holdback of {team.plan.holdback:.0%}"
    )
    team.write(clock.now_s, "deploy", story, evidence=seen)
    team.released += 1
    note(team, clock.now_s, "deployed")
    return True


def _canary(team: Team, clock: Clock) -> Step:
    """Serve a share of the traffic, and hold what its queries earn against all others of the same days."""
    team.serve(clock.now_s)
    team.log.arms = []
    yield clock.at(clock.now_s + team.plan.canary_lasts, Rank.DEPLOYMENT)
    team.log.close(clock.now_s)
    stretches, team.log.arms = team.log.arms, None
    return against_others(stretches, *team.variants)


def renew(team: Team, now_s: int) -> None:
    """A newer model of the same kind takes over at once."""
    team.models = {"show": team.model}
    team.serve(now_s)
    team.write(now_s, "deploy", "the newer model takes over", evidence={"model": team.released + 1})
    team.released += 1
    note(team, now_s, "deployed")


def revenue_a_query(team: Team, first: int, end: int) -> float:
    """What a query earned on the days from *first* to before *end*, in millionths."""
    days = team.platform.ledger.days[first:end]
    return float(days[:, REVENUE].sum() / max(days[:, QUERIES].sum(), 1))
