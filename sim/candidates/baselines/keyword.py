"""The rule that a team has before it has a model: a commercial query whose words fit the ad."""

from __future__ import annotations

from sim.candidates.baselines.bids import offer_by_bid
from sim.candidates.offers import Offers
from sim.world.sight import Sight


class Keyword:
    """Shows ads for queries that look commercial when the text match is at least *text*.

    Parameters
    ----------
    text
        The bar on the text match, which is about standard normal over all pairs of a topic.
    """

    def __init__(self, text: float = 2.2) -> None:
        self.text = text

    def offers(self, sight: Sight, key: int) -> Offers:
        """The ads above the bar, by bid."""
        return offer_by_bid(sight, (sight.commercial[:, None] & (sight.text >= self.text))[:, None, :])
