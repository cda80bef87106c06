"""An objective of your own: a function that says what each ad is worth. Nothing of Foreshow is imported.

Try it alone with: foreshow check my_goals:profit goodwill=0.002
"""

import numpy as np


def profit(columns, goodwill=0.002):
    """The money that a look at the ad is expected to bring, less what it costs in goodwill.

    `columns` has a row for each ad that could be shown: the columns of the model, and

        probability   what the model says: how likely a look at the ad on top of the page is a click
        bid           what the advertiser pays for a click at most

    Ads whose value is below the scenario's `cut` are not shown; of the others the highest values are. The value is a
    straight line in the bid, a + b * bid, since the price of a click is read off that line.
    """
    poor = np.exp(-columns["text_match"])  # about 1 for a typical ad, less for one whose text fits better
    return columns["probability"] * columns["bid"] - goodwill * poor
