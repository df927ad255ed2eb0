"""No cell below a number of rows is shown: whoever sees a figure of three people knows something of each of them.

What is left out must not be had by taking what is shown away from what is shown: where one group alone is too small,
the next smallest one is left out with it, and a slice is refused whose rows are nearly all rows of what is around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shall.core.evidence import Evidence, GroupRow, Outcome
from shall.core.verdict import Verdict

WHY: Final = "fewer than {least} rows here or beside it: not shown"
WORST: Final = "it is that of a group that is not shown: it, or one beside it, has fewer than {least} rows"


def hidden(sizes: Sequence[int], least: int) -> list[bool]:
    """Which of some groups that make up a whole are not shown; ``sizes``: rows of each. An empty group is no secret."""
    left_out = [0 < size < least for size in sizes]
    for place in sorted(range(len(sizes)), key=sizes.__getitem__):
        if not 0 < sum(size for size, out in zip(sizes, left_out, strict=True) if out) < least:
            break
        left_out[place] = left_out[place] or sizes[place] > 0
    return left_out


def refused(rows: int, around: Sequence[int], least: int) -> str:
    """Why a slice of so many rows is not shown; ``around``: the rows of what it is taken from. Nothing: it may be."""
    if 0 < rows < least:
        return f"This slice has fewer than {least} rows: [trust] smallest_cell of the shall file lets nobody see it."
    if any(0 < whole - rows < least for whole in around):
        return (f"All but fewer than {least} rows of what it is taken from are in this slice: taken away from one "
                "another, both would show them, which [trust] smallest_cell of the shall file forbids.")
    return ""


def shown(rows: Sequence[GroupRow], least: int) -> tuple[GroupRow, ...]:
    """Group rows, without what is of too few rows; a value that stands on too few of them is left out, too."""
    gone = hidden([row.rows for row in rows], least)
    return tuple(_hushed(row, least) if out or 0 < row.n < least else row for row, out in zip(rows, gone, strict=True))


def of_verdict(verdict: Verdict, least: int) -> Verdict:
    """A verdict without what is of too few rows: it stays, and the figure of a group that is not shown goes."""
    if least <= 1:
        return verdict
    parts = tuple(_evidence(part, least) for part in verdict.evidence)
    secret = any(row.note == _why(least) for part in parts for row in part.groups)
    return replace(verdict, evidence=parts, needs="" if secret else verdict.needs)


def _evidence(part: Evidence, least: int) -> Evidence:
    groups = shown(part.groups, least)
    gone = {row.group for row in groups if row.note == _why(least)}
    if not gone & {*part.worst} and not 0 < part.n < least:
        return replace(part, groups=groups)
    return replace(part, groups=groups, outcome=Outcome.NOT_AVAILABLE, value=None, low=None, high=None, worst=(),
                   settles="", reason=WORST.format(least=least) if gone & {*part.worst} else _why(least))


def _hushed(row: GroupRow, least: int) -> GroupRow:
    return replace(row, rows=0, n=0, value=None, low=None, high=None, note=_why(least))


def _why(least: int) -> str:
    return WHY.format(least=least)
