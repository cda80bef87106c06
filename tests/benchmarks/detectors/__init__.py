"""Diagnoses as detectors: how late, how often missed, how often for nothing, next to a dummy that rings every 100 days."""
