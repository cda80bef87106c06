"""Promises to users: mistakes told well, no setting without effect, and shipped scenarios that run."""
