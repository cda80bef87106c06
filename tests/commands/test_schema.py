"""`foreshow schema`: to standard output or to a file, and one message where that can't be."""

from __future__ import annotations

import json

from sim.scenario.editors import json_schema


def test_it_prints_the_schema_and_nothing_else(foreshow):
    done = foreshow("schema")
    assert (done.code, done.err) == (0, "")
    assert json.loads(done.out) == json_schema()


def test_it_writes_a_file_and_says_what_to_do_with_it(foreshow, tmp_path):
    file = tmp_path / "foreshow.schema.json"
    done = foreshow("schema", "--out", str(file))
    assert done.code == 0
    assert "#:schema ./foreshow.schema.json" in done.out
    assert json.loads(file.read_text()) == json_schema()


def test_a_file_that_can_not_be_written_is_one_message(foreshow, tmp_path):
    done = foreshow("schema", "--out", str(tmp_path / "none" / "x.json"))
    assert done.code == 2
    assert "--out" in done.told
    assert "No such file or directory" in done.told


def test_it_is_listed_with_the_other_commands(foreshow):
    listed = foreshow("--help").out
    assert all(f"\n  {name} " in listed for name in ("check", "list", "new", "run", "schema"))
