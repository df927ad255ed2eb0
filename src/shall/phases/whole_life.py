"""What is known of a line from the first row of a life on: bounds for every window that hold for all of them at once.

It is a picture beside the alarms, which do not stand on it (`stats/whole_life.py`). Of each group the rows and the sum
of their values in each window are kept; groups are held together so that no bound of any of them is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shall.core.requirement import Aggregate, Side
from shall.core.span import Span
from shall.stats.arrays import Floats, Ints, floats
from shall.stats.whole_life import whole_life


@dataclass(eq=False)
class Sums:
    """Rows and sums of values, by window and group."""

    kept: dict[int, Floats] = field(default_factory=dict)       # of each window float64[2, groups]

    def add(self, windows: Ints, group: Ints, values: NDArray[Any]) -> None:
        """Some more rows, each with its group and its window; of windows there may be one for all."""
        if not len(group):
            return
        one = len(windows) == 1 or bool((windows == windows[0]).all())
        for window in [int(windows[0])] if one else np.unique(windows).tolist():
            here = slice(None) if one else windows == window
            more = np.stack([np.bincount(group[here]), np.bincount(group[here], values[here])]).astype(np.float64)
            self.kept[window] = _wide(self.kept.get(window), more)

    def count(self, windows: Ints, cell: Ints, groups: int, true: int) -> None:
        """Some more rows by cell: 2 * group + ``true`` of a row that is 1, one beside it of one that is 0."""
        one = len(windows) == 1 or bool((windows == windows[0]).all())
        for window in [int(windows[0])] if one else np.unique(windows).tolist():
            some = np.bincount(cell if one else cell[windows == window], minlength=2 * groups + 1)
            table = some[:2 * groups].reshape(groups, 2)
            if table.any():
                self.kept[window] = _wide(self.kept.get(window), floats([table.sum(axis=1), table[:, true]]))

    def described(self) -> dict[str, Any]:
        """As plain data, to go on from."""
        return {str(window): some.tolist() for window, some in self.kept.items()}

    def restored(self, told: Mapping[str, Any]) -> None:
        """Go on from what `described` told."""
        self.kept = {int(window): np.asarray(some, dtype=np.float64).reshape(2, -1) for window, some in told.items()}


def _wide(before: Floats | None, more: Floats) -> Floats:
    """The sum of two tables of which one may have more groups."""
    if before is None:
        return more
    if before.shape == more.shape:
        return before + more
    wide = max(before.shape[1], more.shape[1])
    return np.asarray(sum(np.pad(one, ((0, 0), (0, wide - one.shape[1]))) for one in (before, more)))


@dataclass(frozen=True, slots=True)
class Told:
    """How a line compares its groups, and the least and the most that a value of a row can be."""

    name: str
    aggregate: Aggregate
    side: Side
    ends: tuple[float, float]


def spans(line: Told, sums: Sums, labels: Callable[[int], str], alpha: float) -> list[Span]:
    """A span for every window from the first row on; none where nothing was said."""
    windows = sorted(sums.kept)
    if not windows:
        return []
    groups = max(some.shape[1] for some in sums.kept.values())
    table = np.stack([np.pad(sums.kept[one], ((0, 0), (0, groups - sums.kept[one].shape[1]))) for one in windows],
                     axis=2)
    both = 1 if groups == 1 else groups if line.aggregate == "each" else 2 * groups
    course = whole_life(table[0], table[1], alpha=alpha / both, least=line.ends[0], most=line.ends[1])
    low, high = _held(line, course.low, course.high)
    about = "all rows" if groups == 1 else f"{groups} groups"
    return [Span(line.name, labels(window), float(low[place]), float(high[place]), about)
            for place, window in enumerate(windows) if np.isfinite(low[place]) and np.isfinite(high[place])]


def _held(line: Told, low: Floats, high: Floats) -> tuple[Floats, Floats]:
    """float64[T] each, of bounds float64[groups, T]; a group without a row yet says nothing."""
    if len(low) == 1:
        return low[0], high[0]
    seen = np.isfinite(low)
    least, most = np.where(seen, low, np.inf), np.where(seen, high, -np.inf)
    if line.aggregate == "each":
        worst = np.min if line.side == ">=" else np.max
        return (worst(least, axis=0), worst(np.where(seen, high, np.inf), axis=0)) if line.side == ">=" else (
            worst(np.where(seen, low, -np.inf), axis=0), worst(most, axis=0))
    down, up = least.min(axis=0), most.max(axis=0)          # the smallest and the largest that a group may have
    floor, roof = np.where(seen, high, np.inf).min(axis=0), np.where(seen, low, -np.inf).max(axis=0)
    compared = seen.sum(axis=0) > 1
    if line.aggregate == "difference":
        found = np.maximum(roof - floor, 0.0), up - down
    else:
        found = down / np.maximum(up, 1e-300), np.minimum(floor / np.maximum(roof, 1e-300), 1.0)
    return np.where(compared, found[0], np.nan), np.where(compared, found[1], np.nan)
