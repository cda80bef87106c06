"""The tables of a team: who labels for it, and what its playbook says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario import units
from sim.scenario.kinds import Count, Days, Duration, Fraction, Number, Plugin, Share, Table

DAY_S = units.DAY_S
OFFLINE = ("wrong_labels", "never_shows", "stale", "miscalibrated", "bad_slice", "feature_drift")
ONLINE = ("wrong_objective", "drift", "event_drift")
REMEDIES = ("relabel", "positives", "recent_data", "recalibrate", "retrain", "switch_objective", "note")
PRESETS: dict[str, dict[str, Any]] = {
    "reference": {"looks_for": ("wrong_labels", "never_shows", "stale"), "watches_for": ("wrong_objective",)},
    "set_and_forget": {"looks_for": (), "watches_for": (), "retrain": "never", "first_sample": "balanced"},
    "retrain_on_schedule": {"looks_for": (), "watches_for": (), "first_sample": "balanced"},
    "retrain_on_drift": {"looks_for": (), "watches_for": ("drift",), "retrain": "never", "first_sample": "balanced"},
}


def pairs(value: object) -> object:
    """A table of names as pairs: frozen settings hold nothing that could change."""
    if isinstance(value, list | tuple):  # as it stands in JSON
        return value
    if not isinstance(value, dict) or not all(isinstance(one, str) for one in value.values()):
        raise ValueError("a table of names such as { stale = 'retrain' }")
    return tuple(value.items())


class Raters(Table):
    """People who label pairs of a query and an ad.

    Attributes
    ----------
    error, slip
        Probability of a wrong label for a pair right at the bar, which fades with the distance from it, and
        of a careless one for any pair.
    alike
        Share of the labels in which a rater makes everyone's mistakes.
    people, spread
        How many raters there are, and how unlike: the standard deviation of the log of how often each one errs.
    aggregate
        What the label of a pair is that several have rated.
    """

    capacity: Annotated[Count, Field(ge=1, le=10_000_000)] = 10_000
    cost: Annotated[Number, Field(ge=0, le=1_000)] = 0.1
    delay: Days = DAY_S
    error: Share = 0.35
    slip: Share = 0.002
    alike: Share = 0.0
    people: Annotated[Count, Field(ge=3, le=10_000)] = 20
    spread: Annotated[Number, Field(ge=0, le=2)] = 0.0
    aggregate: Literal["majority", "dawid_skene"] = "majority"


class Playbook(Table):
    """What a team looks for, when, and what it does then; how many labels it buys, and when it believes what it sees.

    Attributes
    ----------
    looks_for
        Diagnoses before a deployment, in order: the first that is found is mended, and everything trained anew.
    watches_for
        Diagnoses while the model serves.
    recent, weights
        How old recent data may be; and whether a row counts as often as it stands for others of its design.
    learns_from
        How old pairs may be that a model still learns from when it is trained each month.
    fallen
        By how much revenue a query must have fallen since the first four weeks after deployment before a team looks for a cause.
    remedies
        What is done about a diagnosis, where it is not the usual.
    calibration, slice_gap
        The factor by which rated positives may differ from predicted ones, of all pairs and of a part of them.
    negatives
        The share of pairs rated "no" that is learned from once a model is recalibrated.
    psi
        What a feature's population stability index has to pass.
    drift_tolerance, drift_delta, drift_threshold
        The share of expected clicks that a day may be off; and Page and Hinkley's: what it may be off beyond that, and
        what the rest may add up to, in standard deviations.
    """

    use: Literal["reference", "set_and_forget", "retrain_on_schedule", "retrain_on_drift"] = "reference"
    looks_for: tuple[str, ...] = ()
    watches_for: tuple[str, ...] = ()
    remedies: Annotated[tuple[tuple[str, str], ...], BeforeValidator(pairs)] = ()
    retrain: Annotated[int | Literal["never"], BeforeValidator(units.days_or_never)] = 28 * DAY_S
    first_sample: Literal["uniform", "balanced", "retrieved", "served"] = "uniform"
    first_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 10_000
    test_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 12_000
    targeted_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 15_000
    monthly_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 6_000
    learns_from: Days = 56 * DAY_S
    check_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 12_000
    positives_from: Literal["archive", "fresh"] = "archive"
    recent: Days = DAY_S
    weights: Literal["none", "inclusion"] = "none"
    features: Days = 7 * DAY_S
    analysis: Days = 2 * DAY_S
    guidelines: Days = 5 * DAY_S
    shadow: Duration = DAY_S
    canary: Annotated[Share, Field(gt=0)] = 0.1
    canary_lasts: Days = 4 * DAY_S
    canary_loss: Share = 0.3
    training_cost: Annotated[Number, Field(ge=0, le=1e9)] = 200.0
    overturned: Share = 0.4
    recall: Share = 0.25
    shown: Share = 0.1
    stale_error: Annotated[Fraction, Field(gt=0, lt=1)] = 0.05
    calibration: Annotated[Number, Field(gt=1, le=100)] = 1.25
    negatives: Annotated[Share, Field(gt=0)] = 0.1
    slice_gap: Annotated[Number, Field(gt=1, le=100)] = 1.5
    slice_error: Annotated[Fraction, Field(gt=0, lt=1)] = 0.05
    psi: Annotated[Number, Field(gt=0, le=10)] = 0.2
    drift_tolerance: Share = 0.1
    drift_delta: Annotated[Number, Field(ge=0, le=10)] = 0.5
    drift_threshold: Annotated[Number, Field(gt=0, le=1_000)] = 20.0
    holdback: Annotated[Fraction, Field(gt=0, lt=1)] = 0.05
    look_every: Days = 14 * DAY_S
    fallen: Share = 0.03
    cohort_z: Annotated[Number, Field(gt=0, le=10)] = 3.29
    holds: Share = 0.02
    then: Plugin = Plugin(use="clicks")

    @model_validator(mode="before")
    @classmethod
    def _preset(cls, value: object) -> object:
        """A name alone is a table with the name; what the file does not say is the preset's."""
        table = {"use": value} if isinstance(value, str) else value
        if not isinstance(table, dict):
            return table
        return PRESETS.get(str(table.get("use", "reference")), {}) | table
