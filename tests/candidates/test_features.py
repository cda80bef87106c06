"""The feature table: each column says what its name says."""

from dataclasses import replace

import numpy as np
import pytest

from sim.candidates.histories import Histories
from tests.laws.tiny import stage_of, tiny

STAGE = stage_of(tiny())
SIGHT, FEATURES, HISTORIES = STAGE.world.sight, STAGE.features, STAGE.past.histories
TABLE = FEATURES.now(HISTORIES)
ROWS = [(kind, device, place) for kind in range(SIGHT.types) for device in range(2) for place in range(SIGHT.matched)]


def column(name):
    return TABLE[name].to_numpy().reshape(SIGHT.shape)


def test_columns_have_the_documented_names_in_order():
    names = ["text_match", "commercial", "never_seen", "log_bid", "device_mobile", "topic_1", "topic_2", "topic_3"]
    assert [*TABLE] == [*names, "ad_lift", "ad_evidence", "query_lift", "query_evidence", "log_position"]
    assert len(TABLE) == SIGHT.types * 2 * SIGHT.matched


def test_visible_columns_are_those_of_sight():
    for kind, device, place in ROWS[::37]:
        at = kind, device, place
        assert column("text_match")[at] == pytest.approx(SIGHT.text[kind, place] - 2)
        assert column("log_bid")[at] == pytest.approx(np.log(SIGHT.bid_micros[kind, place] / 1e6), rel=1e-5)
        assert column("commercial")[at] == SIGHT.commercial[kind]
        assert column("never_seen")[at] == SIGHT.is_tail[kind]
        assert column("device_mobile")[at] == device
        assert [column(f"topic_{topic}")[at] for topic in (1, 2, 3)] == [SIGHT.topic[kind] == topic for topic in (1, 2, 3)]
        assert column("log_position")[at] == 0


def test_history_columns_are_the_ads_and_the_query_types():
    assert column("ad_lift")[:, 0, :] == pytest.approx(HISTORIES.ad_lift[SIGHT.ad])
    assert column("ad_evidence")[:, 1, :] == pytest.approx(np.log1p(HISTORIES.ad_expected)[SIGHT.ad] / 4, rel=1e-5)
    head = ~SIGHT.is_tail
    assert column("query_lift")[head, 0, 0] == pytest.approx(HISTORIES.query_lift[head])
    assert np.abs(column("query_lift")[head]).max() > 0.1


def test_a_query_that_was_never_seen_has_no_history():
    assert HISTORIES.query_expected[SIGHT.is_tail].sum() > 0
    assert (column("query_lift")[SIGHT.is_tail] == 0).all()
    assert (column("query_evidence")[SIGHT.is_tail] == 0).all()


def test_rows_at_the_top_are_the_tables_own():
    row = np.arange(0, len(TABLE), 11)
    found = FEATURES.rows(HISTORIES, row, np.zeros(len(row), np.int8))
    assert (found == TABLE.to_numpy()[row]).all()


def test_rows_further_down_differ_in_their_position_only():
    row = np.arange(50)
    found = FEATURES.rows(HISTORIES, row, np.full(50, 3, np.int8))
    assert found[:, -1] == pytest.approx(np.log(4), abs=1e-3)
    assert (found[:, :-1] == TABLE.to_numpy()[row, :-1]).all()


def test_the_log_of_a_position_is_as_exact_as_the_other_columns():
    found = FEATURES.rows(HISTORIES, np.arange(4), np.arange(4, dtype=np.int8))
    assert found[:, -1] == pytest.approx(np.log([1, 2, 3, 4]), rel=1e-6)


def test_without_a_history_every_history_column_is_nothing():
    table = FEATURES.now(Histories.empty(SIGHT.ads, SIGHT.types, SIGHT.slots))
    assert (table[["ad_lift", "ad_evidence", "query_lift", "query_evidence"]] == 0).all().all()


def with_bids(bids):
    return replace(SIGHT, bid_micros=bids)


def test_bids_are_those_of_what_can_be_seen_now():
    dearer = with_bids(3 * SIGHT.bid_micros)
    table = FEATURES.now(HISTORIES, dearer)
    assert table["log_bid"].to_numpy() == pytest.approx(TABLE["log_bid"].to_numpy() + np.log(3), abs=1e-5)
    assert table.drop(columns="log_bid").equals(TABLE.drop(columns="log_bid"))
    row = np.arange(0, len(TABLE), 7)
    rows = FEATURES.rows(HISTORIES, row, np.zeros(len(row), np.int8), dearer)
    assert (rows == table.to_numpy()[row]).all()
    assert FEATURES.now(HISTORIES, SIGHT).equals(TABLE)


def test_an_ad_that_does_not_exist_has_the_middle_bid_of_all_that_do():
    gone = SIGHT.ad % 3 == 0
    sight = with_bids(np.where(gone, 0, SIGHT.bid_micros))
    found = FEATURES.now(HISTORIES, sight)["log_bid"].to_numpy().reshape(SIGHT.shape)
    assert np.isfinite(found).all()
    assert found[:, 0][gone] == pytest.approx(np.log(np.median(SIGHT.bid_micros[~gone]) / 1e6), abs=1e-5)
    assert (found[:, 1][~gone] == column("log_bid")[:, 1][~gone]).all()
    nobody = FEATURES.now(HISTORIES, with_bids(np.zeros_like(SIGHT.bid_micros)))
    assert (nobody["log_bid"] == 0).all()


def test_features_are_of_the_order_of_one():
    assert np.abs(TABLE.to_numpy()).max() < 10
