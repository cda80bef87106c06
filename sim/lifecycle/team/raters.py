"""Raters: people who say whether an ad should be shown for a query. They cost money and time, and are sometimes wrong."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.lifecycle.labelling import fade
from sim.scenario.playbook_schema import Raters
from sim.scenario.schema import DAY_S


def chance_of_error(margin: NDArray[np.float32], raters: Raters, skill: float | NDArray[np.float64] = 1.0) -> NDArray[np.float64]:
    """Probability that a rater is wrong about each pair: at the bar it is hard, far from it only slips are left.

    Parameters
    ----------
    skill
        By how much the rater errs more often on a hard pair than the average one, with *margin* in one shape.

    Examples
    --------
    >>> chance_of_error(np.array([0.0, -30.0], np.float32), Raters(error=0.3, slip=0.002)).round(3).tolist()
    [0.301, 0.002]
    """
    hard = np.minimum(raters.error * fade(margin.astype(np.float64)) * skill, 1.0)
    return np.asarray(hard + (1 - hard) * raters.slip)


def skills(raters: Raters) -> NDArray[np.float64]:
    """By how much each rater errs more often than the average one, shape (people,): the quantiles of a lognormal law.

    Examples
    --------
    >>> skills(Raters(people=3, spread=1.0)).round(2).tolist()
    [0.28, 0.75, 1.97]
    """
    from scipy.special import ndtri

    place = (np.arange(raters.people) + 0.5) / raters.people
    skill = np.exp(raters.spread * ndtri(place))
    return np.asarray(skill / skill.mean())


def ballots_for(
    margin: NDArray[np.float32], raters: Raters, count: int, key: int, luck: NDArray[np.float64] | None = None
) -> NDArray[np.int16]:  # fmt: skip
    """What *count* raters say of each pair, different people for one pair as far as there are so many.

    A share `alike` of what they say has the same mistakes as everyone else on a pair, since the guidelines mislead them.

    Parameters
    ----------
    luck
        A uniform number of each pair by which it misleads everyone, or does not: the same whoever is asked and whenever.
        None where nobody is asked again; then it is drawn here.

    Returns
    -------
    Twice the number of who votes, and 1 more for "show", shape (rows, count).
    """
    rows = len(margin)
    person = _people(raters, rows, count, seeds.mix(key + 2))
    wrong = chance_of_error(margin, raters)
    own_wrong = chance_of_error(margin[:, None], raters, skills(raters)[person]) if raters.spread > 0 else wrong[:, None]
    common = (seeds.uniforms(seeds.mix(key), rows) if luck is None else luck) < wrong
    own = seeds.uniforms(key, rows * count).reshape(rows, count) < own_wrong
    follows = seeds.uniforms(seeds.mix(key + 1), rows * count).reshape(rows, count) < raters.alike
    show = (margin > 0)[:, None] ^ np.where(follows, common[:, None], own)
    return np.asarray(2 * person + show, dtype=np.int16)


def votes_for(
    margin: NDArray[np.float32], raters: Raters, count: int, key: int, luck: NDArray[np.float64] | None = None
) -> NDArray[np.int16]:  # fmt: skip
    """How many of *count* raters say "show" of each pair."""
    return np.asarray((ballots_for(margin, raters, count, key, luck) & 1).sum(axis=1), dtype=np.int16)


def takes_s(labels: int, raters: Raters) -> int:
    """How long so many labels keep all raters busy."""
    return int(np.ceil(labels / raters.capacity * DAY_S))


def _people(raters: Raters, rows: int, count: int, key: int) -> NDArray[np.intp]:
    """Who votes in each seat: one drawn for the first, and those that follow a drawn number of places on."""
    draw = seeds.uniforms(key, 2 * rows).reshape(2, rows)
    first = (draw[0] * raters.people).astype(np.intp)
    step = 1 + (draw[1] * max((raters.people - 1) // max(count - 1, 1), 1)).astype(np.intp)
    return np.asarray((first[:, None] + step[:, None] * np.arange(count)) % raters.people)
