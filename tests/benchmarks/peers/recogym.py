"""RecoGym's own world (`reco-gym-v1`), since it takes no other: one ad for each query, ten products.

Policy A always shows the product that is clicked most; policy B shows some users another one, so many of them
that its clicks are 2 % fewer. Each user is given a seed of its own, so that both policies meet the same users and differ
only from where their chances part.

Its environment is used as it is, its learning agents are not loaded: they want PyTorch, PyStan and a SciPy of 2019.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import types
import warnings
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path

import numpy as np

from tests.benchmarks.figure import NotHere
from tests.benchmarks.peers.contender import Contender
from tests.benchmarks.peers.task import BY

FOLDER = Path(os.environ.get("FORESHOW_PEERS", Path(__file__).parents[3] / ".peers"))
USERS = 400
STRIDE = 1_000_000  # seeds of one play's users, at most


def recogym() -> Contender:
    """RecoGym 0.1.3, its own world, one ad a query"""
    world = _world()
    rates = _rates(world)
    first = int(rates.argmax())
    less = np.where(rates <= 0.9 * rates[first], rates, -1.0)
    second = int(less.argmax())
    share = BY * rates[first] / (rates[first] - rates[second])

    def play(policy, queries, seed):
        played = clicks = user = 0
        while played < queries:
            other = policy == 1 and (user * 0.6180339887498949) % 1 < share
            more, clicked = _visit(world, STRIDE * seed % (2**31 - STRIDE) + user, second if other else first)
            played, clicks, user = played + more, clicks + clicked, user + 1
        return played, clicks

    return Contender(play, (rates[first], (1 - BY) * rates[first]), timed=10_000, batch=1_000, batches=60)


def _visit(world, user, product, note=None):
    """One user from arrival to leaving: ads shown, clicks."""
    world.reset_random_seed(epoch=user)
    world.reset(user)
    _, _, done, _ = world.step(None)
    shown = clicks = 0
    while not done:
        _, clicked, done, _ = world.step(product)
        shown, clicks = shown + 1, clicks + int(clicked)
        if note is not None:
            note(world.cached_state_seed)
    return shown, clicks


def _rates(world):
    """The chance of a click on each product, on average over the ads that a few hundred users are shown."""
    from recogym.envs.reco_env_v1 import ff

    seen = []
    for user in range(USERS):
        _visit(world, user, user % world.config.num_products, lambda state: seen.append(ff(state)))
    return np.mean(seen, axis=0)


def _world():
    if not FOLDER.is_dir():
        raise NotHere("not installed here; `make bench-peers` installs it")
    sys.path.append(str(FOLDER))
    found = importlib.util.find_spec("recogym")
    if found is None or not found.submodule_search_locations:
        raise NotHere("not installed here; `make bench-peers` installs it")
    package, agents = types.ModuleType("recogym"), types.ModuleType("recogym.agents")
    package.__path__ = list(found.submodule_search_locations)
    agents.Agent = object
    sys.modules |= {"recogym": package, "recogym.agents": agents}
    with warnings.catch_warnings(), redirect_stderr(StringIO()):  # Gym asks to be replaced
        warnings.simplefilter("ignore")
        from recogym.envs.reco_env_v1 import RecoEnv1, env_1_args
    world = RecoEnv1()
    world.init_gym({**env_1_args, "random_seed": 42})
    return world
