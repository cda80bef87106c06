"""Diagnoses: what a team finds when it looks, each with its evidence and its threshold, from what it could see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.lifecycle.team.entropy import one_class
from sim.lifecycle.team.resampling import with_errors
from sim.lifecycle.team.sample import Sample

Said = NDArray[np.floating]


class Finding(NamedTuple):
    """What a look found.

    Attributes
    ----------
    name
        Which diagnosis.
    found
        Whether the evidence passed its threshold.
    evidence
        The numbers, by name.
    story
        The same in words.
    """

    name: str
    found: bool
    evidence: Mapping[str, float]
    story: str


def wrong_labels(test: Sample, said: Said, cut: float, panel: NDArray[np.int16], raters: int, threshold: float) -> Finding:
    """Whether the model's errors are the raters': the share that a panel overturns, by rated class.

    Parameters
    ----------
    panel
        How many of the panel said "show", for each row of *test* where model and label disagree, in order.
    threshold
        What the lower bound of the share has to pass in one class, Bonferroni over two.
    """
    wrong = (said >= cut) != (test.label == 1)
    label = test.label[wrong]
    turned = (2 * panel > raters) != (label == 1)
    shares = {}
    found = False
    for name, one in (("show", 1), ("no", 0)):
        of = label == one
        low = _lower(int(turned[of].sum()), int(of.sum()), 0.025)
        shares[f"overturned_{name}"] = float(turned[of].mean()) if of.any() else 0.0
        shares[f"overturned_{name}_low"] = low
        found |= low > threshold
    shares["errors"] = float(wrong.sum())
    story = (
        f"of the model's {int(wrong.sum()):,} errors a panel of {raters} overturns {shares['overturned_show']:.0%} of those rated 'show' "
        f"(at least {shares['overturned_show_low']:.0%}) and {shares['overturned_no']:.0%} of those rated 'no'"
    )
    return Finding("wrong labels", found, shares, story)


def never_shows(test: Sample, said: Said, cut: float, recall: float, share: float) -> Finding:
    """Whether the model finds next to nothing of what raters would show."""
    positive = test.label == 1
    shown = said >= cut
    hits, there = int((shown & positive).sum()), int(positive.sum())
    high = _upper(hits, there, 0.05)
    rated, predicted = float(positive.mean()), float(shown.mean())
    found = there >= 20 and high < recall and predicted < share * rated
    evidence = {
        "recall": hits / max(there, 1), "recall_high": high, "positives": float(there),
        "predicted_share": predicted, "rated_share": rated,
    }  # fmt: skip
    story = (
        f"it shows {hits:,} of {there:,} pairs rated 'show' (at most {high:.0%}); "
        f"it would show {predicted:.2%} of all pairs, raters {rated:.2%}"
    )
    return Finding("never shows", found, evidence, story)


def stale(frozen: Sample, fresh: Sample, said_frozen: Said, said_fresh: Said, error: float, key: int) -> Finding:
    """Whether the model is worse on fresh pairs than on the frozen test set, in any of three measures (Bonferroni).

    Parameters
    ----------
    error
        Of the whole look; each interval is a bootstrap's, corrected for three.
    """
    gaps: dict[str, float] = {}
    sure = []
    drawn = [_bootstrap(sample, said, key + place) for place, (sample, said) in enumerate(((frozen, said_frozen), (fresh, said_fresh)))]
    for name, better_up in (("normalised_entropy", False), ("pr_auc", True), ("roc_auc", True)):
        before, after = drawn[0][name], drawn[1][name]
        gap = after[0] - before[0]
        spread = float(np.sqrt(before[1] ** 2 + after[1] ** 2))
        gaps |= {f"{name}_frozen": before[0], f"{name}_fresh": after[0], f"{name}_gap_error": spread}
        sure.append((-gap if better_up else gap) / max(spread, 1e-12))  # NaN, which passes no threshold, with one class only
    from scipy.special import ndtri

    found = max(sure) > -float(ndtri(error / 3))
    told = [
        f"{words} {_told(gaps[f'{name}_frozen'], digits)} → {_told(gaps[f'{name}_fresh'], digits)}"
        for name, words, digits in (("normalised_entropy", "normalised entropy", 2), ("pr_auc", "PR-AUC", 2), ("roc_auc", "AUC", 3))
    ]
    story = f"from the frozen set to fresh pairs: {', '.join(told)}"
    alone = [f"all {len(one):,} {name}" for name, one in (("of the frozen set", frozen), ("fresh pairs", fresh)) if one_class(one.label)]
    if alone:
        story += f"; {' and '.join(alone)} have the same label, so nothing is measured there"
    return Finding("stale", bool(found), gaps | {"z": max(sure)}, story)


def _bootstrap(sample: Sample, said: Said, key: int) -> dict[str, tuple[float, float]]:
    """Each measure with its standard error; no numbers where there is one class only."""
    if one_class(sample.label):
        nothing = (np.nan, np.nan)
        return {"normalised_entropy": nothing, "pr_auc": nothing, "roc_auc": nothing}
    return with_errors(sample.label, said, key)


def _told(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if np.isfinite(value) else "–"


def _lower(hits: int, of: int, error: float) -> float:
    """Clopper and Pearson's lower bound of a share."""
    from scipy.special import betaincinv

    return float(betaincinv(hits, of - hits + 1, error)) if hits > 0 else 0.0


def _upper(hits: int, of: int, error: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(hits + 1, of - hits, 1 - error)) if hits < of else 1.0
