"""From a model of raters' labels to pages: offline gate, shadow, canary, everyone; and back, where the canary does harm."""

from __future__ import annotations

from math import isfinite

from sim.columns import QUERIES, REVENUE
from sim.lifecycle.clock import Clock, Rank
from sim.lifecycle.team.checkup import note
from sim.lifecycle.team.entropy import normalised_entropy
from sim.lifecycle.team.gate import MARGIN, Gap, gap_of
from sim.lifecycle.team.health import rated_set
from sim.lifecycle.team.sample import Sample
from sim.lifecycle.team.stages import canary, harms, in_words, shadow
from sim.lifecycle.team.team import Step, Team


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
    would = yield from shadow(team, clock, {"show": team.model}, team.objective)
    team.models = {"show": team.model}
    found = yield from canary(team, clock)
    seen |= would.evidence | found.evidence
    told = in_words("revenue a query", found.revenue, "")
    told = f"{told} against the others on the same days" if told else "nothing earned"
    if harms(team, found.revenue):
        team.models, team.served = before, 1.0 if before else 0.0
        if before:
            team.serve(clock.now_s)
        else:
            team.platform.serve(team.platform.fallback, clock.now_s)
        team.write(clock.now_s, "rollback", f"canary of {team.plan.canary:.0%}: {told}", evidence=seen)
        return False
    team.put_in_service()
    team.served = 1.0
    team.serve(clock.now_s)
    story = (
        f"gate passed (normalised entropy {entropy:.2f}), {would.told}, canary of {team.plan.canary:.0%} ({told}); "
        f"now everyone but a holdback of {team.plan.holdback:.0%}"
    )
    team.write(clock.now_s, "deploy", story, evidence=seen)
    team.released += 1
    note(team, clock.now_s, "deployed")
    return True


def renew(team: Team, clock: Clock) -> Step:
    """A newer model of the same kind takes over, unless it is worse on pairs that neither has learned from; returns whether it does.

    It says what the one before it says, or does it better: no canary would tell them apart in some days.
    """
    yield clock.at(clock.now_s, Rank.DEPLOYMENT)
    judges = team.judged[-1] if team.judged else team.test
    seen = _beside_the_served(team, judges)
    evidence = {} if seen is None else {"normalised_entropy_served": seen.before, "normalised_entropy": seen.after, "gap_error": seen.error}
    if seen is not None and seen.worse_by(MARGIN):
        team.take_back()
        story = f"the newer model is held at the gate: {_told(seen, judges)}; the one before it serves on"
        team.write(clock.now_s, "rollback", story, evidence=evidence)
        return False
    team.put_in_service()
    team.serve(clock.now_s)
    told = f"all {len(judges):,} pairs to judge it by have the same label" if seen is None else f"gate passed: {_told(seen, judges)}"
    team.write(clock.now_s, "deploy", f"the newer model takes over ({told})", evidence={"model": team.released + 1, **evidence})
    team.released += 1
    note(team, clock.now_s, "deployed")
    return True


def _beside_the_served(team: Team, judges: Sample) -> Gap | None:
    """The newest model beside the one that serves, each pair weighted by what it stands for."""
    served, newer = (rated_set("", judges, team.ask(judges, model)).seen for model in (team.models["show"], team.model))
    return gap_of(served, newer)


def _told(seen: Gap, judges: Sample) -> str:
    return (
        f"normalised entropy {seen.before:.3f} → {seen.after:.3f} ± {seen.error:.3f} on {len(judges):,} pairs that neither has learned from"
    )


def revenue_a_query(team: Team, first: int, end: int) -> float:
    """What a query earned on the days from *first* to before *end*, in millionths."""
    days = team.platform.ledger.days[first:end]
    return float(days[:, REVENUE].sum() / max(days[:, QUERIES].sum(), 1))
