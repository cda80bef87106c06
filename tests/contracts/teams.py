"""How every setting of raters and of a playbook can be moved, in a team's first weeks."""

from __future__ import annotations

from tests.contracts.move import Move

_BOOK = {
    "looks_for": "['wrong_labels', 'never_shows']", "features": "'1 day'", "first_rows": "300", "test_rows": "300", "targeted_rows": "300",
    "monthly_rows": "200", "check_rows": "200", "analysis": "'1 day'", "guidelines": "'1 day'", "canary_lasts": "'2 days'",
    "retrain": "'14 days'", "look_every": "'7 days'", "canary_loss": "'100%'", "cohort_z": "0.1", "holdback": "'20%'", "recall": "'90%'",
    "shown": "'90%'", "holds": "'50%'", "fallen": "0",
}  # fmt: skip
_ONLINE = ("check_rows", "cohort_z", "holds", "fallen")


def team(raters: str = "", cut: float = 0.1, without: tuple[str, ...] = (), **book: str) -> str:
    """A team, quick in all it does, that finds labels wrong, shows nothing at first, and gives up its objective soon."""
    lines = {key: value for key, value in (_BOOK | book).items() if key not in without}
    table = ", ".join(f"{key} = {value}" for key, value in lines.items())
    candidate = f"name = 'x'\nobjective = {{ use = 'impressions', cut = {cut} }}\nmodel = 'sklearn.linear_model:LogisticRegression'"
    world = "horizon = '36 days'\ntraffic.query_types = 200\nmarket.ads = 400\nmarket.advertisers = 40\nengine.sampler = 'counts'\n"
    return f"{world}[raters]\n{raters}\n[[candidate]]\n{candidate}\nplaybook = {{ {table} }}\n"


def _moved(moves: str = "ledgers", before: str = "", **to: str) -> Move:
    return Move(team(**to), before or team(), moves)


_RATERS = {
    "capacity": "500", "delay": "'2 days'", "error": "'60%'", "slip": "'5%'", "alike": "'90%'",
    "spread": "1.5", "aggregate": "'dawid_skene'",
}  # fmt: skip
_SIMPLY = {
    "first_sample": "'served'", "first_rows": "400", "test_rows": "400", "targeted_rows": "400", "monthly_rows": "300",
    "check_rows": "2_000", "positives_from": "'fresh'", "weights": "'inclusion'", "features": "'2 days'", "analysis": "'2 days'",
    "guidelines": "'3 days'", "shadow": "'3 days'", "canary": "'60%'", "canary_lasts": "'5 days'", "overturned": "'99%'",
    "recall": "'1%'", "holdback": "'40%'", "look_every": "'9 days'", "cohort_z": "9",
    "fallen": "'90%'", "retrain": "'7 days'", "then": "'revenue'", "looks_for": "['never_shows', 'wrong_labels']",
}  # fmt: skip
_RECENT = {"remedies": "{ never_shows = 'recent_data' }"}
_IDLE = ("looks_for", "recall", "shown", "analysis", "guidelines", "targeted_rows", "retrain", "monthly_rows", "look_every", *_ONLINE)
_STALE = {"looks_for": "['stale']", "without": ("recall", "shown", "guidelines")}

_LATER = ("recall", "shown", "guidelines", *_ONLINE)
_DRIFT = {
    "looks_for": "[]", "watches_for": "['drift']", "without": (*_LATER, "analysis", "targeted_rows"),
    "first_sample": "'balanced'", "retrain": "'never'", "look_every": "'3 days'", "drift_threshold": "1",
}  # fmt: skip
_WRONG_SUMS = {"looks_for": "['miscalibrated']", "watches_for": "[]", "without": _LATER}
_SLICES = {
    "looks_for": "['bad_slice']", "watches_for": "[]", "without": _LATER,
    "remedies": "{ bad_slice = 'recent_data' }", "slice_error": "'99%'", "slice_gap": "1.01",
}  # fmt: skip
_FEATURES = {
    "looks_for": "['feature_drift']", "watches_for": "[]", "without": _LATER,
    "first_sample": "'retrieved'", "first_rows": "2_000", "analysis": "'12 days'",
}  # fmt: skip
_OTHER_TOPICS = "[[drift]]\nkind = 'step'\nwhat = 'topics'\nat = 'day 5'\nby = 0.9\n"
_FEWER_CLICKS = "[[drift]]\nkind = 'step'\nwhat = 'clicks'\nat = 'day 14'\nby = -0.9\n"
_UPHEAVAL = "[[drift]]\nkind = 'step'\nwhat = 'worthiness'\nat = 'day 14'\nby = 0.9\n"

TEAM_MOVES: dict[str, Move] = {
    **{f"raters.{key}": Move(team(f"{key} = {value}"), team()) for key, value in _RATERS.items()},
    "raters.cost": Move(team("cost = 1.0"), team(), moves="document"),
    "raters.people": Move(team("spread = 1.5\npeople = 3"), team("spread = 1.5")),
    **{f"candidate.playbook.{key}": _moved(**{key: value}) for key, value in _SIMPLY.items()},
    "candidate.playbook.use": Move(team(use="'set_and_forget'", without=_IDLE), team(without=_IDLE)),
    "candidate.playbook.watches_for": Move(team(watches_for="[]", without=_ONLINE), team(without=_ONLINE)),
    "candidate.playbook.remedies": Move(team(**_RECENT), team()),
    # With fewer new pairs what knows them alone is held at the gate, and serves nobody.
    "candidate.playbook.learns_from": Move(team(monthly_rows="2_000", learns_from="'1 day'"), team(monthly_rows="2_000")),
    "candidate.playbook.recent": Move(team(**_RECENT, recent="'28 days'"), team(**_RECENT)),
    "candidate.playbook.canary_loss": Move(team(cut=0.995, canary="1.0", canary_loss="'0%'"), team(cut=0.995, canary="1.0")),
    "candidate.playbook.shown": Move(team(cut=0.2, shown="'1%'"), team(cut=0.2)),
    "candidate.playbook.holds": Move("seed = 6\n" + team(_UPHEAVAL, holds="'0%'"), "seed = 6\n" + team(_UPHEAVAL)),
    "candidate.playbook.training_cost": _moved("document", training_cost="7"),
    "candidate.playbook.stale_error": Move(team(**_STALE, stale_error="'99%'"), team(**_STALE)),
    "candidate.playbook.calibration": Move(team(**_WRONG_SUMS, calibration="100"), team(**_WRONG_SUMS)),
    "candidate.playbook.negatives": Move(team(**_WRONG_SUMS, negatives="'60%'"), team(**_WRONG_SUMS)),
    "candidate.playbook.slice_gap": Move(team(**_SLICES | {"slice_gap": "100"}), team(**_SLICES)),
    "candidate.playbook.slice_error": Move(team(**_SLICES | {"slice_error": "'0.0001%'"}), team(**_SLICES)),
    "candidate.playbook.psi": Move(team(_OTHER_TOPICS, **_FEATURES, psi="10"), team(_OTHER_TOPICS, **_FEATURES)),
    **{
        f"candidate.playbook.{key}": Move(team(_FEWER_CLICKS, **_DRIFT | {key: value}), team(_FEWER_CLICKS, **_DRIFT))
        for key, value in {"drift_tolerance": "'100%'", "drift_delta": "10", "drift_threshold": "1_000"}.items()
    },
}
