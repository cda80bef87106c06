"""A world that lies below a scenario: found beside it, read under its keys, and refused in words."""

from __future__ import annotations

import pytest

import sim
from sim.errors import BadInput
from sim.scenario.query_table import read_query_table
from sim.world.build import build_world
from tests.scenario.conftest import HEAD, RULE

WORLD = """
[traffic]
queries    = "9k/day"
topics     = 2
types      = "queries.csv"
never_seen = "10%"

[market]
ads     = 100
advertisers = 20
worthy = "20%"
matched = 4

[[drift]]
kind = "random_walk"
what = "clicks"
by   = 0.3

[[drift]]
kind = "random_walk"
what = "topics"
by   = 0.1
"""
TABLE = "query,share,click_rate\n" + "".join(f"q{n},{n + 1},{(n + 1) / 100}\n" for n in range(10))
LOG = "day,query,impressions\n" + "".join(f"2026-01-{day:02},shoes,9\n" for day in range(1, 31))


@pytest.fixture
def mistakes(write):
    """Every mistake of a scenario over a world, each as a sentence."""

    def told(lines="", world=WORLD, table=TABLE, named="shop"):
        write(world, "shop/world.toml")
        write(table, "shop/queries.csv")
        write(LOG, "log.csv")
        return [str(one) for one in sim.check(write(f"world = '{named}'\n" + HEAD + lines + RULE, "top.toml"))]

    return told


def test_a_world_lies_below_the_scenarios_own_keys(mistakes, tmp_path):
    assert mistakes("[traffic]\nqueries = '5k/day'\n") == []
    found = sim.load(tmp_path / "top.toml")
    assert (found.traffic.queries, found.traffic.topics, found.traffic.never_seen, found.market.ads) == (5000, 2, 0.1, 100)
    assert [drift.what for drift in found.drifts] == ["clicks", "topics"]
    assert found.traffic.query_types == 10


def test_a_world_lies_over_what_is_extended(write):
    write("[traffic]\nqueries = '9k/day'\ntopics = 30\n", "shop/world.toml")
    write(HEAD + "[traffic]\nqueries = '1k/day'\nnoise = '1%'\n" + RULE, "base.toml")
    found = sim.load(write("extends = 'base.toml'\nworld = 'shop'\n[traffic]\ntopics = 40\n", "top.toml"))
    assert (found.traffic.queries, found.traffic.noise, found.traffic.topics) == (9000, 0.01, 40)


def test_a_world_of_the_base_stands_beside_the_base(write):
    write(WORLD, "far/shop/world.toml")
    write(TABLE, "far/shop/queries.csv")
    write(HEAD + "world = 'shop'\n" + RULE, "far/base.toml")
    found = sim.load(write("extends = 'far/base.toml'\nseed = 5\n", "top.toml"))
    assert read_query_table(found.traffic, found.folder).types == 10


def test_a_lists_own_members_replace_the_worlds(mistakes, tmp_path):
    assert mistakes("[[drift]]\nkind = 'step'\nwhat = 'bids'\nat = 'day 3'\nby = 0.1\n") == []
    assert [drift.kind for drift in sim.load(tmp_path / "top.toml").drifts] == ["step"]


def test_a_log_that_is_replayed_leaves_the_worlds_traffic_out(mistakes, tmp_path):
    assert mistakes("[traffic]\nreplay = 'log.csv'\ntopics = 1\n") == []
    found = sim.load(tmp_path / "top.toml")
    assert found.traffic.types is None
    assert [drift.what for drift in found.drifts] == ["clicks"]


def test_the_table_is_the_traffic_and_the_click_rates(mistakes, tmp_path):
    assert mistakes("[history]\npolicy = 'as_logged'\n", world=WORLD.split("[[drift]]", maxsplit=1)[0]) == []
    world = build_world(sim.load(tmp_path / "top.toml"), 0)
    heads = world.catalogue.share[:10]
    assert heads == pytest.approx([0.9 * (n + 1) / 55 for n in range(10)])
    assert world.catalogue.commercial[:10].all()
    assert not world.catalogue.commercial[10:].all()
    first = world.ads.bid_micros[world.relevance.ad].argmax(axis=1)
    odds = world.users.odds[range(10), first[:10]]
    rates = sum(share / (1 + 2.718281828459045 ** -(odds + extra)) for share, extra in zip(*worlds_devices(world), strict=True))
    assert rates == pytest.approx([(n + 1) / 100 for n in range(10)], rel=1e-6)


def worlds_devices(world):
    return world.users.device_share, world.users.device_odds


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"named": "nowhere"}, "top.toml, line 1  world: 'nowhere': no such folder; a folder that 'foreshow calibrate' wrote"),
        ({"named": "."}, "world: '.': is a folder without a world.toml"),
        ({"named": ""}, "world: found ''; a folder that"),
        ({"world": "[trafic]\ntopics = 2\n"}, "world.toml, line 1  trafic: is not part of a world; did you mean 'traffic'?"),
        ({"world": "[[candidate]]\npolicy = 'random'\n"}, "candidate: is not part of a world; a world has traffic, users"),
        ({"world": "[traffic]\ntopicks = 2\n"}, "world.toml, line 2  traffic.topicks: is not a setting here; did you mean 'topics'?"),
        ({"world": "[traffic\n"}, "world.toml, line 1  is not TOML"),
        ({"world": "[traffic]\ntypes = 'none.csv'\n"}, "no such file: "),
        ({"table": "query,part\na,1\n"}, "traffic.types: queries.csv has no column 'share'; a share of the queries for each query type"),
        ({"table": "share,click_rate\n1,0.1\n0,0.1\nx,1.0\n"}, "2 rows of queries.csv have another share; numbers above 0"),
        (
            {"table": "share,click_rate\n1,0.1\n1,0.1\n1,1.0\n"},
            "1 rows of queries.csv have another click_rate; numbers above 0",
        ),
        ({"table": "share\n"}, "queries.csv has 0 rows; 1 to 200,000 query types"),
        ({"table": ""}, "queries.csv can't be read as a table: "),
        ({"lines": "[traffic]\npopularity = 1\n"}, "traffic.popularity: has no effect beside a table of query types; remove it, or remove"),
        (
            {"lines": "[traffic]\nnever_seen = 0\ncommercial = 0.5\n"},
            "traffic.commercial: has no effect: all types of the table are about buying; remove it",
        ),
    ],
)
def test_a_world_that_is_wrong_is_told_in_words(mistakes, changes, words):
    assert words in mistakes(**changes)[0]


def test_a_table_that_was_changed_is_read_again(mistakes, tmp_path):
    mistakes()
    file = tmp_path / "top.toml"
    before = read_query_table(sim.load(file).traffic, file.parent).types
    mistakes(table=TABLE + "q11,1,0.5\n")
    assert (before, read_query_table(sim.load(file).traffic, file.parent).types) == (10, 11)


def test_a_file_that_is_no_text_is_refused(write):
    write(b"\xff\xfe\x00junk", "shop/world.toml")
    with pytest.raises(BadInput, match="is not a text"):
        sim.load(write("world = 'shop'\n" + HEAD + RULE))
