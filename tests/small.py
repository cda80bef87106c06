"""A world small enough to play in a tenth of a second, as tables of a scenario file."""

SMALL_WORLD = """
[traffic]
queries     = "5k/day"
query_types = 400
topics      = 4

[market]
ads         = 800
advertisers = 80
matched     = 8
worthy      = "0.5%"

[history]
days = "14 days"
"""
