"""Functions that ONNX Runtime would answer by other bits in another place of a batch.

Its exp, log and tanh of doubles take eight numbers at a time, and those that are left over one by one, by another
routine: the last bit of a row would depend on the rows around it. So every column count is made a multiple of eight.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

LANES: Final = 8                            # doubles in the widest register


def function(to: Emitter, op: str, x: str, width: int) -> str:
    """An operator of single numbers on x [n, width]."""
    wide = -(-width // LANES) * LANES
    if wide == width:
        return to(op, x)
    return to.columns(to(op, to.columns(x, [*range(width), *[0] * (wide - width)])), range(width))


def sigmoid(to: Emitter, x: str, width: int) -> str:
    """1 / (1 + exp(-x)); one column is spread by the subtraction itself."""
    wide = -(-width // LANES) * LANES
    padded = x if width in (1, wide) else to.columns(x, [*range(width), *[0] * (wide - width)])
    below = to("Sub", to.constant(np.zeros((1, LANES if width == 1 else 1))), padded)
    found = to("Reciprocal", to("Add", to.constant([[1.0]]), to("Exp", below)))
    return found if wide == width else to.apart(found, width, wide)


def log(to: Emitter, x: str, width: int) -> str:
    """The logarithm: of a sum of one number, which is taken one by one always, and is the closest to numpy's."""
    if width == 1:
        return to("ReduceLogSum", x, to.constant([1], np.int64), keepdims=1)
    deep = to("Unsqueeze", x, to.constant([2], np.int64))
    return to("ReduceLogSum", deep, to.constant([2], np.int64), keepdims=0)
