"""Keyed numbers: apart where their keys are, and spread as they should be."""

from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from sim import seeds
from tests.laws.chance import ALARM, drawn_from, near, repeatable

MANY = 1_000_000


def unmixed(word):
    """The word that `seeds.mix` turns into *word*."""
    word ^= word >> 31 ^ word >> 62
    word = word * pow(0x94D049BB133111EB, -1, 2**64) % 2**64
    word ^= word >> 27 ^ word >> 54
    word = word * pow(0xBF58476D1CE4E5B9, -1, 2**64) % 2**64
    return word ^ word >> 30 ^ word >> 60


def key_before(word):
    """The key whose first word is *word*."""
    return (unmixed(word) - seeds.GOLDEN) % 2**64


def test_keys_of_different_seeds_purposes_and_parts_differ():
    parts = [(), *product(range(-60, 60)), *product(range(8), range(-3, 8)), *product(range(3), range(3), range(3))]
    keys = [seeds.key(seed, purpose, *part) for seed in (0, 1, 7, 2**63 - 1) for purpose in seeds.PURPOSES for part in parts]
    assert len(set(keys)) == len(keys)


def test_every_purpose_has_a_number_of_its_own():
    assert len(set(seeds.PURPOSES.values())) == len(seeds.PURPOSES)


@given(st.integers(0, 2**64 - 1))
@repeatable
def test_mixing_loses_nothing(word):
    assert seeds.mix(unmixed(word)) == word == unmixed(seeds.mix(word))


@given(st.integers(0, 2**64 - 1), st.integers(0, 300), st.integers(0, 300))
@repeatable
def test_a_number_does_not_depend_on_how_many_were_drawn_before_it(key, first, count):
    whole = seeds.words(key, first + count)
    assert (whole[first:] == seeds.words(key, count, first)).all()
    assert (seeds.uniforms(key, first + count)[first:] == seeds.uniforms(key, count, first)).all()
    assert not count or int(whole[-1]) == seeds.mix(key + (first + count) * seeds.GOLDEN)


def test_uniform_numbers_lie_inside_the_unit_interval():
    drawn = seeds.uniforms(1, MANY)
    assert drawn.min() > 0
    assert drawn.max() < 1
    assert seeds.uniforms(key_before(0), 1)[0] > 0


def test_the_largest_word_still_gives_a_uniform_number_below_one():
    key = key_before(2**64 - 1)
    assert int(seeds.words(key, 1)[0]) == 2**64 - 1
    assert seeds.uniforms(key, 1)[0] < 1
    assert np.isfinite(seeds.normals(key, 1)[0])


def test_uniform_numbers_are_uniform():
    for key in (1, 2, seeds.key(3, "noise", 0)):
        assert stats.kstest(seeds.uniforms(key, MANY), "uniform").pvalue > ALARM


def test_normal_numbers_have_the_moments_of_the_normal_law():
    drawn = seeds.normals(5, MANY)
    assert near(drawn.mean(), 0, 1 / np.sqrt(MANY))
    assert near(drawn.var(), 1, np.sqrt(2 / MANY))
    assert near((drawn**3).mean(), 0, np.sqrt(15 / MANY))
    assert near((drawn**4).mean(), 3, np.sqrt(96 / MANY))
    assert stats.kstest(drawn, "norm").pvalue > ALARM


def test_numbers_of_one_key_and_of_neighbouring_keys_are_uncorrelated():
    keys = [seeds.key(1, purpose, part) for purpose in ("noise", "drift", "users") for part in (0, 1)]
    drawn = np.array([seeds.uniforms(key, 200_000) for key in keys])
    assert near(np.corrcoef(drawn)[np.triu_indices(len(keys), 1)], 0, 1 / np.sqrt(200_000))
    for gap in (1, 2, 7):
        assert near(np.corrcoef(drawn[0, :-gap], drawn[0, gap:])[0, 1], 0, 1 / np.sqrt(200_000))


def test_the_first_numbers_of_many_keys_are_uniform():
    keys = [seeds.key(seed, "arrivals", *part) for seed in range(20) for part in product(range(20), range(50))]
    first = [seeds.uniforms(key, 1)[0] for key in keys]
    assert drawn_from(np.bincount((np.array(first) * 50).astype(int), minlength=50), np.ones(50))


def test_a_random_state_fits_in_32_bits():
    assert seeds.state(2**64 - 1) == 2**32 - 1
    assert len({seeds.state(seeds.key(1, "model", part)) for part in range(1_000)}) == 1_000
