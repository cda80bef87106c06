"""Records of made-up models: one that is stale, one of clicks that is well, and the odd ones."""

from __future__ import annotations

from dataclasses import replace

from sim.health import BLIND, HEALTHY, MISCALIBRATED, STALE, UNSURE, UNTESTED, Check, Decile, Health, Measure, Slice
from sim.study.results import Run
from tests.reports.made_up import KEYWORD, LONG, MANY, make_run

_MEASURES = (
    Measure("roc_auc", 0.934, 0.884, 0.901, -0.05, -0.062, -0.038, 0.02, True),
    Measure("normalised_entropy", 0.565, 0.651, 0.6, 0.086, 0.056, 0.116, 0.05, False),
    Measure("log_loss", 0.14, 0.162, 0.145, 0.022, 0.009, 0.034, 0.007, False),
    Measure("calibration_error", 0.0167, 0.0183, 0.0201, 0.0016, -0.004, 0.0072, 0.02, False),
    Measure("pr_auc_lift", 9.2, 7.9, 8.6, -1.3, -2.2, -0.4, 1.38, True),
)
_DECILES = tuple(
    Decile(0.001 * 2**place, 0.6 + 0.08 * place, 0.5 + 0.08 * place - 0.05 * (place < 3), 0.75 + 0.09 * place, 0.62 + 0.07 * place, share)
    for place, share in enumerate((0.0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.1, 0.14, 0.2, 0.4))
)
_CHECKS = (
    Check("raters disagree", 0.117, 0.05, 0.031, "share", "two raters, on a pair; in truth: labels that are wrong"),
    Check("agreement on 'show'", 0.492, 0.6, 0.802, "share", "that another rater says 'show', too; in truth: 'show' that is right", True),
    Check("class imbalance", 1.604, 100.0, 1.512, "odds", "9,599 of 25,000 rated pairs that it learned from"),
    Check("delayed conversions", None, 0.1, 0.0, "share", "of those known, later than a day"),
    Check("feature drift", 0.31, 0.2, None, "psi", "topic, query_evidence: learned from against fresh, by inclusion weight"),
)
_SLICES = (
    Slice("topic 17", 1_002, 1.69, 1.79, 0.87, 9e-8, 67_825.6),
    Slice("not commercial", 719, 1.32, 1.43, 0.9, 0.000133, 16_236.7),
    Slice("mobile", 332, 0.5, 0.59, None, 0.0246, 1_173.2),
)
SICK = Health(
    81, 1, "show", "before retraining", True, STALE, "old test set", 6, 12_000, "fresh pairs", 79, 6_000, 0.95, 14_847.9,
    _MEASURES, _DECILES, _CHECKS, _SLICES, 26,
)  # fmt: skip
WELL = SICK._replace(
    day=115, model=2, label="click", moment="deployed", verdict=HEALTHY, old_name="training log", fresh_name="log since", old_day=113,
    fresh_day=115, bias=1.31, spent=15_924.5, checks=_CHECKS[2:], slices=(),
    measures=tuple(
        one._replace(fresh=one.old, truth=one.old, gap=0.0, low=-one.tolerance / 2, high=one.tolerance / 2) for one in _MEASURES
    ),
)  # fmt: skip
_ALONE = tuple(one._replace(old=None, fresh=None, truth=None, gap=None, low=None, high=None) for one in _MEASURES)
NEW = SICK._replace(
    day=50, moment="before deployment", deployed=False, verdict=UNTESTED, fresh_name="", fresh_day=-1, fresh_rows=0, bias=None,
    measures=_ALONE, deciles=(), slices=(), looked_at=0, spent=0.0,
)  # fmt: skip
DOUBTFUL = SICK._replace(verdict=UNSURE, slices=(), measures=tuple(one._replace(gap=0.0, low=-0.2, high=0.2) for one in _MEASURES))
OFF = WELL._replace(
    verdict=MISCALIBRATED,
    measures=tuple(
        one._replace(fresh=0.0391, gap=0.0224, low=0.0201, high=0.0247) if one.name == "calibration_error" else one for one in WELL.measures
    ),
)  # fmt: skip
NEVER = SICK._replace(verdict=BLIND, measures=tuple(one._replace(fresh=0.5) for one in _MEASURES), deciles=_DECILES[:1])
EXTREME = SICK._replace(
    deciles=(Decile(1e-9, 1e6, 0.0, 1e9, 0.0, None),), spent=1e12, bias=1e4, old_rows=10**9,
    slices=(Slice(LONG, 10**9, 1e5, 0.0, 1.0, 0.0, 1e13),), checks=(Check("class imbalance", 1e9, 100.0, 1e12, "odds", LONG),),
)  # fmt: skip


def with_health(*records: Health, name: str = "show more", **changes: object) -> Run:
    """A run in which one candidate's models were looked at."""
    told = {"days": 120, "replications": 1, "scenario": "first year", "source": "first_year"}
    run = make_run((KEYWORD, MANY), **told | changes)
    return replace(run, candidates=(run.candidates[0], replace(run.candidates[1], name=name, health=records)))


HEALTHS: dict[str, Run] = {
    "a story": with_health(NEW, SICK, WELL),
    "sick": with_health(SICK),
    "new": with_health(NEW),
    "doubtful": with_health(DOUBTFUL),
    "off": with_health(OFF),
    "never": with_health(NEVER),
    "extreme": with_health(EXTREME, name=LONG),
    "foreign": with_health(SICK, name="größe [bold] 検索\x1b[31m"),
    "several worlds": with_health(SICK._replace(replication=1), WELL._replace(replication=1), WELL._replace(replication=2), replications=3),
    "nobody": make_run((KEYWORD, MANY), days=120, replications=1),
}
