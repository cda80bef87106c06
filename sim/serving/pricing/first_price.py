"""First price: everyone pays the own bid."""

from __future__ import annotations


class FirstPrice:
    """Each pays what it bid.

    Examples
    --------
    >>> FirstPrice.price(10.0, [4.0, 2.0], [1.0, 0.5], 2)
    10.0
    """

    @staticmethod
    def price(bid, thresholds, looks, slots):  # noqa: ANN001, ANN205, ARG004  compiled from its source
        """The bid."""
        return bid
