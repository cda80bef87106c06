"""How a model that a team deployed was doing: the record that a play leaves, a store keeps and a report shows.

Frozen, and the same for a model of raters' labels ("show") and one of clicks ("click").
"""

from __future__ import annotations

from typing import Any, NamedTuple

HEALTHY, STALE, MISCALIBRATED, UNSURE, BLIND, UNTESTED = "HEALTHY", "STALE", "MISCALIBRATED", "UNSURE", "BLIND", "UNTESTED"


class Measure(NamedTuple):
    """One measure of a model, on its old test set and on fresh pairs.

    Attributes
    ----------
    name
        `roc_auc`, `normalised_entropy`, `log_loss`, `calibration_error` or `pr_auc_lift` (PR-AUC over the share of positives).
    old, fresh
        By labels; None where there is no such set, or only one class in it.
    truth
        On the fresh pairs, by what is true in the simulator: no live system can see it.
    gap, low, high
        Fresh less old, with its 95 % interval; of the first three judged together the verdict's own is wider.
    tolerance
        By how much it may be worse.
    higher_is_better
        Which way is better.
    """

    name: str
    old: float | None
    fresh: float | None
    truth: float | None
    gap: float | None
    low: float | None
    high: float | None
    tolerance: float
    higher_is_better: bool


class Decile(NamedTuple):
    """A tenth of the fresh pairs, by what the model says of them.

    Attributes
    ----------
    predicted
        Mean prediction, 0 to 1.
    ratio, low, high
        Observed over predicted, with its 95 % interval.
    truth
        The same ratio by what is true.
    share
        Of the impressions of the last week, how many stood in this tenth; None where nothing was shown.
    """

    predicted: float
    ratio: float
    low: float
    high: float
    truth: float
    share: float | None


class Check(NamedTuple):
    """A check of the data.

    Attributes
    ----------
    name
        What is checked.
    value, limit
        What was measured, and from where on it is too much (or too little: `at_least`); None where it can't be measured.
    truth
        What it is in truth; None where truth has nothing to say.
    unit
        "share" (0 to 1), "odds" (negatives for each positive) or "psi".
    meaning
        In a sentence.
    """

    name: str
    value: float | None
    limit: float
    truth: float | None
    unit: str
    meaning: str
    at_least: bool = False

    @property
    def passed(self) -> bool | None:
        """Whether the value keeps the limit; None where nobody knows."""
        if self.value is None:
            return None
        return self.value >= self.limit if self.at_least else self.value <= self.limit


class Slice(NamedTuple):
    """A part of the fresh pairs on which the model is wrong.

    Attributes
    ----------
    name
        Such as "topic 3".
    rows
        Fresh pairs in it.
    ratio
        Observed over predicted.
    truth
        The same ratio by what is true.
    roc_auc
        Within the slice; None with one class only.
    p
        That it is as well calibrated as all others, Holm-adjusted over every slice that was looked at, 0 to 1.
    money
        What is spent in it a year (clicks of the last week × bid) times the share by which the model misjudges it.
    """

    name: str
    rows: int
    ratio: float
    truth: float
    roc_auc: float | None
    p: float
    money: float


class Health(NamedTuple):
    """How a model was doing on a day.

    Attributes
    ----------
    day
        Of the record, 0 is the first of the horizon.
    model
        Which model of its kind, counted from 1 in the order of deployment.
    label
        What it predicts, "show" or "click".
    moment
        Why it was looked at: "deployed", "before retraining", "at an alarm", "before deployment", "at a look".
    deployed
        Whether it serves, or is about to.
    verdict
        `HEALTHY` proven not to be worse on fresh pairs by more than the tolerances, `STALE` proven to be worse by more than one of
        them, `MISCALIBRATED` proven to be so in its calibration alone, `UNSURE` none of these, `BLIND` no better than chance on
        fresh pairs, `UNTESTED` where no two sets can be held against each other (`withheld` says why).
    old_name, old_day, old_rows, fresh_name, fresh_day, fresh_rows
        The two sets, the last day of each (-1 for none), and their rows.
    bias
        All that was observed on fresh pairs over all that was predicted.
    spent
        Money so far.
    withheld
        Why there is no verdict, as the rest of a sentence; empty where there is one.
    """

    day: int
    model: int
    label: str
    moment: str
    deployed: bool
    verdict: str
    old_name: str
    old_day: int
    old_rows: int
    fresh_name: str
    fresh_day: int
    fresh_rows: int
    bias: float | None
    spent: float
    measures: tuple[Measure, ...]
    deciles: tuple[Decile, ...]
    checks: tuple[Check, ...]
    slices: tuple[Slice, ...]
    looked_at: int
    replication: int = 0
    withheld: str = ""

    @property
    def plain(self) -> dict[str, Any]:
        """As plain values: dicts by name in lists."""
        found = self._asdict()
        return found | {name: [one._asdict() for one in found[name]] for name in _INNER}


_INNER = {"measures": Measure, "deciles": Decile, "checks": Check, "slices": Slice}


def health_from(plain: dict[str, Any]) -> Health:
    """The record that `Health.plain` was made of; what an older version did not know has its default.

    Examples
    --------
    >>> one = Health(3, 1, "show", "deployed", True, UNTESTED, "", -1, 0, "", -1, 0, None, 12.5, (), (Decile(.1, 1., .9, 1.1, 1., None),), (), (), 0)
    >>> health_from(one.plain) == one
    True
    """  # noqa: E501
    known = {name: value for name, value in plain.items() if name in Health._fields}
    inner = {name: tuple(_of(kind, one) for one in plain.get(name, ())) for name, kind in _INNER.items()}
    return Health(**known | inner)


def _of(kind: Any, plain: dict[str, Any]) -> Any:
    return kind(**{name: value for name, value in plain.items() if name in kind._fields})
