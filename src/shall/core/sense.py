"""What the parts of a line must agree on, whatever the measure is."""

from __future__ import annotations

from collections.abc import Mapping

from shall.core.lexer import Fault
from shall.core.line import Limit, Line, MeasureCall, Number
from shall.core.units import UNITS, in_base

Marks = Mapping[tuple[str | int, ...], int]


def hold_together(line: Line, marks: Marks) -> None:
    """Fault where the parts of a line contradict one another."""
    for check in (_repetitions, _groups, _named_group, _side, _between):
        check(line, marks)


def _repetitions(line: Line, marks: Marks) -> None:
    calls: set[MeasureCall] = set()
    for index, call in enumerate(line.measures):
        if call in calls:
            raise Fault(marks["measure", index], f"`{call}` is named twice", "leave one of them out")
        calls.add(call)
    groupings: set[frozenset[str]] = set()
    for index, grouping in enumerate(line.over):
        names = set(line.within)
        for place, name in enumerate(grouping):
            if name in names:
                raise Fault(marks["over", index, place], f"`{name}` is named twice", "leave one of them out")
            names.add(name)
        if frozenset(grouping) in groupings:
            raise Fault(marks["over", index, 0], "the same groups are named twice", "leave one of them out")
        groupings.add(frozenset(grouping))


def _groups(line: Line, marks: Marks) -> None:
    if line.aggregate != "each" and not line.over:
        raise Fault(marks["aggregate",], f"`{line.aggregate}` compares groups, and the line names none",
                    "add `over GROUP` after the measure, such as: over sex")
    if line.within and line.aggregate == "each":
        fix = f"write: over {line.over[0][0]} by {line.within[0]}" if line.over else "write: over, in place of within"
        raise Fault(marks["within", 0, 0], "`within` is for `ratio of` and `difference of`", fix)


def _named_group(line: Line, marks: Marks) -> None:
    if line.to is not None and [len(grouping) for grouping in line.over] != [1]:
        raise Fault(marks["to",], f"`to = '{line.to}'` is one value, so the line must go over one group",
                    "make a line for each group, or leave `to` out")


def _side(line: Line, marks: Marks) -> None:
    if line.aggregate == "ratio" and line.to is None and line.bound.high is not None:
        raise Fault(marks["bound",], "`ratio` is the smallest over the largest group: it is never above 1",
                    "write: >= 0.80; or name the group to compare with: ratio(to = 'F') of …")
    if line.aggregate == "difference" and line.bound.low is not None:
        raise Fault(marks["bound",], "`difference` is the largest minus the smallest group: its limit is an upper one",
                    "write: <= 0.10")


def _between(line: Line, marks: Marks) -> None:
    low, high = line.bound.low, line.bound.high
    if isinstance(low, Number) and isinstance(high, Number):
        if _kind(low) != _kind(high):
            raise Fault(marks["limit", "high"], f"{low} and {high} are of different kinds", "give both in one unit")
        if in_base(low.value, low.unit) > in_base(high.value, high.unit):
            raise Fault(marks["limit", "low"], "the lower limit is above the upper one",
                        f"write: between {high} and {low}")


def _kind(limit: Limit) -> str:
    kind = UNITS[limit.unit][0] if isinstance(limit, Number) and limit.unit else ""
    return "" if kind == "share" else kind
