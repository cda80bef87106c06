"""Vickrey, Clarke and Groves: each pays what its presence costs the others."""

from __future__ import annotations


class Vickrey:
    """A slot's extra looks are paid at the bid that was needed for them, slot by slot from below.

    With bids weighted by quality this is Myerson's payment rule for a position auction: the price of
    a click in slot k is the sum over j >= k of (look_j - look_{j+1}) / look_k × threshold_j.

    Examples
    --------
    Slots with 200 and 100 clicks, bids of 10, 4 and 2: the first pays 600 for its 200 clicks.

    >>> Vickrey.price(10.0, [4.0, 2.0], [1.0, 0.5], 2)
    3.0
    """

    @staticmethod
    def price(bid, thresholds, looks, slots):  # noqa: ANN001, ANN205, ARG004  compiled from its source
        """The mean threshold of the slot's looks."""
        paid = 0.0
        last = slots - 1
        for slot in range(last):
            paid += (looks[slot] - looks[slot + 1]) * thresholds[slot]
        paid += looks[last] * thresholds[last]
        return paid / looks[0]
