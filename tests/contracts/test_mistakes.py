"""The contract on input: every mistake at once, each with its line, what was found, what is allowed.

A scenario is either read or refused with `BadInput` (exit code 2), whatever it holds.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sim.errors import Mistake
from tests.contracts.told import told

HEAD = 'name = "small"\nhorizon = "20 days"\n'
RULE = '[[candidate]]\npolicy = "keyword"\n'
ROOT = Path(__file__).parents[2]


@pytest.fixture
def mistakes(tmp_path):
    """Every mistake in a text."""

    def of(text: str | bytes) -> list[Mistake]:
        file = tmp_path / "small.toml"
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return told(file)

    return of


def test_every_mistake_is_told_at_once(mistakes):
    text = """name = "many\\nlines"
sed = 1
horizon = "soon"
replications = 0
[traffic]
queries = "5k/fortnight"
season = "10 percent"
weekday = [1, 2, 3]
popularity = "1.1"
[market]
ads = 10_000_000
currency = "usd"
[[device]]
nam = "phone"
share = -1
[[drift]]
kind = "stepp"
[[drift]]
kind = "step"
what = "click"
at = "day 0"
by = nan
[[candidate]]
policy = "keywrd"
retrain = "36 h"
[[candidate]]
objective = "clicks"
model = "sklearn.linear_model:LogisticRegresion"
[labels]
error = true
"""
    found = mistakes(text)
    assert [(one.line, one.where) for one in found] == [
        (1, "name"), (2, "sed"), (3, "horizon"), (4, "replications"), (6, "traffic.queries"), (7, "traffic.season"),
        (8, "traffic.weekday"), (9, "traffic.popularity"), (11, "market.ads"), (12, "market.currency"), (13, "device 1, name"),
        (14, "device 1, nam"), (15, "device 1, share"), (17, "drift 1, kind"), (20, "drift 2, what"), (21, "drift 2, at"),
        (22, "drift 2, by"), (24, "candidate 1, policy.use"), (25, "candidate 1, retrain"), (28, "candidate 2, model.use"),
        (30, "labels.error"),
    ]  # fmt: skip
    assert all(one.file == "small.toml" and (one.allowed or one.hint) for one in found)


@pytest.mark.parametrize(
    ("lines", "told_as"),
    [
        ("sed = 1", "sed: is not a setting here; did you mean 'seed'?"),
        ("zzz = 1", "zzz: is not a setting here; known here: name, question, start, horizon, seed, replications, traffic, market"),
        ("folder = 'x'", "folder: is not a setting here"),
        ("text = 'x'", "text: is not a setting here"),
        ("days = 5", "days: is not a setting here; known here: name"),
        ("devices = []", "devices: is not a setting here; did you mean 'device'?"),
        ("traffic.querys = 1", "traffic.querys: is not a setting here; did you mean 'queries'?"),
        ("traffic.columns.date = 'x'", "traffic.columns.date: is not a setting here; known here: day, query, queries, impressions, clicks"),
        ("market.slot = 1", "market.slot: is not a setting here; did you mean 'slots'?"),
        ("history.polcy = 1", "history.polcy: is not a setting here; did you mean 'policy'?"),
        (
            "drift = [{ kind = 'random_walk', what = 'clicks', by = 1, evry = 1 }]",
            "drift 1, evry: is not a setting here; did you mean 'every'?",
        ),
        ("drift = [{ kind = 'random_walk', what = 'clicks', by = 1, step = 1 }]", "drift 1, step: is not a setting here; known here: kind"),
        ("'a b' = 1", '"a b": is not a setting here; known here'),
        ("'a.b' = 1", '"a.b": is not a setting here; known here'),
        ("'a[b' = 1", '"a[b": is not a setting here; known here'),
        ("'' = 1", '"": is not a setting here; known here'),
    ],
)
def test_a_typo_is_answered_with_what_was_meant(mistakes, lines, told_as):
    (mistake,) = mistakes(HEAD + lines + "\n" + RULE)
    assert str(mistake).startswith(f"small.toml, line 3  {told_as}")


@pytest.mark.parametrize(
    ("lines", "told_as"),
    [
        ("traffic.queries = '5k/fortnight'", "traffic.queries: found '5k/fortnight'; a rate such as '100k/day', '1.2M/day' or '50/s'"),
        ("traffic.queries = '5k'", "traffic.queries: found '5k'; a rate such as"),
        ("traffic.queries = -5", "traffic.queries: found -5; at least 1"),
        ("traffic.queries = 1000000000000000000", "traffic.queries: found 1000000000000000000; at most 100,000,000,000"),
        ("traffic.queries = '1000000000000000000/day'", "traffic.queries: found '1000000000000000000/day'; at most 100,000,000,000"),
        (f"traffic.queries = 1{'0' * 400}", "traffic.queries: found 1000"),
        (f"traffic.queries = 0x{'f' * 9000}", "traffic.queries: found a number of thousands of digits; a finite number"),
        (f"seed = 1{'0' * 400}", "seed: found 1000"),
        (f"seed = 0x{'f' * 9000}", "seed: found a number of thousands of digits; less than 9,223,372,036,854,775,808"),
        ("seed = -1", "seed: found -1; at least 0"),
        ("seed = 9223372036854775808", "seed: found 9223372036854775808; less than 9,223,372,036,854,775,808"),
        ("seed = true", "seed: found true; a whole number"),
        ("seed = '7'", "seed: found '7'; a whole number"),
        ("seed = 1.5", "seed: found 1.5; a whole number"),
        ("traffic.query_types = 1.5", "traffic.query_types: found 1.5; a whole number such as 5000 or '5k'"),
        ("traffic.query_types = '1M'\nmarket.matched = 65", "market.matched: found 65; at most 64"),
        ("traffic.popularity = nan", "traffic.popularity: found nan; "),
        ("traffic.popularity = inf", "traffic.popularity: found inf; "),
        ("traffic.popularity = true", "traffic.popularity: found true; a number"),
        ("traffic.trend = -inf", "traffic.trend: found -inf; a finite number"),
        ("traffic.trend = '-100%'", "traffic.trend: found '-100%'; more than -1"),
        ("traffic.commercial = 1.5", "traffic.commercial: found 1.5; at most 1"),
        ("traffic.weekday = [1, 2, 3]", "traffic.weekday: found [1, 2, 3]; at least 7 of them"),
        ("traffic.weekday = [1, 1, 1, 1, 1, 1, 1, 1]", "traffic.weekday: found [1, 1, 1, 1, 1, 1, 1, 1]; at most 7 of them"),
        ("traffic.weekday = [1, 1, 1, 1, 1, 1, 0]", "traffic.weekday 7: found 0; more than 0"),
        ("traffic.weekday = [1, 1, 1, 'x', 1, 1, 1]", "traffic.weekday 4: found 'x'; a number"),
        ("users.click_rate = [1]", "users.click_rate: found [1]; at least 2 of them"),
        ("market.currency = 'usd'", "market.currency: found 'usd'; three capital letters"),
        ("labels.rows = 5", "labels.rows: found 5; at least 100"),
        ("history.days = '36 h'", "history.days: found '36 h'; a whole number of days"),
        ("start = 2026-01-01T12:00:00", "start: found 2026-01-01T12:00:00; a date such as 2026-01-01"),
        ("start = 12:00:00", "start: found 12:00:00; a date such as 2026-01-01"),
        ("start = 9999-12-31", "start: found 9999-12-31; a date such as 2026-01-01, from 1900 to 2200"),
        ("start = 'yesterday'", "start: found 'yesterday'; a date such as 2026-01-01"),
        ("start = 86400", "start: found 86400; a date such as 2026-01-01"),
        (
            "drift = [{ kind = 'stepp' }]",
            "drift 1, kind: found 'stepp'; one of 'step', 'ramp', 'random_walk', 'season', 'shock', 'outage'; did you mean 'step'?",
        ),
        ("drift = [{ kind = 3 }]", "drift 1, kind: found 3; one of 'step', 'ramp', 'random_walk', 'season', 'shock', 'outage'"),
        ("drift = [{ }]", "drift 1, kind: is missing; one of 'step', 'ramp', 'random_walk', 'season', 'shock', 'outage'"),
        (
            "drift = [{ kind = 'step', what = 'click', at = 'day 2', by = 1 }]",
            "drift 1, what: found 'click'; one of 'demand', 'topics', 'clicks', 'worthiness',",
        ),
        ("drift = [{ kind = 'step', what = 'clicks', at = 5, by = 1 }]", "drift 1, at: found 5; a moment such as 'month 4', 'day 45' or"),
        (
            "drift = [{ kind = 'step', what = 'clicks', at = 2026-01-05T10:00:00Z, by = 1 }]",
            "drift 1, at: found 2026-01-05T10:00:00+00:00; a",
        ),
        ("drift = [{ kind = 'ramp', what = 'clicks', at = 'day 2', by = 1 }]", "drift 1, lasts: is missing"),
        ("device = [{ name = 'a', share = inf }]", "device 1, share: found inf; a finite number"),
        ("device = []", "device: found []; at least 1 of them"),
        ("extends = 'nope'", "extends: 'nope': no such file, and no shipped scenario of that name; see 'foreshow list'"),
        ("extends = 'quite'", "extends: 'quite': no such file, and no shipped scenario of that name; did you mean 'quiet'?"),
        ("extends = 'small.toml'", "extends: goes round in a circle: small.toml -> small.toml; let one of them stand alone"),
    ],
)
def test_a_wrong_value_is_answered_with_what_is_allowed(mistakes, lines, told_as):
    (mistake,) = mistakes(HEAD + lines + "\n" + RULE)
    assert str(mistake).removeprefix("small.toml, line ")[3:].startswith(told_as)
    assert mistake.line == 3 + lines.count("\n")


@pytest.mark.parametrize("key", ["traffic", "market", "users", "history", "labels"])
@pytest.mark.parametrize("value", ["3", "'x'", "[]", "[1]", "true", "2026-01-01", "nan"])
def test_a_table_is_a_table(mistakes, key, value):
    (mistake,) = mistakes(f"{HEAD}{key} = {value}\n{RULE}")
    assert (mistake.where, mistake.line, mistake.allowed) == (key, 3, "a table of settings")
    (mistake,) = mistakes(f"{HEAD}[[{key}]]\n{RULE}")
    assert (mistake.where, mistake.line, mistake.allowed) == (key, 3, "a table of settings")


@pytest.mark.parametrize("key", ["drift", "device", "candidate"])
@pytest.mark.parametrize("value", ["3", "'x'", "{}", "{ name = 'x' }", "true", "2026-01-01"])
def test_a_list_of_tables_is_a_list_of_tables(mistakes, key, value):
    rule = RULE if key != "candidate" else ""
    (mistake,) = mistakes(f"{HEAD}{key} = {value}\n{rule}")
    assert (mistake.where, mistake.line, mistake.allowed) == (key, 3, "a list [...]")
    (mistake,) = mistakes(f"{HEAD}{key} = [{value if value[0] != '{' else 5}]\n{rule}")
    assert (mistake.where, mistake.line, mistake.allowed) == (f"{key} 1", 3, "a table of settings")


@pytest.mark.parametrize("key", ["policy", "objective", "model"])
@pytest.mark.parametrize(
    ("value", "where", "words"),
    [
        ("5", "", "found 5; a table of settings"),
        ("[]", "", "found []; a table of settings"),
        ("''", ".use", "found ''; some text"),
        ("{}", ".use", "is missing; what to use: a built-in's name or 'module:Class'"),
        ("{ use = 5 }", ".use", "found 5; a text in quotes"),
        ("{ uses = 'x' }", ".use", "is missing"),
    ],
)
def test_a_policy_objective_or_model_is_a_name_or_a_table(mistakes, key, value, where, words):
    (mistake,) = mistakes(f"{HEAD}[[candidate]]\nname = 'x'\n{key} = {value}\n")
    assert (mistake.where, mistake.line) == (f"candidate 1, {key}{where}", 5)
    assert words in str(mistake)


@pytest.mark.parametrize(
    "value", ["'a\\nb'", "'a\\u001b[31mb'", "'\\u0000'", "'\\u009b'", "'\\u2028'", "'a\\n'", "''", "'  '", f"'{'x' * 61}'", "5"]
)
def test_a_name_is_a_short_text_on_one_line(mistakes, value):
    value = value.replace("'", '"')
    name = f"name = {value}\n"
    found = mistakes(f'{name}horizon = "20 days"\n[[candidate]]\npolicy = "keyword"\n{name}[[device]]\nshare = 1\n{name}')
    assert [(one.where, one.line) for one in found] == [("name", 1), ("candidate 1, name", 5), ("device 1, name", 8)]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "is empty; a scenario needs at least name, horizon and one [[candidate]]"),
        (b" \n\n\t\n", "is empty"),
        (b"# nothing\n", "is empty"),
        (bytes(range(256)), "is not a text; a scenario is a TOML file in UTF-8"),
        ((HEAD + RULE).encode("utf-16"), "is not a text"),
        ((HEAD + RULE).encode("utf-16-le"), "line 1  is not TOML"),
        (b'name = "a\0b"\n', "line 1  is not TOML: Illegal character"),
        (b"\0" * 100, "line 1  is not TOML"),
        (b'name = "x"\n\nhorizon =\n', "line 3  is not TOML: Invalid value"),
        (b'name = "x"\nname = "y"\n', "line 2  is not TOML: Cannot overwrite a value"),
        (b'question = "no end\n', "line 1  is not TOML: Illegal character"),
        (b'x = """\n\n', "line 3  is not TOML: Unterminated string"),
        (b"<<<<<<< ours\n", "line 1  is not TOML: Invalid statement"),
        (b"x = " + b"[" * 9000 + b"]" * 9000, "is nested too deeply; tables and lists go at most 20 deep"),
        (b"x = " + b"{a=" * 9000 + b"1" + b"}" * 9000, "is nested too deeply"),
        (b"[" + b".".join([b"a"] * 9000) + b"]", "is nested too deeply"),
        (b"#" * 1_000_001, "has 1,000,001 bytes; a scenario is a text of at most 1 MB"),
        (b"seed = " + b"9" * 5000, "is not TOML: a number is too long"),
    ],
)
def test_what_is_no_scenario_is_one_mistake(mistakes, raw, words):
    (mistake,) = mistakes(raw)
    assert words in str(mistake)
    assert "small.toml" in str(mistake)


def test_what_is_missing_is_told_with_what_it_is(mistakes):
    assert [str(one) for one in mistakes("seed = 1\n")] == [
        "small.toml,   name: is missing; a short name in quotes",
        'small.toml,   horizon: is missing; how long to play, such as horizon = "12 months"',
        "small.toml,   candidate: is missing; at least one [[candidate]] to try",
    ]


def test_a_folder_or_nothing_is_no_scenario(tmp_path):
    for source in (tmp_path, tmp_path / "nope.toml", "nope", "x" * 5000, "a\0b", ""):
        (mistake,) = told(source)
        assert str(source) == mistake.where
        assert mistake.hint == "see 'foreshow list'"


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("'nowhere:Model'", "model.use: no module named 'nowhere'; is it installed, or beside the scenario file as nowhere.py?"),
        ("'sklearn.linear_modle:Lasso'", "model.use: no module named 'sklearn.linear_modle'; is it installed"),
        (
            "'sklearn.linear_model:LogisticRegresion'",
            "model.use: 'linear_model' has no 'LogisticRegresion'; did you mean 'LogisticRegression'?",
        ),
        ("{ use = 'glm', alpha = -1 }", "model: 'alpha' is 0 or more, not -1"),
        ("{ use = 'glm', link = 5 }", "model.link: found 5; a text in quotes"),
        ("{ use = 'glm', ridge = 1 }", "model.ridge: glm takes no such argument; it takes link, alpha"),
        ("'LogisticRegression'", "model.use: found 'LogisticRegression'; one of glm, or 'module:name' of your own"),
        ("'a:b:c'", "model.use: found 'a:b:c'; one of glm, or 'module:name' of your own"),
        (
            "{ use = 'sklearn.linear_model:LogisticRegression', D = 1 }",
            "model.D: LogisticRegression takes no such argument; it takes penalty",
        ),
        (
            "{ use = 'sklearn.linear_model:LogisticRegression', maxiter = 1 }",
            "model.maxiter: LogisticRegression takes no such argument; did",
        ),
        ("'sklearn.linear_model:LinearRegression'", "model.use: has no method 'predict_proba'; a model has fit(X, y, sample_weight=None)"),
        ("'sklearn.preprocessing:OneHotEncoder'", "model.use: has no method 'predict_proba'"),
        ("'math:pi'", "model.use: has no method 'fit'"),
        ("'broken_module:Model'", "model.use: broken_module.py is not Python: invalid syntax in its line 1"),
        ("'raising_module:Model'", "model.use: importing it raised RuntimeError: not today"),
        ("'leaving_module:Model'", "model.use: importing it raised SystemExit: 3"),
        ("'needy_module:Model'", "model: Model needs the argument 'depth'"),
    ],
)
def test_a_model_that_can_not_be_used_is_told_why(mistakes, tmp_path, model, words):
    model_class = (
        "class Model:\n def __init__(self, depth): ...\n def fit(self, X, y, sample_weight): ...\n def predict_proba(self, X): ...\n"
    )
    (tmp_path / "broken_module.py").write_text("def (\n" + model_class)
    (tmp_path / "raising_module.py").write_text(model_class + "raise RuntimeError('not\\ntoday')\n")
    (tmp_path / "leaving_module.py").write_text(model_class + "raise SystemExit(3)\n")
    (tmp_path / "needy_module.py").write_text(model_class)
    (mistake,) = mistakes(f"{HEAD}[[candidate]]\nobjective = 'clicks'\nmodel = {model}\n")
    assert str(mistake).startswith(f"small.toml, line 5  candidate 1, {words}")


def test_names_given_twice_are_told_for_each_that_comes_later(mistakes):
    found = mistakes(HEAD + RULE * 3)
    assert [(one.where, one.line) for one in found] == [("candidate 2, name", 5), ("candidate 3, name", 7)]


# --- the command ---------------------------------------------------------------------------------

COMMAND = {
    "typo": HEAD + "sed = 1\n" + RULE,
    "control signs": HEAD + '"a\\u001b[31mb\\nTraceback" = 1\n' + RULE,
    "circle": 'extends = "small.toml"\n',
    "junk": bytes(range(256)),
    "too many queries": HEAD + "traffic.queries = 1000000000000000000\n" + RULE,
    "broken module": HEAD + "[[candidate]]\nobjective = 'clicks'\nmodel = 'broken_module:Model'\n",
    "raising module": HEAD + "[[candidate]]\nobjective = 'clicks'\nmodel = 'raising_module:Model'\n",
}


def command(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    return subprocess.run(
        [sys.executable, "-m", "sim", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=300, check=False
    )


def refused(done: subprocess.CompletedProcess[str], mistake_count: int = 1) -> None:
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert done.stderr.startswith(f"{mistake_count} mistake")
    assert "\x1b" not in done.stderr
    assert not [line for line in done.stderr.splitlines() if line.startswith(("Traceback", "  File", "Exception"))]


@pytest.mark.parametrize("case", COMMAND)
def test_the_command_ends_with_2_and_says_why_on_standard_error_alone(tmp_path, case):
    text = COMMAND[case]
    (tmp_path / "broken_module.py").write_text("def (\n")
    (tmp_path / "raising_module.py").write_text("class Model: ...\nraise RuntimeError('not today')\n")
    (tmp_path / "small.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(command("run", "small.toml", "--json", "-", folder=tmp_path))


@pytest.mark.parametrize("source", ["nope", ".", "x" * 5000])
def test_the_command_refuses_what_is_not_there(tmp_path, source):
    refused(command("check", source, folder=tmp_path))
