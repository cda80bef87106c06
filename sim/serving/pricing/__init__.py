"""What a click costs: one small class for each rule.

A rule has `price(bid, thresholds, looks, slots)`, a static method that is compiled: numbers and arrays in,
one number out, in micro-units. `thresholds[0]` is the lowest bid with which the ad would still hold
its slot, `thresholds[1]` the lowest for the slot below or better, and so on for *slots*
slots, down to the last one that is taken; `looks` are the probabilities that they are looked at. Bids are weighted by quality and
held against the reserve before. What a rule asks is never more than the bid nor less than the reserve.
"""
