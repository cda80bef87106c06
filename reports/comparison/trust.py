"""What the figures rest on: the checks, what common worlds bought, the warm-up, who is left out."""

from __future__ import annotations

import math

from reports.comparison.places import finite
from reports.console import Piece, Screen
from reports.glyphs import clean
from reports.parts import numbers
from sim.study.compare.comparison import Comparison

_LOOKED = (
    "these worlds were looked at before, or stopped before all of them were in: intervals and rules are those that hold at every look, "
    "which are longer"
)
_Said = tuple[str, str, str]  # the sign in front, the words, their style


def print_trust(comparison: Comparison, console: Screen) -> None:
    """Print what there is to say of the figures."""
    signs = console.glyphs
    said: list[_Said] = []
    holding = [clean(one.name) for one in comparison.checks if one.holds]
    if holding:
        said.append((signs.above, f"{numbers.many(len(holding), 'check')} held: {', '.join(holding)}", ""))
    said += [("·", _LOOKED, "")] if comparison.looked and not comparison.sequential else []
    said += [*_common(comparison), *_too_sure(comparison), *_warm_up(comparison)]
    said += [("·", clean(note), "") for note in comparison.run.notes]
    for sign, words, style in said:
        lead: list[Piece] = [(f"{sign} ", {"!": style, signs.above: "good"}.get(sign, "context"))]
        console.say(words, style, lead)


def print_broken(comparison: Comparison, console: Screen) -> None:
    """Print what is wrong, loudly; nothing where all is well."""
    for words in _broken(comparison):
        console.say(words, "bad", [("! ", "bad")])


def _broken(comparison: Comparison) -> list[str]:
    told = [
        f"check failed: {': '.join(filter(None, (clean(one.name), clean(one.detail))))}"
        for one in comparison.checks if not one.holds
    ]  # fmt: skip
    for one in comparison.failed:
        where = f"; the whole story is in {clean(one.file)}" if one.file else ""
        told.append(f"{clean(one.candidate)} is left out: {clean(one.why)}{where}")
    return told


def _common(comparison: Comparison) -> list[_Said]:
    """What playing all candidates in the same worlds bought, and where the noise that is left comes from."""
    common = comparison.common
    if common is None or finite(common.gain) is None:
        return []
    correlation = "" if finite(common.correlation) is None else f"correlation {common.correlation:.2f}, "
    if common.gain < 1:
        loss = (
            f"the difference varies {numbers.times(1 / common.gain)} as much as in separate ones" if common.gain > 0 else "they buy nothing"
        )
        said = [("!", f"WARNING common worlds hurt: {correlation}{loss} (gain {common.gain:.2g})", "warn")]
    else:
        said = [("·", f"common worlds: {correlation}worth {numbers.times(common.gain)} the replications (gain {common.gain:.3g})", "")]
    shares = [f"{clean(name)} {share:.0%}" for name, share in common.variance.items() if math.isfinite(share)]
    return said + ([("·", f"variance of the difference: {', '.join(shares)}", "")] if shares else [])


def _too_sure(comparison: Comparison) -> list[_Said]:
    """Whose interval is too sure, on which side, and how many worlds would bear it."""
    said = []
    for candidate, (skewness, bearing) in comparison.too_sure:
        side, end = ("below", "low") if skewness < 0 else ("above", "high")
        words = (
            f"WARNING {clean(candidate)}: rare worlds lie far {side} the rest (skewness {skewness:+.1f}), so the {end} end of its interval "
            f"is too sure; {numbers.many(bearing, 'world')} would bear it"
        )
        said.append(("!", words, "warn"))
    return said


def _warm_up(comparison: Comparison) -> list[_Said]:
    days = comparison.warm_up
    if days is None:
        return [("·", "warm-up: the run is too short for MSER-5 to tell", "")] if comparison.run.candidates else []
    if days == 0:
        return [("·", "warm-up: none, the first days are like the rest (MSER-5)", "")]
    return [("·", f"warm-up: the first {numbers.many(days, 'day')} differ from the rest (MSER-5); they count in all figures", "")]
