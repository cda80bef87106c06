"""The inner loops, compiled. The only place that knows numba.

Every number is a hash of what it is for. A query's word is hash(day key, second, number within the
second); its click on an ad is hash(word, ad) compared with the chance of a click there, so a higher
slot can only add the click, and nothing of the candidate enters.
"""

from sim.kernels import cache

cache.choose_place()
