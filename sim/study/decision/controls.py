"""Control variates: what is known of a world takes its luck out of a figure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.study.decision.paired import varies


def control_variate(
    values: NDArray[np.float64], controls: NDArray[np.float64], known_means: NDArray[np.float64]
) -> tuple[NDArray[np.float64], float]:
    """Pseudo-values without what controls explain, where that pays.

    Parameters
    ----------
    values
        Pseudo-values of shape (replications,).
    controls
        Shape (replications, c): what each world had, such as its number of queries.
    known_means
        Shape (c,): the controls' true means, from the scenario and not from the replications.

    Returns
    -------
    The adjusted pseudo-values, and the variance of their mean over that of the values' as expected.
    The values as they are, and 1, where it does not pay: too few replications, controls that don't
    vary, or a gain that estimating the coefficients eats up. Controls with NaN take no part.

    Notes
    -----
    Lavenberg and Welch, Management Science 27 (1981). With b the regression of Y on Z, Y − b'(Z − EZ)
    has variance (1 − R²)(n − 2)/(n − c − 2) times that of Y, R² without its optimism. Deviations are
    stretched so that sd/√n is the regression's own standard error at the known means.

    Examples
    --------
    >>> queries = np.array([[90.0], [100.0], [120.0], [110.0], [95.0], [105.0], [100.0]])
    >>> noise = np.array([0.1, -0.1, 0.0, 0.1, -0.1, 0.1, 0.0])
    >>> adjusted, ratio = control_variate(2 * queries[:, 0] + noise, queries, np.array([100.0]))
    >>> round(float(adjusted.mean()), 1), ratio < 0.01
    (200.0, True)
    """
    n = len(values)
    used = varies(controls) & np.isfinite(known_means)
    c = int(used.sum())
    if not c or n - c - 2 <= 0 or not varies(values):
        return values, 1.0
    seen = controls[:, used]
    off = seen - seen.mean(axis=0)
    scale = np.linalg.norm(off, axis=0)
    off /= scale
    if np.linalg.matrix_rank(off) < c:
        return values, 1.0
    slopes = np.linalg.lstsq(off, values - values.mean(), rcond=None)[0]
    left = values - values.mean() - off @ slopes
    unexplained = float(left @ left) / (n - c - 1) / float(values.var(ddof=1))
    ratio = unexplained * (n - 2) / (n - c - 2)
    if not ratio < 1:
        return values, 1.0
    luck = (seen.mean(axis=0) - known_means[used]) / scale
    reach = 1 + n * float(luck @ np.linalg.solve(off.T @ off, luck))  # the mean is read off away from the centre
    return values.mean() - luck @ slopes + left * np.sqrt(reach * (n - 1) / (n - c - 1)), ratio
