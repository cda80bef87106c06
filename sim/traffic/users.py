"""What the kernels are told of the users of a moment: bars and factors, as whole numbers of 2^32."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from sim.kernels.arrays import solid
from sim.kernels.play import FRAILTIES, Users
from sim.kernels.tables import LANES, Truth
from sim.stopwatch import timed
from sim.world.memory import MOST_SIGHT
from sim.world.world import Moment, World

_FULL = 2.0**32


@lru_cache(maxsize=8)
def frailties(spread: float) -> NDArray[np.float64]:
    """Factors on the chance of a click, one for each sixteenth of the queries, lognormal with mean 1.

    Examples
    --------
    >>> float(frailties(0.5).mean().round(9)), float(frailties(0.0).max())
    (1.0, 1.0)
    """
    from scipy.special import ndtri

    factors = np.exp(spread * ndtri((np.arange(FRAILTIES) + 0.5) / FRAILTIES))
    return np.asarray(factors / factors.mean(), dtype=np.float64)


@timed("slates")
def truth_of(world: World, moment: Moment, room: float) -> Truth:
    """What decides the clicks of a moment.

    Parameters
    ----------
    room
        Factor on all bars, which `users_of` takes back where it is not used.
    """
    types, devices, matched = moment.chance.shape
    lanes = -(-world.sight.slots // LANES) * LANES
    looks = np.zeros((devices, lanes))
    looks[:, : world.examination.shape[1]] = world.examination
    chance = np.minimum(moment.chance.reshape(types * devices, matched).astype(np.float64) * room, 1.0)
    return Truth(
        solid(chance, np.float32),
        fates(world.conversions.chance(moment.margin > 0), moment.margin > 0),
        looks,
        int(world.users.cascade),
    )


def fates(chance: NDArray[np.float64], worthy: NDArray[np.bool_]) -> NDArray[np.uint32]:
    """Bars of conversions with the last bit telling whether the ad belongs there, shape (types, matched).

    Examples
    --------
    >>> fates(np.array([[0.5, 0.0]]), np.array([[True, False]])).tolist()
    [[2147483649, 0]]
    """
    bars = np.minimum(np.rint(chance * _FULL), _FULL - 1).astype(np.uint32)
    return solid((bars & ~np.uint32(1)) | worthy.astype(np.uint32), np.uint32)


def room_for(world: World, *, remembers: bool) -> float:
    """The factor that the bars need so that memory and frailty can only take clicks away."""
    top = float(frailties(world.users.frailty).max())
    return top * (MOST_SIGHT if remembers else 1.0)


@timed("sampling")
def users_of(world: World, sightedness: NDArray[np.float64], room: float) -> Users:
    """What happens between a possible click and one that is made.

    Parameters
    ----------
    sightedness
        How readily users of each device look at ads, 1 at the start, shape (devices,).
    """
    devices = len(sightedness)
    lanes = -(-world.sight.slots // LANES) * LANES
    factor = np.minimum(sightedness[:, None] * frailties(world.users.frailty) / room, 1.0)
    reach = np.zeros((devices, lanes), np.uint64)
    reach[:, : world.examination.shape[1]] = np.rint(world.examination * _FULL).astype(np.uint64)
    return Users(
        int(room != 1.0 or world.users.cascade),
        np.rint(factor * _FULL).astype(np.uint64),
        reach,
        int(world.users.cascade),
        round(world.users.after_click * _FULL),
        round(world.invalid * _FULL),
    )
