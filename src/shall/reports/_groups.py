"""The table of groups of one part of a requirement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from shall.core.evidence import Evidence, GroupRow
from shall.core.log import REST
from shall.reports._figures import Scale
from shall.reports._layout import Cell, fitting, safe
from shall.reports._lines import grouped
from shall.reports._shapes import Paint

INDENT = 15
POOLED: Final = "pooled small groups"
SHORT = 6                                   # rows of a table that nobody asked for


def group_table(part: Evidence, scale: Scale, paint: Paint, width: int, everything: bool) -> list[str]:
    """The groups, the least favourable first; the first few where ``everything`` is False."""
    if len(part.groups) <= (1 if everything else len(part.worst)) or not grouped(part):
        return []                           # the line above has said it all
    ordered = least_favourable_first(part)
    shown = ordered if everything else ordered[:SHORT]
    names = [name for name, _ in part.groups[0].group]
    head = [Cell(title, "head") for title in (*(safe(name) for name in names), "rows", "n", "value", "bounds", "")]
    body = [[*(Cell(safe(value)) for _, value in row.group), Cell(f"{row.rows:,}"), Cell(f"{row.n:,}"),
             Cell(scale(row.value)), Cell(scale.between(row.low, row.high)), Cell(note_of(row, part))] for row in shown]
    made = fitting([head, *body], "<" * len(names) + ">>>><", paint, width, INDENT, names=len(names), text=True)
    aligned = [line for own in made for line in own]
    left = len(ordered) - len(shown)
    return aligned + ([" " * INDENT + paint(f"and {left:,} more groups: --groups", "line")] if left else [])


def least_favourable_first(part: Evidence) -> Sequence[GroupRow]:
    """The groups in the order of a table: those that set the value, then by value, the unjudged ones last."""
    falling, worst = _falling(part), set(part.worst)

    def place(row: GroupRow) -> tuple[bool, bool, bool, float]:
        value = math.inf if row.value is None else -row.value if falling else row.value
        return row.group not in worst, not row.judged, row.value is None, value
    return sorted(part.groups, key=place)


def in_order(part: Evidence) -> str:
    """How the groups of a table are ordered, in words."""
    return f"the least favourable first, here the {'highest' if _falling(part) else 'lowest'}"


def _falling(part: Evidence) -> bool:
    """Whether the highest value is the least favourable: by the limit of each group; between groups by the measure."""
    return part.side == "<=" if part.aggregate == "each" else part.better == "lower"


def note_of(row: GroupRow, part: Evidence) -> str:
    """What there is to say of a group: that it set the value, is too small, or why it has no value; that it is all
    small ones together."""
    pooled = POOLED if any(value == REST for _, value in row.group) else ""
    return ", ".join(filter(None, (_noted_of(row, part), pooled)))


def _noted_of(row: GroupRow, part: Evidence) -> str:
    if row.value is None:
        return row.note or "not available"
    if not row.judged:
        return "too small, shown only"
    if row.group not in part.worst:
        return ""
    other = next((one.value for one in part.groups if one.group in part.worst and one.group != row.group), None)
    if other is None or other == row.value:
        return "worst" if other is None else "worst pair"
    return f"worst pair, {'lower' if row.value < other else 'higher'}"
