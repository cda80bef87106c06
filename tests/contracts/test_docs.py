"""The documents say what the code does: every setting, default, range, feature and link, and their examples run."""

from __future__ import annotations

import gzip
import inspect
import re
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, TypeAdapter

import sim
from sim.candidates.features import build_features
from sim.candidates.objectives.objective import Custom
from sim.lifecycle.clock import Rank
from sim.measures import MEASURES
from sim.scenario import compare_schema, drift_schema, playbook_checks, playbook_schema, plugins, read, roles, rules, schema, units
from sim.scenario.schema import Scenario
from sim.world.build import build_world
from tests.small import SMALL_WORLD

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PAGE_WITH_EXAMPLES = [ROOT / "README.md", ROOT / "docs" / "scenario.md", ROOT / "docs" / "own_parts.md"]
REFERENCE = (ROOT / "docs" / "scenario.md").read_text(encoding="utf-8")
TABLES: dict[str, type[BaseModel]] = {
    "Top level": schema.Scenario,
    "[traffic]": schema.Traffic,
    "[traffic.columns]": schema.Columns,
    "[market]": schema.Market,
    "[users]": schema.Users,
    "[conversions]": schema.Conversions,
    "[[device]]": schema.Device,
    "step": drift_schema.Step,
    "ramp": drift_schema.Ramp,
    "random_walk": drift_schema.RandomWalk,
    "season": drift_schema.Season,
    "shock": drift_schema.Shock,
    "outage": drift_schema.Outage,
    "module:Class": drift_schema.OwnDrift,
    "[[candidate]]": schema.Candidate,
    "[candidate.then]": schema.Then,
    "[candidate.playbook]": playbook_schema.Playbook,
    "[history]": schema.History,
    "[labels]": schema.Labels,
    "[raters]": playbook_schema.Raters,
    "[engine]": schema.Engine,
    "[compare]": compare_schema.Compare,
    "[guardrails]": compare_schema.Guardrails,
}
SECTIONS_OF_OWN = {
    "traffic",
    "market",
    "users",
    "conversions",
    "device",
    "drift",
    "history",
    "labels",
    "raters",
    "engine",
    "candidate",
    "columns",
    "then",
    "playbook",
    "sweep",
    "compare",
    "guardrails",
}
DERIVED = {("[[candidate]]", "name"): "its policy's or objective's name"}
TINY = """
name    = "tiny"
horizon = "14 days"
"""
RULE = """
[[candidate]]
policy = "keyword"
"""
Row = dict[str, str]


# --- reading the documents -----------------------------------------------------------------------------------------


def sections(text: str) -> dict[str, str]:
    """What stands under each heading, up to the next heading of any level; backticks of headings left out."""
    parts = re.split(r"^#{1,6} +(.+?) *$", without_fences(text), flags=re.MULTILINE)
    return {heading.strip("`"): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)}


def tables(body: str) -> list[list[Row]]:
    """The tables of a section, each row by the names of its columns."""
    found = []
    for block in re.findall(r"(?:^\|.*\|\n)+", body, flags=re.MULTILINE):
        cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in block.splitlines()]
        assert all(len(row) == len(cells[0]) for row in cells), f"a ragged table under {cells[0]}"
        found.append([dict(zip(cells[0], row, strict=True)) for row in cells[2:]])
    return found


def table(heading: str, column: str) -> list[Row]:
    """The rows of the section's tables that have *column*."""
    return [row for rows in tables(sections(REFERENCE)[heading]) for row in rows if column in row]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def without_fences(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def code(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def toml(text: str) -> Any:
    return tomllib.loads(f"it = {text}")["it"]


def toml_values(cell: str) -> list[Any]:
    """The values in backticks that a file could hold."""
    values = []
    for text in code(cell):
        try:
            values.append(toml(text))
        except tomllib.TOMLDecodeError:
            continue
    return values


# --- settings ------------------------------------------------------------------------------------------------------


def keys_of(model: type[BaseModel]) -> dict[str, Any]:
    """The keys of a table that are told in its own rows."""
    fields = {field.alias or name: field for name, field in model.model_fields.items() if not field.exclude}
    own = SECTIONS_OF_OWN if model is not playbook_schema.Playbook else set()  # its `then` is no table
    return {key: field for key, field in fields.items() if key not in own}


def reader(model: type[BaseModel], key: str) -> Any:
    """What reads one key: from the value in a file to the value in the scenario."""
    field = keys_of(model)[key]
    adapter = TypeAdapter(Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation)
    return lambda value: adapter.validate_python(value, context={"start": date(2026, 1, 1)})


SETTINGS = [(heading, key) for heading, model in TABLES.items() for key in keys_of(model)]


def row_of(heading: str, key: str) -> Row:
    (row,) = [row for row in table(heading, "key") if code(row["key"]) == [key]]
    return row


@pytest.mark.parametrize("heading", TABLES)
def test_every_setting_is_in_its_table_and_nothing_else(heading):
    told = [key for row in table(heading, "key") for key in code(row["key"])]
    known = [*keys_of(TABLES[heading]), *(["extends", "world"] if heading == "Top level" else [])]
    assert sorted(told) == sorted(known)


def test_every_table_of_the_file_has_a_section_and_its_number():
    told = {code(row["table"])[0]: row["how many"] for row in table("Top level", "table")}
    assert {name.strip("[]").rpartition(".")[2] for name in told} == SECTIONS_OF_OWN
    assert set(told) <= set(sections(REFERENCE))
    schema_of = Scenario.model_json_schema(by_alias=True)["properties"]
    for name, number in told.items():
        described = schema_of.get(name.strip("[]"), {})
        bounds = [described[key] for key in ("minItems", "maxItems") if key in described]
        assert toml_values(number) == bounds, name
        assert ("at most one" in number) == (not name.startswith("[["))


@pytest.mark.parametrize(("heading", "key"), SETTINGS)
def test_the_stated_default_is_the_default(heading, key):
    field, stated = keys_of(TABLES[heading])[key], row_of(heading, key)["default"]
    if (heading, key) in DERIVED:
        assert stated == DERIVED[heading, key]
    elif field.is_required():
        assert stated == "required"
    elif field.default is None:
        assert stated == "none"
    else:
        assert [reader(TABLES[heading], key)(value) for value in toml_values(stated)] == [field.default]


def test_a_candidate_is_named_after_its_policy_or_objective():
    assert schema.Candidate.model_validate({"policy": "keyword"}).name == "keyword"
    assert schema.Candidate.model_validate({"objective": {"use": "clicks"}}).name == "clicks"


def test_the_stated_default_devices_are_the_default():
    (stated,) = [tomllib.loads(block) for block in blocks(ROOT / "docs" / "scenario.md", "toml") if "[[device]]" in block]
    assert tuple(map(schema.Device.model_validate, stated["device"])) == Scenario.model_fields["devices"].default


@pytest.mark.parametrize(("heading", "key"), SETTINGS)
def test_the_stated_range_is_what_the_code_allows(heading, key):
    cell = row_of(heading, key)["range"]
    described = TABLES[heading].model_json_schema(by_alias=True)["properties"][key]
    if allowed := bounds_in(described):
        assert stated_bounds(cell) == allowed
    if words := words_in(described):
        assert words <= {value for value in toml_values(cell) if isinstance(value, str)}
    if "enum" in described or "const" in described:
        assert words == set(toml_values(cell))


@pytest.mark.parametrize(("heading", "key"), SETTINGS)
def test_every_value_that_is_shown_for_a_key_can_be_read(heading, key):
    row, field = row_of(heading, key), keys_of(TABLES[heading])[key]
    numbers_of_a_list = field.annotation not in (int, float, str, date) and "each" in row["range"]
    ends = [] if numbers_of_a_list or "characters" in row["range"] or re.search("above|below", row["range"]) else toml_values(row["range"])
    for value in [*toml_values(row["written as"]), *ends]:
        reader(TABLES[heading], key)(value)


def bounds_in(described: dict[str, Any]) -> set[tuple[str, float]]:
    """The bounds of a number, of a text's length, or of the numbers in a list, from its JSON schema."""
    words = {"minimum": "ge", "exclusiveMinimum": "gt", "maximum": "le", "exclusiveMaximum": "lt", "minLength": "ge", "maxLength": "le"}
    inner = [described, described.get("items", {}), *described.get("anyOf", [])]
    found = {
        (words.get(word, word), float(value))
        for one in inner
        for word, value in one.items()
        if word in {*words, "ge", "gt", "le", "lt"}
    }  # fmt: skip
    return {(word, value) for word, value in found if word != "ge" or ("gt", value) not in found}


def words_in(described: dict[str, Any]) -> set[str]:
    found: set[str] = set()
    for one in [described, *described.get("anyOf", [])]:
        found |= set(one.get("enum", [])) | ({one["const"]} if "const" in one else set())
    return found


def stated_bounds(cell: str) -> set[tuple[str, float]]:
    """The bounds in words such as "above `0`, up to `5`" or "`1` to `60`"."""
    sign = {"above": "gt", "below": "lt", "from": "ge", "up to": "le", "to": "le", "": "ge"}
    return {(sign[word], number(text)) for word, text in re.findall(r"(above|below|from|up to|to|)\s*`([^`]+)`", cell)}


def number(text: str) -> float:
    if match := re.fullmatch(r"(\d+)\^(\d+)", text):
        return float(int(match[1]) ** int(match[2]))
    value = toml(text)
    for read_it in (units.fraction, units.rate_per_day, units.count):
        try:
            return float(read_it(value))
        except ValueError:
            continue
    raise AssertionError(f"{text} is no number")


# --- what comes built in -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Built-in policies", "policy"),
        ("Built-in objectives", "objective"),
        ("Exploration", "explore"),
        ("Models by name", "model"),
    ],
)
def test_everything_that_is_built_in_is_told_with_its_arguments(heading, kind):
    told = tables(sections(REFERENCE)[heading])
    assert [code(row[kind])[0] for row in told[0]] == list(plugins.BUILT_IN[kind])
    stated = {(code(row[kind])[0], code(row["argument"])[0]): toml_values(row["default"]) for row in told[1]}
    assert stated == {
        (name, argument): [parameter.default]
        for name in plugins.BUILT_IN[kind]
        for argument, parameter in inspect.signature(plugins.built_in(kind, name)).parameters.items()
    }
    for row in told[1]:
        for value in toml_values(row["range"]):
            plugins.built_in(kind, code(row[kind])[0])(**{code(row["argument"])[0]: value})


def test_every_playbook_is_told_with_what_it_looks_for():
    (rows,) = [rows for rows in tables(sections(REFERENCE)["[candidate.playbook]"]) if "playbook" in rows[0]]
    assert [code(row["playbook"])[0] for row in rows] == list(playbook_schema.PRESETS)
    for row in rows:
        preset = playbook_schema.PRESETS[code(row["playbook"])[0]]
        assert tuple(code(row["looks for"])) == preset["looks_for"]
        assert tuple(code(row["watches for"])) == preset["watches_for"]
        assert ("never" in row["trains again"]) == (preset.get("retrain") == "never")


def test_every_diagnosis_and_every_remedy_is_told():
    (rows,) = [rows for rows in tables(sections(REFERENCE)["Diagnoses and remedies"]) if "diagnosis" in rows[0]]
    told = {code(row["diagnosis"])[0]: code(row["usual remedy"])[0] for row in rows}
    assert list(told) == [*playbook_schema.OFFLINE, *playbook_schema.ONLINE]
    assert {name: remedy for name, remedy in told.items() if remedy != "note"} == playbook_checks.USUAL
    (rows,) = [rows for rows in tables(sections(REFERENCE)["Diagnoses and remedies"]) if "remedy" in rows[0]]
    assert [code(row["remedy"])[0] for row in rows] == list(playbook_schema.REMEDIES)


def test_what_the_model_learns_is_told_for_each_objective():
    words = {
        "show": "whether a rater would show the ad",
        "click": "whether the ad is clicked",
        ("click", "conversion"): "whether the ad is clicked, and whether a click converts",
        ("click", "show"): "whether the ad is clicked, and whether a rater would show it",
        "blend": "what its weights need",
        "constrained": "what its two measures need",
    }
    for row in tables(sections(REFERENCE)["Built-in objectives"])[0]:
        use = code(row["objective"])[0]
        learns = getattr(plugins.built_in("objective", use), "learns", use)  # it depends on the arguments of two of them
        assert row["the model learns"] == words[learns]


def test_what_a_scenario_says_of_an_objective_of_its_own_is_told():
    rows = table("Your own objective", "argument")
    own = {name: one.default for name, one in inspect.signature(Custom).parameters.items() if one.default is not one.empty}
    assert {code(row["argument"])[0]: toml(code(row["default"])[0]) for row in rows} == own
    (learns,) = [row for row in rows if code(row["argument"]) == ["learns"]]
    assert toml_values(learns["range"]) == list(roles._LABELS)


# --- units, features, time -----------------------------------------------------------------------------------------

FORMS = {
    "duration": units.duration_s,
    "whole days": units.days_s,
    "horizon": lambda value: units.horizon_days(value, date(2026, 1, 1)),
    "moment": lambda value: units.moment_s(value, date(2026, 1, 1)),
    "date": units.calendar_day,
    "rate": units.rate_per_day,
    "count": units.count,
    "share, change": units.fraction,
    "money": float,
}


def test_every_form_of_a_value_is_told_and_its_examples_can_be_read():
    rows = table("Units", "form")
    assert [row["form"] for row in rows] == list(FORMS)
    for row in rows:
        assert toml_values(row["written as"]), row["form"]
        for value in toml_values(row["written as"]):
            FORMS[row["form"]](value)


def test_every_unit_is_told():
    told = {row["form"]: row["units"] for row in table("Units", "form")}
    prefixes, per = told["rate"].split("; per ")
    assert set(told["duration"].split(", ")) == set(units._SECONDS)
    assert set(per.split(", ")) == set(units._PER_DAY)
    assert {word.lower() for word in re.split(", | or ", prefixes)} == set(units._PREFIX) - {""}
    for prefix in re.split(", | or ", told["count"]):
        assert units.count(f"2{prefix}") == 2 * units._PREFIX[prefix.lower()]


def test_durations_go_from_a_second_to_a_hundred_years():
    assert units.duration_s("1 s") == 1
    assert units.duration_s("100 years") == 100 * 365 * units.DAY_S
    for outside in ("0.4 s", "101 years"):
        with pytest.raises(ValueError, match="'1 s' to '100 years'"):
            units.duration_s(outside)


def test_every_feature_is_told_and_no_other(tmp_path):
    devices = '[[device]]\nname = "tv"\nshare = 1\n[[device]]\nname = "phone"\nshare = 2\n'
    file = tmp_path / "tiny.toml"
    file.write_text(TINY + SMALL_WORLD + devices + RULE)
    names = build_features(build_world(sim.load(file), 0).sight).names
    patterns = [re.sub(r"_\d+$", "_<number>", re.sub("^device_.*", "device_<name>", name)) for name in names]
    assert list(dict.fromkeys(patterns)) == [code(row["column"])[0] for row in table("Features", "column")]


def test_what_happens_at_the_same_second_is_told_in_its_order():
    told = re.findall(r"^\d\. \*\*(\w+)\.\*\*", sections(REFERENCE)["Time"], flags=re.MULTILINE)
    played = sorted(Rank[word.upper()] for word in told)
    assert [rank.name.capitalize() for rank in played] == told
    assert {rank.name for rank in Rank} - {rank.name for rank in played} <= {"LABELS", "ANALYSIS"}  # ranks that are kept free


# --- examples ------------------------------------------------------------------------------------------------------


@pytest.fixture
def beside(tmp_path):
    """A folder in which the files stand that a page's examples speak of."""

    def folder(page: Path) -> Path:
        for block in blocks(page, "python"):
            if name := re.match(r"# (\w+\.py)\n", block):
                (tmp_path / name[1]).write_text(block)
        days = "".join(f"2026-01-{day:02},buy tent,{10 + day},1\n" for day in range(1, 15))
        with gzip.open(tmp_path / "our_clicks.csv.gz", "wt") as log:
            log.write("date,keyword,impressions,clicks\n" + days)
        (tmp_path / "tiny.toml").write_text(TINY + SMALL_WORLD + RULE)
        (tmp_path / "replayed.toml").write_text(TINY + '[market]\nads = 400\nadvertisers = 40\n[traffic]\ntopics = 1\nreplay = ""' + RULE)
        return tmp_path

    known = set(sys.modules)
    yield folder
    for name in set(sys.modules) - known:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]


def whole(block: str) -> str:
    """A block as a scenario: itself, or what it says on top of a tiny one."""
    data = tomllib.loads(block)
    if "horizon" in data or "extends" in data:
        return block
    return f'extends = "{"replayed" if "replay" in data.get("traffic", {}) else "tiny"}.toml"\n{block}'


COMPARE = ROOT / "docs" / "compare.md"
EXAMPLES = [(page, block) for page in [*PAGE_WITH_EXAMPLES, COMPARE] for block in blocks(page, "toml")]


@pytest.mark.parametrize(("page", "block"), EXAMPLES, ids=[f"{page.stem}-{n}" for n, (page, _) in enumerate(EXAMPLES)])
def test_every_example_of_a_scenario_is_sound(page, block, beside):
    file = beside(page) / "example.toml"
    file.write_text(whole(block))
    assert sim.check(file) == []


def test_the_rules_of_the_examples_are_told_as_they_are_read():
    (block,) = blocks(COMPARE, "toml")
    assert [rules.parse(text).text for text in tomllib.loads(block)["guardrails"]["rules"]] == tomllib.loads(block)["guardrails"]["rules"]
    (grammar,) = [rows for rows in tables(sections(COMPARE.read_text(encoding="utf-8"))["Rules"]) if "part" in rows[0]]
    (metrics,) = [row["what it says"] for row in grammar if code(row["part"]) == ["metric"]]
    assert code(metrics) == list(MEASURES)


def test_the_readme_shows_a_whole_scenario():
    assert any({"name", "horizon", "candidate"} <= set(tomllib.loads(block)) for block in blocks(ROOT / "README.md", "toml"))


@pytest.mark.parametrize("page", PAGE_WITH_EXAMPLES, ids=lambda page: page.stem)
def test_the_model_and_the_objective_of_the_examples_play(page, beside):
    folder = beside(page)
    modules = [file.stem for file in folder.glob("*.py")]
    played = [block for block in blocks(page, "toml") if any(f'"{module}:' in block for module in modules)]
    assert played
    for block in played:
        file = folder / "example.toml"
        file.write_text(whole(block))
        run = sim.run(file)
        assert run.failed == ()
        assert all("memory has a half-life" in note for note in run.notes)
        assert run.frame["impressions"].sum() > 0


def test_the_readme_example_in_python_runs(monkeypatch, capsys):
    examples = [block for block in blocks(ROOT / "README.md", "python") if "import sim" in block]
    assert examples
    load = read.load
    monkeypatch.setattr(read, "load", lambda source: load(source).but(days=7, replications=1))
    for block in examples:
        exec(compile(block, "README.md", "exec"), {"__name__": "__main__"})
    assert "keyword" in capsys.readouterr().out


# --- links ---------------------------------------------------------------------------------------------------------


def links(page: Path) -> list[str]:
    text = re.sub(r"`[^`\n]*`", "", without_fences(page.read_text(encoding="utf-8")))
    return [target for target in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+?) *$", without_fences(page.read_text(encoding="utf-8")), flags=re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        again = (f"{anchor}-{n}" for n in range(1, 100))
        found.add(anchor if anchor not in found else next(one for one in again if one not in found))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_link_leads_somewhere(page):
    lost = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = page.parent / path if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert lost == []


def test_the_readme_leads_to_the_reference_of_a_scenario():
    assert "docs/scenario.md" in {target.partition("#")[0] for target in links(ROOT / "README.md")}
