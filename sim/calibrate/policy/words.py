"""What is wrong with an estimate, in words: a figure without them would be believed."""

from __future__ import annotations

from sim.calibrate.policy.results import FEWEST_CLICKS, FEWEST_EFFECTIVE

_TOLD = 0.005
_MANY = 1_000
_OFF = 3  # standard errors of the mean weight from 1
_HEAVY = 0.2  # of an estimate that one more click on the heaviest impression would add


def refusal(ess: float) -> str:
    """Why nothing is estimated by weights, empty where it is.

    Examples
    --------
    >>> refusal(12.3)
    'refused: its weights are worth 12 impressions, and at least 100 are needed'
    """
    if ess >= FEWEST_EFFECTIVE:
        return ""
    return f"refused: its weights are worth {ess:,.0f} impressions, and at least {FEWEST_EFFECTIVE} are needed"


def of_weights(mean: float, largest: float, error: float, value: float, rows: float) -> str:
    """What the weights say against an estimate.

    Parameters
    ----------
    mean, largest, error
        Of the weights: their mean, the largest, and the standard error of the mean.
    value
        The estimate.
    rows
        Impressions.
    """
    told = []
    if abs(mean - 1) > _OFF * error and abs(mean - 1) > 1e-6:
        told.append(f"mean weight {mean:.2f}, not 1: the log's propensities or the other policy's chances are not what was played")
    if largest > _HEAVY * value * rows:
        told.append(
            f"one click more on the heaviest impression (weight {largest:.3g}) would move it by {largest / rows / max(value, 1e-12):.0%}"
        )
    return "; ".join(told)


def of_model(name: str, clicks: int, ads: int, supported: float) -> str:
    """What speaks against an estimate that stands on a model of the clicks."""
    told = []
    if clicks < ads:
        told.append(f"{clicks:,} clicks on {ads:,} ads: the model takes most ads for average ones, and so any two policies for alike")
    if supported < 0.999:
        told.append(f"{1 - supported:.1%} of what it shows was never shown there: guessed")
    if name == "DM":
        told.append("as good as its model; the interval knows no error of the model's form")
    return "; ".join(told)


def of_shrinking(mean: float, whole: float, clicks: int) -> str:
    """What the shrinking of weights did.

    Examples
    --------
    >>> of_shrinking(0.7, 1.0, 1_000)
    '30% of the weight is given up for the model'
    """
    given_up = 1 - mean / whole if whole > 0 else 1.0
    if given_up < _TOLD:
        return ""
    blind = f"; with {clicks:,} clicks SLOPE could hardly see what that costs" if given_up > 1 / 2 and clicks < _MANY else ""
    return f"{given_up:.0%} of the weight is given up for the model{blind}"


def of_part(clicks: int, covered: float, supported: float, where: str) -> list[str]:
    """Notes on a campaign or the whole log."""
    told = []
    if clicks < FEWEST_CLICKS:
        told.append(f"{where}: {clicks:,} clicks; with fewer than {FEWEST_CLICKS} no estimator can rank two policies")
    if covered < 0.9995:
        told.append(f"{where}: for {1 - covered:.1%} of the impressions the other policy's log has no such place; they are left out")
    if supported < 0.9995:
        told.append(f"{where}: {1 - supported:.1%} of what the other policy shows was never shown there, and no weight makes up for it")
    return told
