"""The GLM adapter: maximum likelihood, its standard errors, and ridge as a normal prior."""

import sys
import warnings

import numpy as np
import pandas as pd
import pytest

from sim.candidates.models.glm import Glm
from tests.laws.chance import near

RNG = np.random.default_rng(2)
ROWS = 20_000
X = pd.DataFrame(RNG.normal(size=(ROWS, 3)).astype(np.float32), columns=["a", "b", "c"])
TRUTH = np.array([-2.0, 0.5, -0.3, 0.0])
ODDS = TRUTH[0] + X.to_numpy() @ TRUTH[1:]
Y = (RNG.random(ROWS) < 1 / (1 + np.exp(-ODDS))).astype(np.int8)


def test_coefficients_are_within_their_standard_errors_of_the_truth():
    model = Glm().fit(X, Y)
    assert near(model.coefficients_, TRUTH, np.sqrt(np.diag(model.covariance_)))
    assert near(np.log(model.predict_proba(X)[:, 1] / model.predict_proba(X)[:, 0])[:200], ODDS[:200], model.predict_sd(X)[:200])


def test_it_agrees_with_scikit_learn():
    from sklearn.linear_model import LogisticRegression

    theirs = LogisticRegression(C=1e9, tol=1e-9, max_iter=1000).fit(X, Y)
    assert Glm().fit(X, Y).coefficients_ == pytest.approx([*theirs.intercept_, *theirs.coef_[0]], abs=1e-3)
    theirs = LogisticRegression(C=1 / 300, tol=1e-9, max_iter=1000).fit(X, Y)  # C is the variance of the same prior
    assert Glm(alpha=300).fit(X, Y).coefficients_ == pytest.approx([*theirs.intercept_, *theirs.coef_[0]], abs=2e-3)


def test_a_count_is_as_good_as_rows():
    rows = RNG.integers(0, 50, 2_000)
    few, label = X[:50], Y[:50].copy()
    label[:25] = 1 - label[:25]
    counts = np.bincount(rows, minlength=50)
    once, often = Glm().fit(few, label, counts), Glm().fit(few.iloc[rows], label[rows])
    assert once.coefficients_ == pytest.approx(often.coefficients_, abs=1e-6)
    assert once.predict_sd(few) == pytest.approx(often.predict_sd(few), rel=1e-6)


def test_ridge_shrinks_coefficients_and_errors():
    free, tight = Glm().fit(X, Y), Glm(alpha=5_000).fit(X, Y)
    assert (np.abs(tight.coefficients_[1:3]) < 0.7 * np.abs(free.coefficients_[1:3])).all()
    assert (np.diag(tight.covariance_)[1:] < np.diag(free.covariance_)[1:]).all()


@pytest.mark.parametrize("link", ["logit", "probit", "cloglog"])
def test_every_link_predicts_the_mean_of_its_rows(link):
    said = Glm(link=link).fit(X, Y).predict_proba(X)
    assert said.sum(axis=1) == pytest.approx(1)
    assert said[:, 1].mean() == pytest.approx(Y.mean(), abs=0.003)


@pytest.mark.parametrize("alpha", [0.0, 1.0])
def test_columns_that_say_the_same_or_tell_the_label_apart_do_no_harm(alpha):
    table = pd.DataFrame({"a": X["a"][:400], "again": X["a"][:400], "nothing": 0.0, "label": Y[:400].astype(float)})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model = Glm(alpha=alpha).fit(table, Y[:400])
        said, spread = model.predict_proba(table), model.predict_sd(table)
    assert np.isfinite(said).all()
    assert np.isfinite(spread).all()
    assert (said[:, 1] > 0.5).astype(int).tolist() == Y[:400].tolist()


def test_the_same_rows_give_the_same_bytes():
    assert Glm(alpha=1).fit(X, Y).coefficients_.tobytes() == Glm(alpha=1).fit(X, Y).coefficients_.tobytes()


@pytest.mark.parametrize(("arguments", "words"), [({"link": "log"}, "'link' is one of logit"), ({"alpha": -1}, "'alpha' is 0 or more")])
def test_what_it_does_not_know_is_refused(arguments, words):
    with pytest.raises(ValueError, match=words):
        Glm(**arguments)


def test_statsmodels_is_imported_only_to_fit():
    import subprocess

    code = "import sys, sim.candidates.models.glm as glm; glm.Glm(); print('statsmodels' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
