"""Alarms on raw business series: what rings, and how often the same rings where nothing is wrong."""
