"""Bits of a word."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic


@intrinsic
def lowest(typingctx, word):  # noqa: ARG001  numba's own protocol
    """The number of a word's lowest bit that is set; a word of zero has none."""

    def lower(context, builder, signature, arguments):  # noqa: ARG001
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.uint64(types.uint64), lower
