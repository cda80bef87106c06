"""Exploration: pages that are shown to find something out. One class for each way, laid over any objective."""
