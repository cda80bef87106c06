"""Fixed rules to compare with: they learn nothing, and are always there.

Each class has `offers(sight, key)`, which returns what it offers to the auction; the oracle alone
is told the truth.
"""
