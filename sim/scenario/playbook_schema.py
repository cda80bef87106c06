"""The tables of a team: who labels for it, and what its playbook says."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from sim.scenario import units
from sim.scenario.kinds import Count, Days, Duration, Number, Plugin, Share, Table

DAY_S = units.DAY_S
OFFLINE = ("wrong_labels", "never_shows", "stale", "miscalibrated", "bad_slice", "feature_drift")
ONLINE = ("wrong_objective", "drift")
REMEDIES = ("relabel", "positives", "recent_data", "recalibrate", "retrain", "switch_objective", "note")
PRESETS: dict[str, dict[str, Any]] = {
    "reference": {"looks_for": ("wrong_labels", "never_shows", "stale"), "watches_for": ("wrong_objective",)},
    "set_and_forget": {"looks_for": (), "watches_for": (), "retrain": "never"},
    "retrain_on_schedule": {"looks_for": (), "watches_for": ()},
    "retrain_on_drift": {"looks_for": (), "watches_for": ("drift",), "retrain": "never"},
}


def _pairs(value: object) -> object:
    """A table of names as pairs: frozen settings hold nothing that could change."""
    return tuple(value.items()) if isinstance(value, dict) else value


class Raters(Table):
    """People who label pairs of a query and an ad.

    Attributes
    ----------
    error, slip
        Probability of a wrong label for a pair right at the bar, which fades with the distance from it, and
        of a careless one for any pair.
    alike
        Share of the labels in which a rater makes everyone's mistakes.
    """

    capacity: Annotated[Count, Field(ge=1, le=10_000_000)] = 10_000
    cost: Annotated[Number, Field(ge=0, le=1_000)] = 0.1
    delay: Days = DAY_S
    error: Share = 0.35
    slip: Share = 0.002
    alike: Share = 0.0


class Playbook(Table):
    """What a team looks for, when, and what it does then; how many labels it buys, and when it believes what it sees.

    Attributes
    ----------
    looks_for
        Diagnoses before a deployment, in order: the first that is found is mended, and everything trained anew.
    watches_for
        Diagnoses while the model serves.
    learns_from
        How old pairs may be that a model still learns from when it is trained each month.
    fallen
        By how much revenue a query must have fallen since the first four weeks after deployment before a team looks for a cause.
    remedies
        What is done about a diagnosis, where it is not the usual.
    """

    use: Literal["reference", "set_and_forget", "retrain_on_schedule", "retrain_on_drift"] = "reference"
    looks_for: tuple[str, ...] = ()
    watches_for: tuple[str, ...] = ()
    remedies: Annotated[tuple[tuple[str, str], ...], BeforeValidator(_pairs)] = ()
    retrain: Annotated[int | Literal["never"], BeforeValidator(units.days_or_never)] = 28 * DAY_S
    first_sample: Literal["uniform", "balanced"] = "uniform"
    first_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 10_000
    test_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 12_000
    targeted_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 15_000
    monthly_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 6_000
    learns_from: Days = 56 * DAY_S
    check_rows: Annotated[Count, Field(ge=100, le=1_000_000)] = 4_000
    positives_from: Literal["archive", "fresh"] = "archive"
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
    stale_error: Annotated[Share, Field(gt=0, lt=1)] = 0.05
    holdback: Annotated[Share, Field(gt=0, lt=1)] = 0.05
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
