"""Rows of a large batch in an order in which neighbours go similar ways through the trees, and back.

The processor guesses each branch by those that it saw just before. Rows are independent, so each gets the bits that it
would get in any other place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from shall.graph.kinds import Array

FEWEST: Final = 1024                        # rows; with fewer, neighbours are not alike enough to pay for the order
MOST: Final = 16                            # columns: as many bits are sorted in a few passes
SAMPLE: Final = 255                         # rows that tell the middle of a column


def order(numbers: Array, columns: Sequence[int]) -> Array:
    """int64[n]: rows on the same side of the middle of the ``columns`` become neighbours; the first column counts most.

    A Gray code: from one group to the next, the side of one column changes.
    """
    asked = numbers.take(columns[:MOST], axis=1)
    sample = np.sort(asked[::-(-len(asked) // SAMPLE)], axis=0)
    sides = np.zeros((len(asked), MOST), np.bool_)
    np.greater(asked, sample[len(sample) // 2], out=sides[:, :asked.shape[1]])
    key = np.packbits(sides, axis=1).view(">u2")[:, 0].astype(np.uint16)
    for bits in (1, 2, 4, 8):
        key ^= key >> bits
    return np.argsort(key, kind="stable")


def put_back(value: Array, order: Array) -> Array:
    """Rows where they were before they were put in an order."""
    back = np.empty_like(value)
    back[order] = value
    return back
