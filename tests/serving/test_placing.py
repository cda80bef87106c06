"""Propensities of a slate table."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.serving.placing import placing
from sim.serving.slate import SlateTable
from tests.laws.chance import repeatable


def table(matched, weights):
    shape = np.shape(matched)
    none = np.zeros(shape, np.int64)
    return SlateTable(0, np.asarray(weights, float), np.asarray(matched, np.int8), none, none, None, none)


@st.composite
def tables(draw):
    variants, cells, slots, matched = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 3)), 4
    pages = [[draw(st.permutations(range(matched)))[: draw(st.integers(0, slots))] for _ in range(cells)] for _ in range(variants)]
    filled = [[[*page, *[-1] * (slots - len(page))] for page in cell] for cell in pages]
    weights = np.array(draw(st.lists(st.integers(1, 9), min_size=variants, max_size=variants)), float)
    return table(filled, weights / weights.sum()), matched


@given(tables())
@repeatable
def test_each_position_is_filled_as_often_as_the_variants_fill_it(drawn):
    slates, matched = drawn
    found = placing(slates, matched)
    filled = (slates.weights[:, None, None] * (slates.matched >= 0)).sum(axis=0)
    assert found.sum(axis=1) == pytest.approx(filled)
    assert (found.sum(axis=2) <= 1 + 1e-6).all()  # an ad stands once on a page


def test_variants_that_put_an_ad_in_the_same_position_add_up():
    slates = table([[[0, 1]], [[0, 2]], [[2, 0]]], [0.5, 0.3, 0.2])
    assert placing(slates, 3)[0] == pytest.approx(np.array([[0.8, 0.2], [0.0, 0.5], [0.2, 0.3]]))
