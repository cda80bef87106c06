"""The board against a slow sampler, and what must not move a query or a click."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import seeds
from sim.traffic.arrivals import DAY_S
from tests.laws.chance import drawn_from, mean_is, near, repeatable
from tests.traffic import slow
from tests.traffic.pages import bars, board_with, counts_of, drawn, pages, play, replayed

TYPES, DEVICES = 6, (0.3, 0.7)
CELLS = TYPES * len(DEVICES)
SHARES = np.arange(1.0, CELLS + 1)
WEIGHTS = {1: (1.0,), 3: (0.2, 0.5, 0.3), 8: (0.125,) * 8}


def made_up(variants, slots):
    """Pages with different ads everywhere, some slots empty, and chances of a click on them."""
    shape = (variants, CELLS, slots)
    size = int(np.prod(shape))
    ads = (seeds.uniforms(1, size) * 100).astype(int).reshape(shape)
    ads[seeds.uniforms(2, size).reshape(shape) < 0.2] = -1
    ads = np.take_along_axis(ads, np.argsort(ads < 0, axis=-1, kind="stable"), -1)  # a page is filled from the top
    chances = np.where(ads >= 0, seeds.uniforms(3, size).reshape(shape) ** 3, 0)
    return pages(ads, WEIGHTS[variants]), chances


def day_of(kind):
    if kind == "drawn":
        return drawn(1_500, SHARES)
    return replayed([0, 1, 700, 3, 0, 900], DEVICES)


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
@pytest.mark.parametrize("variants", [1, 3])
@pytest.mark.parametrize("slots", [1, 4, 5, 10])
def test_the_kernel_counts_what_a_slow_sampler_counts(kind, variants, slots):
    slates, chances = made_up(variants, slots)
    outcome = play(slates, chances, day_of(kind))
    queries, clicks = slow.play(slates, bars(chances), day_of(kind), 0, DAY_S)
    assert outcome.queries.sum() > 1_000
    assert outcome.clicks.sum() > 100
    assert (outcome.queries == queries).all()
    assert (outcome.clicks == clicks).all()


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
def test_part_of_a_day_counts_what_a_slow_sampler_counts(kind):
    slates, chances = made_up(3, 5)
    outcome = play(slates, chances, day_of(kind), 12_345, 54_321)
    queries, clicks = slow.play(slates, bars(chances), day_of(kind), 12_345, 54_321)
    assert (outcome.queries == queries).all()
    assert (outcome.clicks == clicks).all()


def test_busy_seconds_count_what_a_slow_sampler_counts():
    slates, chances = made_up(3, 4)
    rush = drawn(700 * DAY_S, SHARES)
    outcome = play(slates, chances, rush, 100, 107)
    queries, clicks = slow.play(slates, bars(chances), rush, 100, 107)
    assert (outcome.queries == queries).all()
    assert (outcome.clicks == clicks).all()


@given(st.sampled_from(["drawn", "replayed"]), st.sampled_from([1, 3]), st.lists(st.integers(0, DAY_S), max_size=6))
@repeatable
def test_a_cut_on_any_second_changes_no_count(kind, variants, cuts):
    slates, chances = made_up(variants, 5)
    whole = play(slates, chances, day_of(kind))
    edges = [0, *sorted(cuts), DAY_S]
    parts = [play(slates, chances, day_of(kind), first, end) for first, end in pairwise(edges)]
    assert (sum(part.queries for part in parts) == whole.queries).all()
    assert (sum(part.clicks for part in parts) == whole.clicks).all()


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
def test_pages_change_nothing_of_the_queries(kind):
    rich, chances = made_up(3, 10)
    bare = pages(np.full((CELLS, 1), -1))
    assert (play(rich, chances, day_of(kind)).queries.sum(axis=0) == play(bare, 0, day_of(kind)).queries[0]).all()


@given(st.integers(0, 4), st.integers(0, 4), st.integers(0, 10_000))
@repeatable
def test_clicks_on_an_ad_are_the_same_whatever_stands_in_the_other_slots(slot, other, stranger):
    ads = np.tile(np.arange(20, 25), (CELLS, 1))
    changed = ads.copy()
    changed[:, other] = stranger % 100 if other != slot else ads[:, slot]
    chances = np.linspace(0.5, 0.1, 5)
    before, after = (play(pages(page), chances, day_of("drawn")) for page in (ads, changed))
    assert (before.clicks[..., slot] == after.clicks[..., slot]).all()


@given(st.floats(0, 1), st.floats(0, 1))
@repeatable
def test_a_higher_slot_gets_the_clicks_of_a_lower_one_and_more(one, two):
    page, day = pages(np.full((CELLS, 1), 7)), drawn(1_000, SHARES)
    few, many = (play(page, chance, day, 0, DAY_S // 4).clicks for chance in sorted((one, two)))
    assert (few <= many).all()


def test_a_higher_slot_gets_the_very_same_clicks_and_more():
    page, day = pages(np.full((1, 1), 7)), drawn(DAY_S, [1.0])
    one_by_one = [[int(play(page, chance, day, s, s + 1).clicks.sum()) for s in range(3_000)] for chance in (0.1, 0.3)]
    low, high = np.array(one_by_one)
    assert low.sum() > 100
    assert (low <= high).all()


def test_an_ad_clicks_the_same_in_whatever_variant_or_slot_it_stands():
    day = drawn(50_000, SHARES)
    first = pages(np.tile([5, 6], (CELLS, 1)))
    second = pages(np.tile([6, 5], (3, CELLS, 1)), WEIGHTS[3])
    before, after = play(first, 0.2, day).clicks, play(second, 0.2, day).clicks.sum(axis=0)
    assert (before[0] == after[:, ::-1]).all()


def test_click_rates_of_one_ad_down_the_page_stand_as_its_examination_does():
    examination, chance = np.arange(1, 6) ** -1.2, 0.4
    day = drawn(3_000_000, [0.4, 0.6])
    clicks = np.array([play(pages([[9], [9]]), chance * look, day).clicks[0, :, 0] for look in examination])
    queries = play(pages([[9], [9]]), 0, day).queries[0]
    kept = examination[1:] / examination[:-1]
    # The lower slot keeps a part of the upper one's clicks: given those, a binomial number.
    assert near(clicks[1:], clicks[:-1] * kept[:, None], np.sqrt(clicks[:-1] * (kept * (1 - kept))[:, None]))
    assert near(clicks[0], queries * chance, np.sqrt(queries * chance * (1 - chance)))


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
@pytest.mark.parametrize("variants", [3, 8])
def test_variants_are_drawn_with_their_weights_in_every_cell(kind, variants):
    day = drawn(600_000, SHARES) if kind == "drawn" else replayed(np.full(TYPES, 100_000), DEVICES)
    queries = play(pages(np.zeros((CELLS, 1)), WEIGHTS[variants]), 0, day).queries
    assert drawn_from(queries, np.outer(WEIGHTS[variants], queries.sum(axis=0)))


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
def test_cells_are_drawn_with_their_shares(kind):
    if kind == "drawn":
        assert drawn_from(play(pages(np.zeros((CELLS, 1))), 0, drawn(2_000_000, SHARES)).queries, SHARES)
    else:
        queries = play(pages(np.zeros((CELLS, 1))), 0, replayed(np.full(TYPES, 100_000), DEVICES)).queries.reshape(TYPES, 2)
        assert (queries.sum(axis=1) == 100_000).all()
        assert drawn_from(queries, np.tile(DEVICES, (TYPES, 1)))


def test_queries_of_a_log_are_spread_evenly_over_the_day():
    day = replayed([200_000])
    hours = [play(pages([[0]]), 0, day, hour * 3600, (hour + 1) * 3600).queries.sum() for hour in range(24)]
    assert sum(hours) == 200_000
    assert drawn_from(hours, np.ones(24))


def test_clicks_are_binomial_given_the_queries():
    days = [play(pages([[0]]), 0.03, drawn(2_000, [1.0], key)) for key in range(1_200)]
    queries = np.array([day.queries.sum() for day in days])
    excess = np.array([day.clicks.sum() for day in days]) - 0.03 * queries
    assert mean_is(excess, 0)
    assert mean_is(excess**2 / (queries * 0.03 * 0.97), 1)


@pytest.mark.parametrize("kind", ["drawn", "replayed"])
def test_a_board_counts_the_queries_that_are_asked_and_their_clicks_only(kind):
    slates, chances = made_up(3, 4)
    everyone = play(slates, chances, day_of(kind))
    some = play(slates, chances, day_of(kind), satisfied=0.6)
    assert (play(slates, chances, day_of(kind), satisfied=1.0).clicks == everyone.clicks).all()
    assert (some.queries <= everyone.queries).all()
    assert (some.clicks <= everyone.clicks).all()
    asked = everyone.queries.sum()
    assert near(some.queries.sum(), 0.6 * asked, np.sqrt(0.24 * asked))


@pytest.mark.parametrize("batch", [1, 100])
def test_a_small_buffer_changes_no_count(monkeypatch, batch):
    slates, chances = made_up(3, 5)
    whole = play(slates, chances, day_of("drawn"))
    monkeypatch.setattr("sim.traffic.arrivals._BATCH", batch)
    again = play(slates, chances, day_of("drawn"))
    assert (again.queries == whole.queries).all()
    assert (again.clicks == whole.clicks).all()


def test_closed_books_are_empty_and_what_comes_later_is_booked_anew():
    slates, chances = made_up(1, 4)
    whole, board = play(slates, chances, day_of("drawn")), board_with(slates, chances)
    board.play(day_of("drawn"), 0, 40_000)
    morning = counts_of(board, slates)
    assert counts_of(board, slates).queries.sum() == 0
    board.play(day_of("drawn"), 40_000, DAY_S)
    evening = counts_of(board, slates)
    assert (morning.queries + evening.queries == whole.queries).all()
    assert (morning.clicks + evening.clicks == whole.clicks).all()
