"""The statistics of a decision: each file a question, from figures of replications to an answer."""
