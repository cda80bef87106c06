"""A holdback: a few users who go on seeing what everyone saw before, so that what the others have learned can be measured.

Now and then they are served the same pages as everyone else. Whoever has learned to look past ads then
clicks less on the very same pages; drift, season and other changes of the world meet both alike.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim import seeds
from sim.lifecycle.log import Spell
from sim.lifecycle.team.findings import Finding
from sim.serving.slate import SlateTable
from sim.world.memory import Memory


class Holdback:
    """Users who are kept on the incumbent's pages.

    Parameters
    ----------
    share
        Of all users.
    """

    def __init__(self, share: float, devices: int, memory: Memory) -> None:
        self.share = share
        self.sightedness = np.ones(devices)
        self._memory = memory

    def live(self, met: NDArray[np.float64], days: float) -> None:
        """Some days pass in which they met *met*, shape (devices, 3)."""
        self.sightedness = self._memory.sightedness_after(self.sightedness, met, days)

    def test(self, spells: list[Spell], exposed: NDArray[np.float64], matched: int, threshold: float, key: int) -> Finding:
        """Whether exposed users click less on the same pages.

        Parameters
        ----------
        exposed
            How readily the others look, shape (devices,): it decides how the holdback's clicks fall, and is never told.
        threshold
            Standard errors that the difference has to pass.
        """
        devices = len(exposed)
        shown, clicks = np.zeros(devices), np.zeros(devices)
        for spell in spells:
            device = spell.row // matched % devices
            shown += np.bincount(device, spell.shown, devices)
            clicks += np.bincount(device, spell.clicks, devices)
        part = self.share / (1 - self.share)
        expected = float((clicks * self.sightedness / exposed).sum() * part)
        held_clicks, held_shown = _poisson(expected, key), float(shown.sum() * part)
        if held_shown == 0 or held_clicks == 0:
            return Finding("wrong objective", False, {}, "the holdback saw no clicks")
        rates = float(clicks.sum() / shown.sum()), held_clicks / held_shown
        error = float(np.sqrt(rates[0] ** 2 / clicks.sum() + rates[1] ** 2 / held_clicks))
        z = (rates[1] - rates[0]) / error
        evidence = {"ctr_exposed": rates[0], "ctr_holdback": rates[1], "ratio": rates[0] / rates[1], "z": z}
        story = f"on the same pages exposed users click {rates[0]:.2%}, those held back {rates[1]:.2%} (z {z:.1f})"
        return Finding("wrong objective", z > threshold, evidence, story)


def met_by(
    slates: SlateTable, margin: NDArray[np.float32], queries: NDArray[np.float64], examination: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What users of each device meet on these pages: queries, ads looked at that belong, and that do not, shape (devices, 3)."""
    devices = len(examination)
    found = np.zeros((devices, 3))
    for variant, weight in enumerate(slates.weights):
        place = slates.matched[variant]  # (cells, slots), -1 for none
        there = place >= 0
        kind = np.arange(len(place)) // devices
        good = there & (margin[kind[:, None], np.maximum(place, 0)] > 0)
        look = examination[np.arange(len(place)) % devices][:, : place.shape[1]]
        parts = np.stack([np.ones(len(place)), (look * good).sum(axis=1), (look * (there & ~good)).sum(axis=1)], axis=1)
        parts *= queries[:, None] * weight
        found += parts.reshape(-1, devices, 3).sum(axis=0)
    return found


def _poisson(mean: float, key: int) -> int:
    from scipy.stats import poisson

    return int(poisson.ppf(float(seeds.uniforms(key, 1)[0]), mean)) if mean > 0 else 0
