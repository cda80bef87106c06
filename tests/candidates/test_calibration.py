"""Calibration: what is said comes true as often as said."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.candidates.calibration import Calibrated, Isotonic, Sigmoid, calibration_error, crosswise, fit_curve, held_out, log_odds
from sim.candidates.model import ask_model, ask_spread
from sim.errors import InvalidRun
from tests.candidates.spies import Bad
from tests.laws.chance import near, repeatable

RNG = np.random.default_rng(5)
ROWS = 40_000
TRUE = RNG.beta(2, 20, ROWS)
LABEL = (RNG.random(ROWS) < TRUE).astype(np.int8)
BOLD = 1 / (1 + np.exp(-(1.0 + 2.0 * log_odds(TRUE))))  # log-odds stretched and shifted
ONES = np.ones(ROWS)


def test_a_sigmoid_undoes_what_was_stretched_and_shifted():
    curve = fit_curve("sigmoid", BOLD, LABEL, ONES)
    assert isinstance(curve, Sigmoid)
    assert curve.steepness == pytest.approx(0.5, abs=0.03)
    assert curve.shift == pytest.approx(-0.5, abs=0.08)
    assert np.abs(curve(BOLD) - TRUE).max() < 0.03


def test_an_isotonic_curve_rises_and_fits_any_shape():
    said = np.sqrt(TRUE)
    curve = fit_curve("isotonic", said, LABEL, ONES)
    assert isinstance(curve, Isotonic)
    assert (np.diff(curve(np.linspace(0, 1, 500))) >= 0).all()
    assert np.average((curve(said) - TRUE) ** 2) < 1e-4
    assert curve(np.array([0.0, 1.0])).min() >= 0


@pytest.mark.parametrize("kind", ["sigmoid", "isotonic"])
def test_the_error_is_small_afterwards(kind):
    learned, fresh = np.arange(ROWS) % 2 == 0, np.arange(ROWS) % 2 == 1
    curve = fit_curve(kind, BOLD[learned], LABEL[learned], ONES[learned])
    before = calibration_error(BOLD[fresh], LABEL[fresh], ONES[fresh])
    after = calibration_error(curve(BOLD)[fresh], LABEL[fresh], ONES[fresh])
    assert before > 0.03
    assert after < 0.015  # chance alone makes 0.005


@pytest.mark.parametrize("kind", ["sigmoid", "isotonic"])
def test_a_curve_is_judged_by_what_it_was_not_fitted_to(kind):
    """Labels that follow from nothing: fitted to few of them, a curve of steps errs by 0 on these and by a lot on others."""
    said, label = RNG.random(200), RNG.integers(0, 2, 200)
    half, ones = np.arange(200) % 2 == 0, np.ones(200)
    anew = crosswise(kind, said, label, ones, half)
    assert calibration_error(anew, label, ones) > 0.03
    assert (anew[half] == fit_curve(kind, said[~half], label[~half], ones[~half])(said[half])).all()
    assert crosswise(kind, said, np.where(half, label, 1), ones, half) is None


@pytest.mark.parametrize("kind", ["sigmoid", "isotonic"])
def test_a_count_is_as_good_as_rows(kind):
    said, label, counts = np.array([0.1, 0.1, 0.4, 0.4]), np.array([0, 1, 0, 1], np.int8), np.array([80.0, 20.0, 50.0, 50.0])
    rows = np.repeat(np.arange(4), counts.astype(int))
    once, often = fit_curve(kind, said, label, counts), fit_curve(kind, said[rows], label[rows], np.ones(len(rows)))
    assert once(said) == pytest.approx(often(said), abs=1e-4)
    assert once(said) == pytest.approx([0.2, 0.2, 0.5, 0.5], abs=1e-3)


def test_the_error_of_what_is_calibrated_is_chance_and_of_a_constant_its_distance():
    assert calibration_error(TRUE, LABEL, ONES) < 0.006
    assert calibration_error(np.full(100, 0.7), np.zeros(100), np.ones(100)) == pytest.approx(0.7)
    assert calibration_error(np.full(0, 0.7), np.zeros(0), np.ones(0)) == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 1), st.integers(1, 50)), min_size=1, max_size=60))
@repeatable
def test_the_error_is_a_share_and_does_not_depend_on_the_order_of_rows(rows):
    said, label, weight = (np.array(column, float) for column in zip(*rows, strict=True))
    found = calibration_error(said, label, weight)
    assert 0 <= found <= 1
    back = np.arange(len(rows))[::-1]
    assert calibration_error(said[back], label[back], weight[back]) == pytest.approx(found)


def test_a_quarter_of_the_ads_in_their_cells_is_held_out_whole():
    rows = np.repeat(np.arange(20_000), 3)
    aside = held_out(rows, 20_000, 99)
    assert near(aside.mean(), 0.25, np.sqrt(0.25 * 0.75 / 20_000))
    assert (aside.reshape(-1, 3).all(axis=1) == aside.reshape(-1, 3).any(axis=1)).all()
    assert (held_out(rows, 20_000, 99) == aside).all()
    assert (held_out(rows, 20_000, 98) != aside).any()


class Sure:
    """A model with standard errors."""

    def predict_proba(self, table):
        return np.full((len(table), 2), 0.5)

    def predict_sd(self, table):
        return np.full(len(table), 0.3)


TABLE = pd.DataFrame({"x": np.arange(4.0)})


def test_standard_errors_are_stretched_with_the_log_odds():
    assert ask_spread(Calibrated(Sure(), Sigmoid(0.0, 0.5), "mine"), TABLE, "mine") == pytest.approx(0.15)
    assert ask_spread(Calibrated(Sure(), Isotonic(np.array([0.0, 1]), np.array([0.0, 1])), "mine"), TABLE, "mine") == pytest.approx(0.3)
    assert ask_spread(Calibrated(Bad("nan"), Sigmoid(0.0, 1.0), "mine"), TABLE, "mine") is None


@pytest.mark.parametrize("how", ["nan", "above", "short", "raises"])
def test_a_curve_hides_nothing_that_is_wrong_with_its_model(how):
    with pytest.raises(InvalidRun, match=r"^candidate 'mine': (its model|1 of its model)"):
        ask_model(Calibrated(Bad(how), Sigmoid(0.0, 1.0), "mine"), TABLE, "mine")
