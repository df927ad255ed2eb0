"""What a search for slices found: plain figures, and a way to make a requirement of a slice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from shall.core.errors import InputError
from shall.core.requirement import Requirement
from shall.methods.slices.error_tree import Node
from shall.reports import text
from shall.reports._layout import plural
from shall.spec.adding import add, had_already
from shall.spec.naming import named

Worst = Literal["high", "low"]


@dataclass(frozen=True, slots=True)
class FailingSlice:
    """A slice, and the measure on its rows.

    ``low`` and ``high``: one-sided, valid for all slices that were to be chosen from. ``gap``: the value less that of
    all other rows, with such bounds too; ``evident``: the gap surely has the bad sign.
    """

    filter: str
    line: str                               # what was measured, as a requirement
    columns: tuple[str, ...]
    rows: int
    n: int
    value: float | None
    low: float | None
    high: float | None
    rest: float | None
    gap: float | None
    gap_low: float | None
    gap_high: float | None
    evident: bool


@dataclass(frozen=True, slots=True)
class FailingSlices:
    """The worst slices of a log by one measure, the worst first."""

    subject: str
    file: str
    measure: str
    worst: Worst
    rows: int                               # that were searched
    judged: int                             # that the figures stand on
    value: float | None                     # of all rows that were judged
    slices: tuple[FailingSlice, ...]
    possible: int                           # how many slices were to be chosen from
    compared: int                           # and for how many the bounds hold at once
    confidence: float
    depth: int
    at_least: int
    over: tuple[str, ...]
    unit: str = ""
    notes: tuple[str, ...] = field(default=())
    tree: Node | None = None                # an overview: where the measure changes most
    where: str = ""                         # the filter of the requirement: no other rows are looked at

    def __str__(self) -> str:
        return text.slices(self)

    def write(self, file: str | Path | None = None, which: int = 0, name: str | None = None,
              bound: str | None = None) -> str:
        """Put a requirement on a slice into a shall file, comments kept; its line is returned.

        Args:
            file: the shall file; that of the search.
            which: the slice, from 0.
            name: of the requirement; else made of the measure and the conditions of the slice.
            bound: such as ">= 0.70"; else that of the requirement that was searched by, or what all rows reach.

        InputError where there is no such slice or no file, or the file has that very line already; FileError where the
        file would not be read any more.
        """
        if not 0 <= which < len(self.slices):
            raise InputError(f"there is no slice {which}, counted from 0: "
                             f"{plural(len(self.slices), 'slice')} found")
        if not (file or self.file):
            raise InputError("say which shall file the requirement shall be written to")
        chosen = self.slices[which]
        line = Requirement.parse(chosen.line)
        if bound is not None:
            line = replace(line, bound=Requirement.parse(f"{self.measure} {bound}").bound)
        if had := had_already(Path(file or self.file), line):
            raise InputError(f"{file or self.file} has that very line already, {had}: nothing was written")
        return add(Path(file or self.file), name or named(line), str(line), unique=name is None)
