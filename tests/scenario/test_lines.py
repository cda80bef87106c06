"""The line finder: where each key of a text stands."""

from __future__ import annotations

import tomllib

import pytest

from sim.scenario.lines import find_lines, nearest_line
from sim.scenario.shipped import names


def test_keys_stand_where_they_are_written():
    lines = find_lines('name = "x"\n\n# a word\n[traffic]\nqueries = 5\n')
    assert lines == {("name",): 1, ("traffic",): 4, ("traffic", "queries"): 5}


def test_tables_of_an_array_are_numbered():
    lines = find_lines("[[candidate]]\nname = 1\n[[candidate]]\nname = 2\n[[drift]]\nkind = 3\n")
    assert (lines["candidate", 0, "name"], lines["candidate", 1], lines["candidate", 1, "name"]) == (2, 3, 4)
    assert (lines["candidate",], lines["drift", 0, "kind"]) == (1, 6)


def test_a_table_inside_an_array_belongs_to_its_last_member():
    lines = find_lines("[[candidate]]\n[[candidate]]\n[candidate.model]\nuse = 1\n")
    assert lines["candidate", 1, "model", "use"] == 4


def test_the_keys_of_an_inline_table_stand_on_its_line():
    lines = find_lines('[[candidate]]\nmodel = { use = "a:b", C = 1.0 } # { D = 2 }\n')
    assert lines["candidate", 0, "model", "use"] == lines["candidate", 0, "model", "C"] == 2
    assert ("candidate", 0, "model", "D") not in lines


def test_dotted_and_quoted_keys_are_taken_apart():
    lines = find_lines("a . b = 1\n\"c d\" = 2\n'e'.\"f\" = 3\n[g.'h']\ni.j = 4\n")
    assert lines == {("a", "b"): 1, ("c d",): 2, ("e", "f"): 3, ("g", "h"): 4, ("g", "h", "i", "j"): 5}


@pytest.mark.parametrize(
    "value",
    ["[\n  1, # ]\n  2,\n]", '"""\nfake = 1\n[fake]\n"""', "'''\nfake = 1\n'''", '[\n  { a = 1 },\n  { a = "]" },\n]'],
)
def test_what_goes_over_several_lines_hides_nothing_and_adds_nothing(value):
    text = f"first = {value}\nlast = 1\n"
    lines = find_lines(text)
    assert lines["last",] == text.count("\n")
    assert ("fake",) not in lines


def test_the_texts_of_a_list_over_several_lines_stand_on_their_own():
    text = "[g]\nrules = ['a', # \"x\"\n  # 'y'\n  \"b ] \\\" #\", 'c',\n\n  'd' ]\nlast = 1\n"
    assert tomllib.loads(text)["g"]["rules"] == ["a", 'b ] " #', "c", "d"]
    lines = find_lines(text)
    assert [lines["g", "rules", number] for number in range(4)] == [2, 4, 4, 6]
    assert lines["g", "last"] == 7


@pytest.mark.parametrize("value", ["[\n 'a',\n 5,\n 'b',\n]", "[\n { use = 'a' },\n 'b',\n]", "['a', 'b']", "{ a = [\n'x', 'y'\n] }"])
def test_of_any_other_list_the_members_are_where_the_list_is(value):
    lines = find_lines(f"it = {value}\n")
    assert not [place for place in lines if place[:1] == ("it",) and place[-1:] == (1,)]


def test_signs_in_texts_and_comments_are_no_keys():
    lines = find_lines("a = \"[x = 1\"  # b = [\nc = '{ d = 2'\ne = 1\n")
    assert lines == {("a",): 1, ("c",): 2, ("e",): 3}


def test_lines_end_where_toml_ends_them():
    lines = find_lines("# a\x0bb\x0c\x85\u2028\na = 1\r\nb = 2\r\n")
    assert lines == {("a",): 2, ("b",): 3}


def test_the_nearest_table_stands_in_for_a_key_that_is_not_there():
    lines = find_lines("[traffic]\n[[candidate]]\n")
    assert nearest_line(lines, ("traffic", "queries")) == 1
    assert nearest_line(lines, ("candidate", 0, "model", "use")) == 2
    assert nearest_line(lines, ("market", "ads")) is None


@pytest.mark.parametrize("name", names())
def test_every_key_of_a_shipped_scenario_is_found(name):
    text = names()[name].read_text(encoding="utf-8")
    lines = find_lines(text)

    def walk(value, place):
        if isinstance(value, dict):
            for key, inner in value.items():
                assert (*place, key) in lines, place
                walk(inner, (*place, key))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(inner, (*place, number))

    walk(tomllib.loads(text), ())
