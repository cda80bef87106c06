"""The tables of the story, as `docs/story.md` holds them between two marks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tests.benchmarks.story.figures import Switch, mean_evidence, middle_day, ratio, share, switch_of, whole
from tests.benchmarks.story.played import MONTH, Year
from tests.benchmarks.story.steps import FINDINGS, STEPS

BEGIN, END = "<!-- story tables: begin -->", "<!-- story tables: end -->"
Years = Mapping[str, Sequence[Year]]  # of each candidate, one for each seed

_EVIDENCE = {
    "wrong labels": (("overturned_show", "a panel overturns {:.0%} of errors rated 'show'"), ("overturned_no", "{:.0%} of 'no'")),
    "never shows": (("recall", "recall {:.1%}"), ("positives", "of {:,.0f} pairs rated 'show'")),
    "positives": (("recall", "recall {:.1%}"),),
    "stale": (
        ("test_age_days", "test set {:.0f} days old"), ("normalised_entropy_frozen", "normalised entropy {:.3f}"),
        ("normalised_entropy_fresh", "→ {:.3f}"),
    ),
    "recent data did better": (("normalised_entropy_before", "normalised entropy {:.3f}"), ("normalised_entropy_after", "→ {:.3f}")),
    "revenue falls": (("revenue_change", "revenue a query {:+.0%}"), ("ratio", "CTR {:.2f} times the holdback's"), ("z", "z {:.1f}")),
    "metric holds": (("auc_before", "AUC {:.3f}"), ("auc_now", "→ {:.3f}")),
}  # fmt: skip


def steps_table(years: Sequence[Year]) -> str:
    """Each step of the reference: in how many worlds, when, and what was seen."""
    of = len(years)
    rows = ["| step | worlds | median day | what was seen, on average |", "|---|---|---|---|"]
    for step in STEPS:
        seen = share(years, step.name)
        told = [words.format(mean_evidence(years, step.name, name)) for name, words in _EVIDENCE.get(step.name, ())] if seen else []
        rows.append(f"| {step.name} | {seen}/{of} | {_day(years, step.name)} | {', '.join(told).replace(', →', ' →')} |")
    rows.append(f"| **all of them, in order** | **{whole(years)}/{of}** | | |")
    return "\n".join(rows) + "\n"


def twins_table(reference: Sequence[Year], twins: Mapping[str, Sequence[Year]], causes: Mapping[str, tuple[str, str]]) -> str:
    """How often each finding came, in the reference and without each cause; the step that should go is set in bold."""
    rows = [f"| twin | without | {' | '.join(FINDINGS)} |", "|---|---|" + "---|" * len(FINDINGS)]
    for name, years in {"first_year": reference, **twins}.items():
        cause, gone = causes.get(name, ("nothing", ""))
        cells = [f"**{share(years, one)}/{len(years)}**" if one == gone else f"{share(years, one)}/{len(years)}" for one in FINDINGS]
        rows.append(f"| `{name}` | {cause} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def switch_table(strengths: Mapping[str, tuple[Sequence[Year], Sequence[Year]]]) -> str:
    """What the switch did, for each strength of users' memory: the team beside the same that never switches."""
    found = {name: [switch_of(*pair) for pair in zip(*both, strict=True)] for name, both in strengths.items()}
    heads = [f"{name}, {len(all_)} worlds" for name, all_ in found.items()]
    rows = [f"| of the worlds with a switch | {' | '.join(heads)} |", "|---|" + "---|" * len(found)]
    for words, tell in _SWITCH.items():
        rows.append(f"| {words} | {' | '.join(tell([one for one in all_ if one]) if any(all_) else '–' for all_ in found.values())} |")
    return "\n".join(rows) + "\n\n" + "".join(_verdict(name, [one for one in all_ if one]) for name, all_ in found.items())


_SWITCH: dict[str, Callable[[Sequence[Switch]], str]] = {
    "with a switch": lambda some: f"{len(some)}",
    "revenue a query, four weeks before the switch / first four after deployment": lambda some: _ratio([one.fallen for one in some]),
    "… below 1": lambda some: _count([one.fallen < 1 for one in some]),
    "CTR, four weeks before": lambda some: f"{np.mean([one.ctr_before for one in some]):.2%}",
    "CTR, four weeks after": lambda some: f"{np.mean([one.ctr_after for one in some]):.2%}",
    "… higher": lambda some: _count([one.ctr_after > one.ctr_before for one in some]),
    "revenue a query, four weeks after / before": lambda some: _ratio([one.at_first for one in some]),
    "… below 1: it drops first": lambda some: _count([one.at_first < 1 for one in some]),
    "revenue of the last four weeks / never switching": lambda some: _ratio([one.at_last for one in some]),
    "… above 1: it ends higher": lambda some: _count([one.at_last > 1 for one in some]),
    "revenue from the switch to the end / never switching": lambda some: _ratio([one.since for one in some]),
    "revenue of the year / never switching": lambda some: _ratio([one.year for one in some]),
}


def _verdict(name: str, some: Sequence[Switch]) -> str:
    if len(some) < 2:
        return ""
    middle, low, high = ratio([one.since for one in some])
    said = "pays within the horizon" if low > 1 else "costs within the horizon" if high < 1 else "is undecided within the horizon"
    return f"- {name}: the switch {said}: {middle - 1:+.0%} from the switch to the end of the year ({low - 1:+.0%} to {high - 1:+.0%}).\n"


def beside_team_table(years: Years) -> str:
    """What each candidate earns beside the rule, at first, at last and in the year; and beside the team's detour."""
    rule, team = years["keyword"], years["team"]
    rows = [
        "| candidate | first four weeks / rule | last four / rule | year / rule | year / team | ads a query at first | at last |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, some in years.items():
        end = len(some[0].days)
        spans = ((0, MONTH), (end - MONTH, end), (0, end))
        cells = [_ratio([a.revenue_a_query(*span) / b.revenue_a_query(*span) for a, b in zip(some, rule, strict=True)]) for span in spans]
        cells.append(_ratio([a.revenue_a_query(0, end) / b.revenue_a_query(0, end) for a, b in zip(some, team, strict=True)]))
        cells += [f"{np.mean([one.impressions_a_query(*span) for one in some]):.2f}" for span in spans[:2]]
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows) + "\n"


def placed(text: str, tables: str) -> str:
    """A page with the tables between its marks, which are put at its end where it has none.

    Examples
    --------
    >>> placed("# A\\n", "x\\n") == "# A\\n\\n" + BEGIN + "\\nx\\n" + END + "\\n"
    True
    """
    block = f"{BEGIN}\n{tables}{END}\n"
    if BEGIN in text and END in text:
        return text[: text.index(BEGIN)] + block + text[text.index(END) + len(END) :].removeprefix("\n")
    return f"{text.rstrip()}\n\n{block}".lstrip()


def _day(years: Sequence[Year], name: str) -> str:
    return f"{middle_day(years, name):.0f}" if share(years, name) else "–"


def _ratio(values: Sequence[float]) -> str:
    middle, low, high = ratio(values)
    return f"{middle:.2f} ({low:.2f} to {high:.2f})" if len(values) > 1 and np.ptp(values) > 0 else f"{middle:.2f}"


def _count(which: Sequence[bool]) -> str:
    return f"{sum(which)}/{len(which)}"
