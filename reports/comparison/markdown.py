"""The verdict, the lifts and the rules as Markdown with GitHub's tables, to paste in a pull request."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from reports.comparison import rules
from reports.comparison.ending import COMPARE, again
from reports.comparison.places import confidence, known, places, title
from reports.comparison.reasons import reasons
from reports.comparison.verdict import verdict
from reports.glyphs import UNICODE, clean
from reports.parts import numbers
from sim.study.compare.comparison import Comparison
from sim.study.estimates import Estimate


def markdown(comparison: Comparison) -> str:
    """The report's core; what users named is escaped, so that it can't change a table's shape."""
    judged = verdict(comparison)
    parts = [f"**{judged.badge}** {_text(judged.answer)}", _text(judged.doubt), _lifts(comparison), _rules(comparison)]
    parts += [f"**{_text(name)}** {_text(words)}" for name, words in reasons(comparison)]
    parts += [f"- check failed: **{_text(one.name)}** {_text(one.detail)}" for one in comparison.checks if not one.holds]
    parts += [f"- left out: **{_text(one.candidate)}** {_text(one.why)}" for one in comparison.failed]
    command = " ".join([COMPARE, shlex.quote(clean(comparison.run.source)), *again(comparison)])
    build = f"foreshow {comparison.run.version}, run {clean(comparison.run.run)}, exit {comparison.exit}"
    parts.append(f"```sh\n{command}  # {build}\n```")
    return "\n\n".join(part for part in parts if part) + "\n"


def _lifts(comparison: Comparison) -> str:
    ranked = places(comparison)
    if not ranked:
        return ""
    found = {(one.candidate, one.metric): known(one.lift) for one in comparison.differences}
    others = list(dict.fromkeys(one.metric for one in comparison.differences if one.metric != comparison.primary))
    heads = [f"vs {comparison.baseline}", title(comparison.primary), f"{confidence(comparison)} interval", "P(best)"]
    rows = []
    for one in ranked:
        decimals = numbers.error_decimals([numbers.half_width(one.lift)])
        chance = numbers.NOTHING if one.p_best is None else f"{one.p_best:.1%}"
        own = [one.candidate, numbers.delta(one.lift.mean, decimals), numbers.interval(one.lift), chance]
        rows.append(own + [numbers.lift(found.get((one.candidate, metric), Estimate(None))) for metric in others])
    return _table([*heads, *map(title, others)], rows)


def _rules(comparison: Comparison) -> str:
    if not comparison.rules:
        return ""
    found = {(one.text, one.candidate): one for one in comparison.rules}
    names = list(dict.fromkeys(one.candidate for one in comparison.rules))
    rows = []
    for text in dict.fromkeys(one.text for one in comparison.rules):
        judged = [found.get((text, name)) for name in names]
        decimals = rules.decimals_for(judged)
        cells = ["" if one is None else f"{rules.sign(one.status, UNICODE)} {rules.bound(one, decimals)}".rstrip() for one in judged]
        rows.append([text, *cells])
    note = _text(rules.legend(comparison, UNICODE))
    return f"{_table(['guardrail', *names], rows)}\n\n{note}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---", *["--:"] * (len(heads) - 1)], *rows]
    return "\n".join(f"| {' | '.join(_text(cell) if number != 1 else cell for cell in row)} |" for number, row in enumerate(lines))


def _text(words: str) -> str:
    r"""Text in which nothing is a sign of Markdown.

    Examples
    --------
    >>> _text("a|b *c*"), _text("pctr_x_bid")
    ('a\\|b \\*c\\*', 'pctr\\_x\\_bid')
    """
    return "".join(f"\\{sign}" if sign in r"\|*_`<>[]" else sign for sign in clean(words))
