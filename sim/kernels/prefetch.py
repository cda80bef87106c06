"""Asking for memory before it is needed."""

from __future__ import annotations

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic


@intrinsic(prefer_literal=True)
def prefetch(typingctx, array, row, lines):  # noqa: ARG001  numba's own protocol
    """Have the first *lines* cache lines of *array[row]* brought near; changes nothing but the time that their next use takes."""

    def lower(context, builder, signature, arguments):
        kind = signature.args[0]
        made = context.make_array(kind)(context, builder, arguments[0])
        stride = cgutils.unpack_tuple(builder, made.strides, kind.ndim)[0]
        byte, whole = ir.IntType(8).as_pointer(), ir.IntType(32)
        ask = builder.module.declare_intrinsic("llvm.prefetch", [byte], ir.FunctionType(ir.VoidType(), [byte, whole, whole, whole]))
        start = builder.gep(builder.bitcast(made.data, byte), [builder.mul(arguments[1], stride)])
        for line in range(lines.literal_value):
            builder.call(ask, [builder.gep(start, [ir.IntType(64)(64 * line)]), whole(0), whole(3), whole(1)])
        return context.get_dummy_value()

    return types.void(array, types.uint64, lines), lower
