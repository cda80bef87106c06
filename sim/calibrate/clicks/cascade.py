"""Down the page to the first click and away (cascade model; Craswell and others, 2008)."""

from __future__ import annotations

from sim.calibrate.clicks.chain import Chain, fit_chain
from sim.calibrate.clicks.pages import Pages


def cascade(pages: Pages) -> Chain:
    """The cascade model: nobody leaves before a click, nobody stays after one.

    It gives a second click no chance, so its likelihood on pages with several is that of `model.SURE`.
    """
    return fit_chain("CM", pages, "never", "gone")
