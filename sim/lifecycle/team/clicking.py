"""A model of clicks while it serves: what it said of all that was shown, and what a team finds in that without buying a label."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np

from sim.lifecycle.team.checkup import clicked
from sim.lifecycle.team.findings import Finding
from sim.lifecycle.team.gate import Gap, gap_of
from sim.lifecycle.team.miscalibration import clicked_as_said
from sim.lifecycle.team.scores import Judged
from sim.lifecycle.team.team import Team
from sim.scenario.schema import DAY_S

WEEK_S = 7 * DAY_S
LATELY_S = 28 * DAY_S
_WORSE = 0.05  # of normalised entropy: what the page of health tolerates


class Heard(NamedTuple):
    """What a model that served said of one spell, and what was clicked."""

    start_s: int
    end_s: int
    judged: Judged


@dataclass
class Clicking:
    """The model of clicks that serves, and what was heard of it and of those before it.

    Attributes
    ----------
    number
        Which one, counted from 1 in the order of deployment.
    begun_s, since_s
        When its training began, and since when it serves all but the holdback.
    held_out
        What it said of the log between these two, whose pages are like its own; None for the first one, before which
        another objective was served.
    looked
        What the last look saw, where it found nothing: the diary tells it with the next model.
    heard
        By the models that served, spell by spell, of the last weeks.
    """

    model: Any
    number: int
    begun_s: int
    since_s: int
    held_out: Judged | None = None
    looked: str = ""
    heard: list[Heard] = field(default_factory=list)
    _heard_s: int = 0

    def listen(self, team: Team, now_s: int) -> None:
        """Note what came of all that it has served until now."""
        team.log.close(now_s)
        first_s = max(self._heard_s, self.since_s)
        for spell in team.log.since(first_s):
            if spell.start_s >= first_s and spell.shown.sum():
                self.heard.append(Heard(spell.start_s, spell.end_s, clicked(team, [spell], self.model)[0][0]))
        self.heard = [one for one in self.heard if one.start_s >= now_s - LATELY_S]
        self._heard_s = now_s

    def replaced(self, model: Any, begun_s: int, now_s: int, held_out: Judged | None) -> None:
        """A newer one serves; what was heard of this one stays known."""
        self.model, self.number, self.begun_s, self.since_s, self.held_out = model, self.number + 1, begun_s, now_s, held_out

    def remember(self, seen: Sequence[Finding]) -> None:
        """What a look saw that found nothing."""
        told = {one.name: one.evidence for one in seen}
        said, older = told.get("miscalibrated", {}), told.get("stale", {})
        words = [f"{said['ratio']:.2f} of the clicks predicted in four weeks"] if "ratio" in said else []
        if older:
            words.append(f"normalised entropy {older['entropy_held_out']:.3f} held out, {older['entropy_lately']:.3f} lately")
        self.looked = f"; the look before it found nothing ({', '.join(words)})" if words else ""

    def lately(self) -> Judged | None:
        """All of the last four weeks, each spell by the model that served it."""
        return together(self.heard)


def look(team: Team, serves: Clicking, now_s: int) -> Iterator[Finding]:
    """What a team looks for in the log of a model of clicks: miscalibrated, stale."""
    serves.listen(team, now_s)
    lately = serves.lately()
    if lately is None:
        return
    yield _weeks(clicked_as_said(lately, team.plan.calibration))
    own = [one for one in serves.heard if one.start_s >= serves.since_s]
    if serves.held_out is None:  # its first week stands for it
        first = [one for one in own if one.end_s <= serves.since_s + WEEK_S]
        serves.held_out, own = together(first), own[len(first) :]
    last = together([one for one in own if one.start_s >= now_s - WEEK_S])
    if serves.held_out is not None and last is not None:
        seen = gap_of(serves.held_out, last)
        if seen is not None:
            yield stale(seen, team.plan.stale_error)


def stale(seen: Gap, error: float) -> Finding:
    """Whether a model of clicks is worse in its last days than on those held out at its training.

    Examples
    --------
    >>> stale(Gap(0.80, 0.88, 0.08, 0.01), 0.05).found, stale(Gap(0.80, 0.82, 0.02, 0.001), 0.05).found
    (True, False)
    """
    from scipy.special import ndtri

    story = (
        f"from the days held out at its training to the last ones normalised entropy {seen.before:.3f} → {seen.after:.3f} "
        f"± {seen.error:.3f}; {_WORSE:g} more would do"
    )
    evidence = {"entropy_held_out": seen.before, "entropy_lately": seen.after, "gap_error": seen.error, "allowed": _WORSE}
    return Finding("stale", seen.worse_by(_WORSE, -float(ndtri(error))), evidence, story)


def together(heard: Sequence[Heard]) -> Judged | None:
    """All of it as one; None where there is nothing."""
    if not heard:
        return None
    return Judged(*(np.concatenate([getattr(one.judged, part) for one in heard]) for part in Judged._fields))


def _weeks(found: Finding) -> Finding:
    return found._replace(story=f"in the last four weeks {found.story}")
