"""Trees laid out so that ONNX Runtime walks them quickly; each row reaches the leaves that it would reach otherwise.

The runtime has one branch for all splits: at each the processor guesses the same side, and a wrong guess costs as much
as several splits. So the side that most rows take is made the false one, which is next to its parent in memory, too: a
split is turned by looking at the negative of its column. What is missing makes every comparison false; where it has to
be true, the split looks at a copy of its column in which it is -inf, so that the runtime asks at no split.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from shall.graph.forest import Forest
from shall.graph.kinds import Array

if TYPE_CHECKING:
    from shall.graph.emitter import Emitter

FEWEST: Final = 4000                        # splits; with fewer the copies cost one row more than they save
PLAIN, TURNED, LOW, LOW_TURNED = range(4)   # copies: as it is, negative; and both with -inf for what is missing


def laid_out(forest: Forest, width: int) -> tuple[Forest, Sequence[int]]:
    """The forest over some copies of its columns beside each other, and which: only the first one where it stays."""
    low = forest.strict and bool((forest.threshold == -np.inf).any())       # nothing is below that
    if len(forest.often_left) < FEWEST or (forest.member >= 0).any() or low:
        return forest, (PLAIN,)
    return turned(forest, width)


def turned(forest: Forest, width: int) -> tuple[Forest, Sequence[int]]:
    """Splits are turned where most rows go left, and a threshold on the other side of 0 says the same."""
    other = np.nextafter(-forest.threshold, forest.dtype(np.inf if forest.strict else -np.inf))
    turn = forest.often_left & np.isfinite(other) & (np.abs(other) >= np.finfo(forest.dtype).tiny) & (
        np.isfinite(forest.threshold))
    copy = turn * TURNED + (forest.missing_left != turn) * LOW
    sides = np.unique(copy)
    return replace(
        forest, feature=(forest.feature + width * np.searchsorted(sides, copy)).astype(np.int32),
        threshold=np.where(turn, other, forest.threshold), left=np.where(turn, forest.right, forest.left),
        right=np.where(turn, forest.left, forest.right), missing_left=np.zeros_like(forest.missing_left),
        often_left=np.zeros(0, np.bool_)), sides.tolist()


def copied(x: Array, sides: Sequence[int]) -> Array:
    """The copies of columns beside each other."""
    low = np.where(np.isnan(x), -np.inf, x), np.where(np.isnan(x), -np.inf, -x)
    return np.concatenate([(x, -x, *low)[side] for side in sides], axis=1)


def emit_sides(to: Emitter, x: str, sides: Sequence[int], dtype: Any) -> str:
    """The same in ONNX."""
    def made(side: int) -> str:
        one = to("Neg", x) if side in (TURNED, LOW_TURNED) else x
        return to("Where", to("IsNaN", x), to.constant(-np.inf, dtype), one) if side in (LOW, LOW_TURNED) else one

    parts = [made(side) for side in sides]
    return parts[0] if len(parts) == 1 else to("Concat", *parts, axis=1)
