"""The numbers behind a query and its clicks: well mixed, and independent where they should be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numba import njit, uint32, uint64

from sim import seeds
from sim.kernels import words as kernels
from sim.kernels.tables import LANES
from sim.traffic.arrivals import cell_table
from tests.laws.chance import drawn_from, independent, near, repeatable
from tests.traffic import naive, slow
from tests.traffic.pages import board_with, pages

QUERIES = 800_000
PAIRS = [(0, 1), (0, 2), (1, 2), (4, 5), (0, 255), (0, 256), (3, 65_535 + 4), (0, 2**19), (17, 999_999), (123_456, 123_457)]


@njit
def _mix(word):
    return kernels.mix(uint64(word))


@njit
def _coin(word, ad_word):
    return kernels.coin_of(uint64(word), uint32(ad_word))


@njit
def _coin_for(word, ad_word, purpose):
    return kernels.coin_for(uint64(word), uint32(ad_word), uint64(purpose))


def ad_words(ads):
    """The words of ads as they stand in the pages."""
    board = board_with(pages(np.resize(ads, (-(-len(ads) // LANES), LANES))), 0.5)
    return board._pages.table.reshape(-1, 2, LANES)[:, 0].ravel()[: len(ads)]


def mixed(words):
    """Each word scrambled, as `seeds.mix` does it."""
    with np.errstate(over="ignore"):
        z = (words ^ words >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    return z ^ z >> np.uint64(31)


def other_coins(words, ad, purpose):
    """The numbers of many queries and an ad for another purpose than a click."""
    return (mixed(mixed(words ^ np.uint64(purpose)) ^ np.uint64((ad + 1) * 0x9E3779B1 & slow.LOW)) >> np.uint64(32)).astype(np.uint32)


@pytest.fixture(scope="module")
def words():
    """The words of a million queries: second by second, eight queries each."""
    seconds = seeds.words(seeds.mix(11), QUERIES // 8)
    with np.errstate(over="ignore"):
        return mixed((seconds[:, None] + np.arange(1, 9, dtype=np.uint64) * np.uint64(seeds.GOLDEN)).ravel())


def cells_of(words, shares):
    """The cell of each query, by its alias table."""
    table, cells = cell_table(shares), np.uint64(len(shares))
    at = ((words >> np.uint64(32)) * cells) >> np.uint64(32)
    entry = table[at.astype(int)]
    low = np.uint64(0xFFFFFFFF)
    return np.where((words & low) < entry >> np.uint64(32), at, entry & low).astype(int)


def pieces(coins, count):
    """Which of *count* equal parts of the unit interval each coin falls into."""
    return ((coins.astype(np.uint64) * np.uint64(count)) >> np.uint64(32)).astype(int)


def crossed(one, other, size):
    """How often each pair of values came together."""
    return np.bincount(one * size[1] + other, minlength=size[0] * size[1]).reshape(size)


@given(st.integers(0, 2**64 - 1))
@repeatable
def test_the_kernels_mix_words_as_the_seeds_do(word):
    assert int(_mix(np.uint64(word))) == seeds.mix(word)


@given(st.integers(0, 2**64 - 1), st.integers(0, 1_000_000))
@repeatable
def test_the_coin_of_a_query_and_an_ad_is_the_slow_one(word, ad):
    found = int(_coin(np.uint64(word), ad_words(np.array([ad]))[0]))
    assert found == slow.coin(word, ad) == int(slow.coins(np.array([word], np.uint64), ad)[0])


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**31), st.sampled_from([naive.INVALID, naive.CONVERSION]))
@repeatable
def test_the_coin_of_a_sale_or_an_invalid_click_is_the_slow_one(word, ad, purpose):
    ad_word = (ad + 1) * 0x9E3779B1 & slow.LOW
    found = int(_coin_for(np.uint64(word), np.uint32(ad_word), np.uint64(purpose)))
    assert found == seeds.mix(seeds.mix(word ^ purpose) ^ ad_word) >> 32 == int(other_coins(np.array([word], np.uint64), ad, purpose)[0])


def test_no_two_ads_share_a_word():
    assert len(np.unique(ad_words(np.arange(1_000_000)))) == 1_000_000


def test_the_words_of_queries_are_spread_evenly(words):
    assert len(np.unique(words)) == len(words)
    for shift in range(0, 64, 8):
        assert drawn_from(np.bincount((words >> np.uint64(shift) & np.uint64(255)).astype(int), minlength=256), np.ones(256))


@pytest.mark.parametrize("ad", [0, 1, 2, 77, 65_536, 999_999])
def test_the_coins_of_an_ad_are_spread_evenly(words, ad):
    coins = slow.coins(words, ad)
    assert drawn_from(np.bincount(pieces(coins, 1000), minlength=1000), np.ones(1000))
    for chance in (1e-4, 1e-3, 0.03):
        assert near((coins < chance * 2**32).sum(), len(words) * chance, np.sqrt(len(words) * chance))


def test_the_coins_of_one_query_are_spread_evenly_over_ads():
    for word in seeds.words(5, 20):
        coins = np.array([slow.coin(int(word), ad) for ad in range(4_000)], np.uint32)
        assert drawn_from(np.bincount(pieces(coins, 40), minlength=40), np.ones(40))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_clicks_of_one_query_on_two_ads_are_independent(words, one, other):
    first, second = slow.coins(words, one), slow.coins(words, other)
    assert independent(crossed(pieces(first, 8), pieces(second, 8), (8, 8)))
    for chance in (0.02, 0.3):
        bar = chance * 2**32
        assert independent(crossed((first < bar).astype(int), (second < bar).astype(int), (2, 2)))


def test_clicks_of_one_query_on_four_ads_are_independent(words):
    clicked = sum((slow.coins(words, ad) < 0.3 * 2**32).astype(int) << bit for bit, ad in enumerate((10, 11, 12, 13)))
    sizes = np.array([pattern.bit_count() for pattern in range(16)])
    assert drawn_from(np.bincount(clicked, minlength=16), 0.3**sizes * 0.7 ** (4 - sizes))


def test_clicks_of_queries_in_a_row_are_independent(words):
    coins = pieces(slow.coins(words, 3), 8)
    for gap in (1, 2, 8):
        assert independent(crossed(coins[:-gap], coins[gap:], (8, 8)))


@pytest.mark.parametrize("cells", [2, 16, 37, 2_000])
def test_a_click_does_not_depend_on_how_the_cell_was_chosen(words, cells):
    where = cells_of(words, np.arange(1.0, cells + 1) ** -1.1)
    for ad in (0, 5, 4_321):
        assert independent(crossed(where % 16, pieces(slow.coins(words, ad), 16), (min(cells, 16), 16)))
    popular = words[where == 0]
    assert drawn_from(np.bincount(pieces(slow.coins(popular, 8), 100), minlength=100), np.ones(100))


def test_a_click_does_not_depend_on_the_variant_the_device_or_the_second(words):
    coins = pieces(slow.coins(words, 5), 16)
    variant = np.array([seeds.mix(int(word) ^ 0xA0761D6478BD642F) >> 61 for word in words[:100_000]])
    second = np.array([seeds.mix(int(word) ^ 0xE7037ED1A0B428DB) >> 61 for word in words[:100_000]])
    assert independent(crossed(variant, coins[:100_000], (8, 16)))
    assert independent(crossed(second, coins[:100_000], (8, 16)))
    assert independent(crossed(variant, second, (8, 8)))
    assert independent(crossed((words >> np.uint64(60)).astype(int), coins, (16, 16)))


PURPOSES = {
    name: getattr(kernels, name) for name in ("VARIANT", "MOMENT", "KEEP", "REACH", "FRAILTY", "AFTER_CLICK", "INVALID", "CONVERSION")
}


def test_no_two_purposes_share_a_constant():
    assert len({int(constant) for constant in PURPOSES.values()}) == len(PURPOSES)


@pytest.mark.parametrize("ad", [0, 5, 4_321])
def test_sales_and_invalid_clicks_do_not_depend_on_the_click_or_each_other(words, ad):
    clicked = words[slow.coins(words, ad) < 0.05 * 2**32]
    sale, invalid = (pieces(other_coins(clicked, ad, purpose), 16) for purpose in (naive.CONVERSION, naive.INVALID))
    depth = pieces(slow.coins(clicked, ad) * np.uint32(20), 16)
    for one in (sale, invalid):
        assert drawn_from(np.bincount(one, minlength=16), np.ones(16))
        assert independent(crossed(one, depth, (16, 16)))
    assert independent(crossed(sale, invalid, (16, 16)))


@pytest.mark.parametrize("purpose", ["KEEP", "REACH", "FRAILTY", "AFTER_CLICK"])
def test_what_else_a_querys_word_decides_does_not_depend_on_its_clicks_or_each_other(words, purpose):
    own = (mixed(words ^ np.uint64(PURPOSES[purpose])) >> np.uint64(60)).astype(int)
    assert drawn_from(np.bincount(own, minlength=16), np.ones(16))
    assert independent(crossed(own, pieces(slow.coins(words, 5), 16), (16, 16)))
    for constant in set(PURPOSES.values()) - {PURPOSES[purpose]}:
        assert independent(crossed(own, (mixed(words ^ np.uint64(constant)) >> np.uint64(60)).astype(int), (16, 16)))
