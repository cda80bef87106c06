"""Imported by the fork server of `begun.py`: what workers need is imported, and what they call is compiled or found in the cache."""

import sim
from tests.laws.tiny import learner, policy, tiny

sim.run(tiny(policy("keyword"), learner("clicks"), horizon="2 days"), workers=1)
