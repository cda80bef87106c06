"""Show matched ads at random: the dummy that every model has to beat."""

from __future__ import annotations

import numpy as np

from sim import seeds
from sim.candidates.offers import Offers
from sim.world.sight import Sight

_VARIANTS = 4


class Random:
    """Shows a random choice of the matched ads, one of four such choices for each query."""

    def offers(self, sight: Sight, key: int) -> Offers:
        """Four variants of equal weight, each a random order of the matched ads."""
        size = (_VARIANTS, *sight.shape)
        value = seeds.uniforms(key, int(np.prod(size))).reshape(size).astype(np.float32)
        return Offers(value, np.ones(size, np.float32), value, 0.0, np.full(_VARIANTS, 1 / _VARIANTS))
