"""The experiment: replications of all candidates, and what they add up to."""
