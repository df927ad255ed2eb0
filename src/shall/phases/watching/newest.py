"""The newest labels that a watch has: what an estimate of quality has to stand up to before it says anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from shall.phases.watching.windows import NO_TIME, Windows
from shall.tally import Cells, Need, Plan, Tally

ENOUGH: Final = 1000                        # labelled rows that a check takes, where there are so many
BACK: Final = 100                           # windows with labels that it looks at for them, at most


class Checked(NamedTuple):
    """Rows of which some are labelled, and in words which those are."""

    cells: Cells
    told: str


@dataclass(frozen=True, slots=True)
class Newest:
    """The labels of a window and of those before it, as far as they are there.

    Labels of later windows are never used: what is said of a window then does not change when the log goes on, and one
    pass finds what a watch that goes on found with the same labels. ``labelled``: how many rows of a window have one.
    """

    tallies: Mapping[int, Tally]
    labelled: Callable[[int], int]
    until: int
    windows: Windows
    plan: Plan

    def of(self, need: Need) -> Checked:
        """The windows with the newest labels, until they hold enough rows that a line asks about; whole windows."""
        earliest = self.until if self.until == NO_TIME else NO_TIME + 1
        there = [one for one in sorted(self.tallies, reverse=True)
                 if earliest <= one <= self.until and self.labelled(one)][:BACK]
        taken: list[int] = []
        rows = 0
        for window in there:
            some = _rows(self.tallies[window].cells(need))
            taken, rows = [*taken, window] if some else taken, rows + some
            if rows >= ENOUGH:
                break
        found = Tally.added(self.tallies[one] for one in taken) if taken else Tally.zero(self.plan)
        return Checked(found.cells(need), f"{self._named(taken)} ({rows:,} rows)")

    def _named(self, windows: list[int]) -> str:
        newest = self.windows.label(windows[0]) if windows else ""
        return f"{len(windows)} windows until {newest}" if len(windows) > 1 else newest


def _rows(cells: Cells) -> int:
    """The rows with a label, a decision and a score."""
    return int(cells.weighing(0).everybody().table("label", "decision", "score")[:, :2, :2, cells.scored].sum())
