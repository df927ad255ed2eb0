"""How many rows a gate needs, before any model exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from shall.reports._checked import notes, titled
from shall.reports._layout import Cell, Look, clipped, fitting, paragraph, safe
from shall.reports._shapes import Planned, PlannedLine

POWER: Final = "a gate of so many rows certifies its requirement in 4 of 5 cases, if the true value is as said"
ASSUMED: Final = (
    "an assumed value lies half way between the limit and the perfect value: a log of a model that is like the one you "
    "will have, as [data] log, gives better ones, and `shall build` says before it searches where it aims")


def lines(planned: Planned, look: Look) -> Iterator[str]:
    """The whole plan of a gate."""
    have = "" if planned.rows is None else f"the gate has {planned.rows:,} rows"
    yield from titled(planned.subject, planned.file, look, have)
    yield from notes(planned.notes, look)
    yield ""
    rows = [[Cell(title, "head") for title in ("REQUIREMENT", "ROWS NEEDED", "", "ASSUMED")],
            *(_row(line, planned.rows, look) for line in planned.lines)]
    aligned = fitting(rows, "<><<", look.paint, look.width, text=True)
    yield from aligned[0]
    for line, shown in zip(planned.lines, aligned[1:], strict=True):
        yield from shown
        yield from paragraph(safe(line.requirement), look.width, 2, look.paint, "line")
        if line.group:
            yield from paragraph(f"smallest group: {safe(line.group)}", look.width, 2, look.paint)
    yield ""
    yield from paragraph(POWER, look.width, 0, look.paint, "line")
    if any("assumed" in line.assumed for line in planned.lines):
        yield from paragraph(ASSUMED, look.width, 0, look.paint, "line")


def _row(line: PlannedLine, have: int | None, look: Look) -> list[Cell]:
    name = Cell(clipped(safe(line.name), look.width // 3), "name")
    if line.rows is None:
        return [name, Cell("-"), Cell(""), Cell(safe(line.assumed))]
    enough = Cell("") if have is None else Cell("✓ enough", "met") if line.rows <= have else Cell("✗ too few", "broken")
    return [name, Cell(f"{line.rows:,}"), enough, Cell(safe(line.assumed))]
