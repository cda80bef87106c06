"""Users who look for something and stop when a document gives it (DBN; Chapelle and Zhang, 2009)."""

from __future__ import annotations

from sim.calibrate.clicks.chain import Chain, fit_chain
from sim.calibrate.clicks.pages import Pages


def simplified_bayesian(pages: Pages) -> Chain:
    """The simplified DBN: a click's document may satisfy; nobody leaves for another reason."""
    return fit_chain("SDBN", pages, "never", "document")


def bayesian(pages: Pages) -> Chain:
    """The DBN: users who aren't satisfied go on with one chance, after a click or without."""
    return fit_chain("DBN", pages, "one", "document")
