"""Models in which what follows depends on the rank of the click above: DCM and UBM."""

from __future__ import annotations

import numpy as np

from sim.calibrate.clicks.chain import Chain, fit_chain
from sim.calibrate.clicks.pages import Pages
from sim.calibrate.clicks.position_based import Looked, fit_looks


def dependent(pages: Pages) -> Chain:
    """The dependent click model: after a click users go on with a chance of its rank (Guo and others, 2009)."""
    return fit_chain("DCM", pages, "never", "rank")


def leaving(pages: Pages) -> Chain:
    """The same with users who also leave without a click, with a chance of the rank: the world's cascade."""
    return fit_chain("DCM+leaving", pages, "rank", "rank")


def browsing(pages: Pages) -> Looked:
    """The user browsing model: a look depends on the rank and the last click above (Dupret and Piwowarski, 2008)."""
    ranks = np.arange(pages.ranks)
    cell = np.where(ranks[None, :] <= ranks[:, None], ranks[:, None] * (ranks[:, None] + 1) // 2 + ranks[None, :], 0)
    return fit_looks("UBM", pages, cell)
