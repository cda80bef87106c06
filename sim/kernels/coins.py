"""A query's coins for the four slots of a block at once: the compiler does not find by itself that they share one vector."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

_WORD = ir.IntType(32)
_FOUR = ir.VectorType(_WORD, 4)


@intrinsic
def marks_of(typingctx, table, at, word):  # noqa: ARG001  numba's own protocol
    """Mark a query's possible clicks in the block at *table[at]*: a bit for each slot whose coin is below its bar.

    The coins are those of `words.coin_of`; *word* is what that makes of the query's word first.
    """

    def lower(context, builder, signature, arguments):
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        start = builder.bitcast(builder.gep(array.data, [arguments[1]]), _FOUR.as_pointer())
        ads, bars = builder.load(start, align=4), builder.load(builder.gep(start, [_WORD(1)]), align=4)
        word = builder.insert_element(ir.Constant(_FOUR, ir.Undefined), arguments[2], _WORD(0))
        coins = _finish(builder, builder.xor(builder.shuffle_vector(word, word, _all(0)), ads))
        below = builder.bitcast(builder.icmp_unsigned("<", coins, bars), ir.IntType(4))
        return builder.zext(below, _WORD)

    return types.uint32(table, types.uint64, types.uint32), lower


def _finish(builder, x):
    """Scramble: "lowbias32", as in `words.coin_of`."""
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        x = builder.mul(builder.xor(x, builder.lshr(x, _all(shift))), _all(factor))
    return builder.xor(x, builder.lshr(x, _all(16)))


def _all(number):
    return ir.Constant(_FOUR, [number] * 4)
