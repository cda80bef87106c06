"""CTR of later traffic, from a counted log and the later impressions alone.

The model: clicks of a query in a period are Poisson with mean exposure × exp(level + own + drift + noise). The level is
common to all queries and wanders (`common`); a query's own rate is shrunk to the population, drifts and is noisy
(`queries`); positions scale the exposure (`exposure`). Everything is fitted on the past, then played forward with the
later impressions (`ahead`), so that an interval contains the parameters', the drift's and the clicks' own uncertainty.
"""
