"""Whether what an alarm hears, the first row of each unit in a window, is another quantity than the mean of all rows.

It is said of a group when its two means differ by more than chance: where no unit is a large part of all, rows that are
alike in any order are told apart in about one look of 10,000, however many groups a line has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np

from shall.core.heard import Heard
from shall.phases.watching.unit_sums import UnitSums
from shall.stats.first_rows import apart
from shall.stats.special import normal_quantile

ALPHA: Final = 1e-4
FEWEST: Final = 100                         # clusters that a group is worth: with fewer, errors are not normal


def first_heard(of: tuple[str, str], groups: Sequence[str], sums: UnitSums, labels: Callable[[int], str],
                until: int | None = None) -> Heard | None:
    """The group that differs most surely; ``of``: the names of the line and of its measure, ``groups``: by stream."""
    windows, table = sums.heard(until)
    if not windows:
        return None
    means, every, error, worth = apart(table)
    with np.errstate(divide="ignore", invalid="ignore"):
        sure = np.where(worth >= FEWEST, np.abs(means - every) / error, 0.0)
    sure = np.where(np.isfinite(sure), sure, 0.0)
    differ = sure > normal_quantile(ALPHA / 2 / max(len(sure), 1))
    if not differ.any():
        return None
    most, (least, top) = int(np.argmax(sure)), sums.ends
    heard, value = (least + (top - least) * float(one[most]) for one in (means, every))
    first, n = (int(table[place, most].sum()) for place in (0, 2))
    return Heard(of[0], labels(windows[-1]), of[1], heard, value, first, n, groups[most], int(differ.sum()) - 1)
