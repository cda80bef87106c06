"""What can be reached from an object by following references, as a curious model could."""

from __future__ import annotations

import gc
from types import BuiltinFunctionType, FrameType, FunctionType, GetSetDescriptorType, MemberDescriptorType, MethodType, ModuleType

import numpy as np

# Through its class or module any object reaches the whole program; that is Python, not a leak.
_ENDS = (type, ModuleType, FrameType, BuiltinFunctionType, GetSetDescriptorType, MemberDescriptorType, str, bytes, int, float, bool)


def reachable(*roots):
    """Every object that hangs together with *roots*, the memory behind arrays included."""
    seen, open_ends = {}, list(roots)
    while open_ends:
        thing = open_ends.pop()
        if thing is None or isinstance(thing, _ENDS) or id(thing) in seen:
            continue
        seen[id(thing)] = thing
        open_ends += list(_next(thing))
    return list(seen.values())


def _next(thing):
    if isinstance(thing, FunctionType):  # its globals are its module
        return [thing.__closure__, thing.__defaults__, thing.__kwdefaults__, thing.__dict__]
    if isinstance(thing, MethodType):
        return [thing.__self__, thing.__func__]
    if isinstance(thing, np.ndarray):
        return [thing.base, *(thing.ravel().tolist() if thing.dtype == object else [])]
    return gc.get_referents(thing)


def leaks(roots, forbidden, hidden):
    """What is reached and must not be: things of *forbidden* types, and memory of *hidden* arrays."""
    found = reachable(*roots)
    arrays = [thing for thing in found if isinstance(thing, np.ndarray) and thing.size]
    kinds = [type(thing).__name__ for thing in found if isinstance(thing, forbidden)]
    return kinds + [name for name, truth in hidden.items() for array in arrays if np.shares_memory(array, truth)]
