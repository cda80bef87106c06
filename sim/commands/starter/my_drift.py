"""A drift of your own: a class that says when the world changes, and how. Nothing of Foreshow is imported.

Try it alone with: foreshow check my_drift:Fair day=25
"""

from dataclasses import replace

import numpy as np

DAY_S = 86_400


class Fair:
    """A trade fair: for some days more people search, and those of some topics click more.

    The arguments are the keys of the scenario's `[[drift]]`. `random_state` comes from Foreshow, another one in each
    replication, so that each world has other topics at the fair.
    """

    def __init__(self, day, lasts=14, more=0.5, random_state=None):
        self.day = day  # it opens at the beginning of this day; the first is day 1
        self.lasts = lasts  # days
        self.more = more  # how much larger demand is at its height: 0.5 is +50 %
        self.random_state = random_state

    def __str__(self):  # what the report calls it
        return f"a fair of {self.lasts} days, demand up to {self.more:+.0%}"

    def times(self, end_s):
        # The moments at which something changes, in seconds from the start: here each midnight of the fair.
        return [(self.day - 1 + number) * DAY_S for number in range(self.lasts + 1)]

    def apply(self, patterns, at_s):
        # How the world stands at at_s: from the time alone, since each candidate asks at moments of its own. Whole
        # days only: between the moments above nobody looks, so nothing may change.
        passed = (at_s // DAY_S - (self.day - 1)) / self.lasts
        if not 0 <= passed < 1:
            return patterns
        height = np.sin(np.pi * passed)  # from nothing to the full height and back
        topics = len(patterns.topic_odds)
        shown = np.random.default_rng(self.random_state).permutation(topics)[: max(1, topics // 3)]
        odds = patterns.topic_odds.copy()  # added to the log-odds of a click, topic by topic
        odds[shown] += 0.7 * height  # at the height the odds are twice as large
        return replace(patterns, demand=patterns.demand * (1 + self.more * height), topic_odds=odds)
