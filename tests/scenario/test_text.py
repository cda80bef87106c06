"""From a file to one document: found, decoded, and laid over what it extends."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

import sim
from sim.errors import BadInput
from sim.scenario.text import find, read_document, show, spell
from tests.scenario.conftest import HEAD, RULE

LOG = "day,query,impressions\n" + "".join(f"2026-01-{day:02},shoes,9\n" for day in range(1, 31))


def mistake_of(source):
    with pytest.raises(BadInput) as caught:
        sim.load(source)
    (mistake,) = caught.value.mistakes
    return mistake


def test_a_scenario_is_found_by_path_folder_or_name(write):
    file = write(HEAD + RULE, "mine/scenario.toml")
    assert find(file) == find(file.parent) == find(str(file)) == file
    assert find("quiet").name == "quiet.toml"
    assert find("own_model").parent.name == "own_model"


@pytest.mark.parametrize("name", ["quite", "nowhere.toml", "a\0b", "x" * 5000, "", "../.."])
def test_what_is_not_there_is_said_so(name):
    with pytest.raises(BadInput, match=r"no such file|is a folder"):
        find(name)


def test_a_name_that_is_nearly_right_is_recognised():
    assert "did you mean 'quiet'?" in str(mistake_of("quite"))
    assert "see 'foreshow list'" in str(mistake_of("zzzzzz"))


def test_tables_are_merged_key_by_key(write):
    write(HEAD + '[traffic]\nqueries = "5k/day"\ntopics = 40\n[market]\nads = 9000\n' + RULE, "base.toml")
    found = sim.load(write('extends = "base.toml"\nname = "top"\n[traffic]\ntopics = 50\n', "top.toml"))
    assert (found.name, found.days, found.traffic.queries, found.traffic.topics, found.market.ads) == ("top", 20, 5000, 50, 9000)


def test_arrays_are_replaced_whole(write):
    write(HEAD + RULE + '[[candidate]]\npolicy = "oracle"\n', "base.toml")
    found = sim.load(write('extends = "base.toml"\n[[candidate]]\npolicy = "random"\n', "top.toml"))
    assert [one.name for one in found.candidates] == ["random"]


def test_a_mistake_points_at_the_file_it_was_inherited_from(write):
    write(HEAD + '[traffic]\nqueries = "5k"\n' + RULE, "base.toml")
    top = write('extends = "base.toml"\n\n[traffic]\ntopics = 0\n', "top.toml")
    assert [(one.file, one.line) for one in sim.check(top)] == [("base.toml", 4), ("top.toml", 4)]


def test_a_mistake_in_a_replaced_array_points_at_the_top(write):
    write(HEAD + RULE * 3, "base.toml")
    top = write('extends = "base.toml"\n[[candidate]]\nname = "x"\n', "top.toml")
    assert [(one.file, one.line) for one in sim.check(top)] == [("top.toml", 2)]


def test_a_base_may_itself_extend(write):
    write(HEAD + RULE, "one.toml")
    write('extends = "one.toml"\nseed = 5\n', "two.toml")
    assert sim.load(write('extends = "two.toml"\nname = "three"\n', "three.toml")).seed == 5


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_circle_is_told_with_its_steps_and_line(write, length):
    for number in range(length):
        write(f'name = "x"\nextends = "{(number + 1) % length}.toml"\n', f"{number}.toml")
    mistake = mistake_of(write("", "folder").parent / "0.toml")
    steps = [*range(length), 0]
    assert mistake.found == "goes round in a circle: " + " -> ".join(f"{step}.toml" for step in steps)
    assert (mistake.where, mistake.file, mistake.line) == ("extends", f"{length - 1}.toml", 2)


@pytest.mark.parametrize("parent", ['"nope.toml"', '"quite"', "5", "[]", '""', '"."', '"a\\u0000b"', f'"{"x" * 5000}"'])
def test_a_base_that_is_not_there_is_a_mistake_of_the_line_that_names_it(write, parent):
    mistake = mistake_of(write(f'name = "x"\nextends = {parent}\n'))
    assert (mistake.where, mistake.file, mistake.line) == ("extends", "small.toml", 2)


def test_a_base_further_up_that_is_not_there_is_told_at_its_own_line(write):
    write('extends = "nope"\n', "base.toml")
    mistake = mistake_of(write('name = "x"\nextends = "base.toml"\n', "top.toml"))
    assert (mistake.file, mistake.line) == ("base.toml", 1)


def test_a_shipped_scenario_is_extended_by_its_name(write):
    found = sim.load(write('extends = "quiet"\nseed = 99\n'))
    assert (found.name, found.seed, found.folder) == ("quiet", 99, write("", "x").parent)


def test_a_file_beside_comes_before_a_shipped_name(write):
    write(HEAD + RULE, "quiet")
    assert sim.load(write('extends = "quiet"\n')).name == "small"


def test_a_base_is_looked_for_beside_the_file_and_not_where_one_stands(write, monkeypatch):
    elsewhere = write(HEAD + RULE, "elsewhere/base.toml").parent
    top = write('extends = "base.toml"\n', "top.toml")
    monkeypatch.chdir(elsewhere)
    assert mistake_of(top).where == "extends"


def test_a_log_stands_beside_the_file_that_names_it(write):
    write(HEAD + '[traffic]\nreplay = "log.csv"\ntopics = 1\n' + RULE, "far/base.toml")
    write(LOG, "far/log.csv")
    found = sim.load(write('extends = "far/base.toml"\nhorizon = "10 days"\n', "top.toml"))
    assert Path(str(found.traffic.replay)).is_file()
    write("junk", "log.csv")
    assert sim.check(write('extends = "far/base.toml"\n[traffic]\nreplay = "log.csv"\n', "top.toml")) != []


def test_what_is_not_a_table_may_replace_one_and_is_then_refused(write):
    mistake = mistake_of(write('extends = "replay_your_log"\ntraffic = 5\n'))
    assert (mistake.where, mistake.found, mistake.line) == ("traffic", "found 5", 2)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"\xff\xfe\x00junk", "is not a text"),
        ((HEAD + RULE).encode("utf-16"), "is not a text"),
        (gzip.compress(b"name", mtime=0), "is not a text"),
        (b'name = "a\0b"', "is not TOML"),
        (b"#" * 1_000_001, "at most 1 MB"),
        (b"x = " + b"[" * 5000 + b"]" * 5000, "nested too deeply"),
        (b".".join([b"a"] * 5000) + b" = 1", "nested too deeply"),
        (b"x = " + b"9" * 5000, "a number is too long"),
        (b"name = \n", "line 1  is not TOML: Invalid value"),
        (b'name = "x"\n\n[traffic\n', "line 3  is not TOML: Expected ']'"),
        (b'a = """\n\n', "line 3  is not TOML: Unterminated string"),
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (b"# nothing\n", "is empty"),
    ],
)
def test_what_is_no_scenario_at_all_is_one_mistake(write, raw, words):
    mistake = mistake_of(write(raw))
    assert words in str(mistake)
    assert "small.toml" in str(mistake)


def test_marks_and_line_ends_of_other_systems_are_read(write):
    text = "\ufeff" + (HEAD + RULE).replace("\n", "\r\n")
    assert sim.load(write(text.encode())).name == "small"


def test_twenty_layers_are_deep_enough(write):
    deep = f"x = {'[' * 19}{']' * 19}\n"
    assert read_document(write(deep)).data["x"] != []
    assert "nested too deeply" in str(mistake_of(write(deep.replace("[]", "[[]]"))))


@pytest.mark.parametrize(
    ("place", "words"),
    [((), ""), (("seed",), "seed"), (("drift", 1, "by"), "drift 2, by"), (("weekday", 6), "weekday 7"), (("a b", ""), '"a b"."".')],
)
def test_a_place_is_spelled_for_people(place, words):
    assert spell(place) == words.removesuffix(".")


def test_a_value_is_shown_as_its_file_spells_it():
    assert [show(value) for value in (False, 1 << 20000, 5, "x")] == ["false", "a number of thousands of digits", "5", "'x'"]
    assert len(show("x" * 1000)) == 60
