"""The market written again in the plainest way: at every query walk the matched ads of whoever can still pay.

Nothing is kept from one query to the next but what each advertiser has left; auctions, prices and
clicks are worked out anew. Slow, and easy to check by eye.
"""

from __future__ import annotations

import math

import numpy as np

from sim.seeds import mix
from tests.traffic.slow import coin, drawn_queries

INVALID, CONVERSION, REACH, AFTER, VARIANT, FRAILTY = (
    0xD6E8FEB86659FD93, 0xC2B2AE3D27D4EB4F, 0x589965CC75374CC3, 0xEB44ACCAB455D165, 0xA0761D6478BD642F, 0x1D8E4E27C47D124F,
)  # fmt: skip
ALL = 2**64 - 1


def page_of(made, row, able):
    """Places on the page from the top, and what a click on each costs, among advertisers that are *able* to pay."""
    b = made.slates.bidding
    kinds, devices = b.ad.shape[0], len(b.looks)
    kind, device = row // devices % kinds, row % devices
    ads = []
    for place in range(b.ad.shape[1]):
        bid, value = int(b.bid[kind, place]), float(b.value[row, place])
        if value >= b.cut and bid >= b.reserve and bid > 0 and able(int(b.payer[b.ad[kind, place]])):
            ads.append((place, value, float(b.quality[row, place]) * bid, bid, float(b.without_bid[row, place])))
    ads.sort(key=lambda one: (-one[1], -one[2], one[0]))
    page = sorted(ads[: b.slots], key=lambda one: (-one[2], one[0]))
    left_out = ads[b.slots] if len(ads) > b.slots else None
    prices = []
    for slot, (_, value, score, bid, base) in enumerate(page):
        quality = score / bid
        stay = float(b.reserve)
        if left_out and left_out[1] == value:
            stay = max(stay, left_out[2] / quality)
        if value > base:
            needed = max(left_out[1], b.cut) if left_out else b.cut
            stay = max(stay, (needed - base) * bid / (value - base))
        bars = [max(stay, page[j + 1][2] / quality) if j + 1 < len(page) else stay for j in range(slot, len(page))]
        looks = [float(look) for look in b.looks[device, slot : len(page)]]
        asked = max(made.pricing.price(float(bid), bars, looks, len(bars)) - 1e-6, b.reserve)
        prices.append(min(math.ceil(asked), bid))
    return [one[0] for one in page], prices


def bar_of(made, row, place, slot):
    """The 32-bit number that the coin of a click has to stay below."""
    devices = len(made.truth.looks)
    cell = row % len(made.truth.chance)
    look = 1.0 if made.truth.scanned else float(made.truth.looks[cell % devices, slot])
    return min(int(float(made.truth.chance[cell, place]) * look * 2.0**32 + 0.5), 2**32 - 1)


def clicks_of(made, word, row, page):
    """The slots that a query clicks, from the top."""
    users, b = made.users, made.slates.bidding
    device = row % len(b.looks)
    kind = row // len(b.looks) % len(b.ad)
    found = []
    for slot, place in enumerate(page):
        if users.cascade and mix(word ^ REACH) >> 32 >= int(users.reach[device, slot]):
            break
        bar = bar_of(made, row, place, slot)
        if users.judged:
            bar = bar * int(users.factor[device, mix(word ^ FRAILTY) >> 60]) >> 32
        if coin(word, int(b.ad[kind, place])) >= bar:
            continue
        found.append(slot)
        if users.cascade and mix(word ^ AFTER ^ slot) >> 32 >= users.after_click:
            break
    return found


def play(made, arrivals, budgets, first_s=0, end_s=86_400, events=None):
    """Impressions and clicks per (row, place, slot), money left per advertiser, and what was taken in all.

    *budgets* are None where nobody has a limit. *events*, where a list is given, gets one for each ad shown: the
    query's word, row, place, slot, price, charge, and whether it was clicked, invalid and converted.
    """
    variants, cells, _ = made.slates.matched.shape
    b = made.slates.bidding
    left = None if budgets is None else [int(one) for one in budgets]
    shown, clicked, tallies = {}, {}, dict.fromkeys(("clicks", "revenue", "invalid", "refunds", "sales"), 0)
    pages = {}
    for word, cell in drawn_queries(arrivals, first_s, end_s):
        variant = min(int((mix(word ^ VARIANT) >> 32) * variants / 2**32), variants - 1)
        row = variant * cells + cell
        if left is None:
            if row not in pages:
                pages[row] = page_of(made, row, lambda who: True)
            page, prices = pages[row]
        else:
            page, prices = page_of(made, row, lambda who: left[who] > 0)
        kind = row // len(b.looks) % len(b.ad)
        for slot, place in enumerate(page):
            shown[row, place, slot] = shown.get((row, place, slot), 0) + 1
        events_here = {slot: [word, row, place, slot, prices[slot], 0, False, False, False] for slot, place in enumerate(page)}
        for slot in clicks_of(made, word, row, page):
            place = page[slot]
            ad, charge = int(b.ad[kind, place]), prices[slot]
            if left is not None:
                charge = min(charge, left[int(b.payer[ad])])
                left[int(b.payer[ad])] -= charge
            clicked[row, place, slot] = clicked.get((row, place, slot), 0) + 1
            tallies["clicks"] += 1
            tallies["revenue"] += charge
            ad_word = (ad + 1) * 0x9E3779B1 % 2**32
            events_here[slot][5:7] = charge, True
            if mix(mix(word ^ INVALID) ^ ad_word) >> 32 < made.users.invalid:
                tallies["invalid"] += 1
                tallies["refunds"] += charge
                events_here[slot][7] = True
            elif mix(mix(word ^ CONVERSION) ^ ad_word) >> 32 < int(made.truth.fate[kind, place]):
                tallies["sales"] += 1
                events_here[slot][8] = True
        if events is not None:
            events.extend(events_here.values())
    return shown, clicked, left, tallies


def as_dicts(shown):
    """The books of a board in the same form: impressions and clicks per (row, place, slot)."""
    keys = list(zip(shown.row.tolist(), shown.place.tolist(), shown.slot.tolist(), strict=True))
    impressions = dict(zip(keys, shown.shown.tolist(), strict=True))
    clicks = {key: count for key, count in zip(keys, shown.clicks.tolist(), strict=True) if count}
    assert len(impressions) == len(keys)
    return impressions, clicks


def budgets_of(made, median, seed=5, none=0.1):
    """Lognormal budgets around *median* in money, a part of them zero."""
    rng = np.random.Generator(np.random.PCG64(seed))
    drawn = np.rint(rng.lognormal(0, 1, made.advertisers) * median * 1e6).astype(np.int64)
    return np.where(rng.random(made.advertisers) < none, 0, drawn)
