"""A comparison of candidates: how it is played, what is found, and what follows from it."""
