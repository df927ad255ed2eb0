"""What each row says of a measure that is a mean over rows: one of two things, or a number between two ends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.log import Binding
from shall.core.requirement import Side
from shall.core.verdict import limit_of
from shall.phases.parts import Part
from shall.phases.row_values import ON_SCORES, row_values
from shall.stats.arrays import Floats
from shall.tally.axes import TRUTH, size_of
from shall.tally.rows import Rows

Cells = NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class Truths:
    """0 or 1 a row by the codes on a few small axes: the measure is asked once for each combination."""

    part: Part
    binding: Binding
    known: dict[int, float]
    ends: tuple[float, float] = (0.0, 1.0)
    two: bool = True

    @property
    def kinds(self) -> int:
        """How many codes there are."""
        return int(TRUTH ** len(self.part.needs[0].axes))

    def codes(self, rows: Rows) -> Cells:
        """[rows]: the codes of the group and on all axes together."""
        need = self.part.needs[0]
        return rows.joint(self.part.grouping, tuple(map(need.axis, need.axes)))

    def ask(self, codes: Mapping[int, int], rows: Rows) -> None:
        """Learn what codes mean, each from a row that has it; nan where the measure does not stand on it."""
        new = [code for code in codes if code not in self.known]
        if new:
            some = pa.Table.from_batches([rows.batch.take(pa.array([codes[code] for code in new]))])
            alone = replace(self.part, needs=(replace(self.part.needs[0], where=None),))
            self.known.update(zip(new, row_values(alone, some, self.binding).tolist(), strict=True))


@dataclass(frozen=True, slots=True)
class Scores:
    """A number between two ends a row, by an expression."""

    text: str
    ends: tuple[float, float]
    two: bool = False

    def of(self, rows: Rows) -> Floats:
        """float64[rows]; nan where it is not known."""
        return rows.values(self.text)


@dataclass(frozen=True, slots=True)
class Beyond:
    """Whether a column is beyond the limit of its quantile."""

    grouping: tuple[str, ...]
    column: str
    limit: float
    above: bool
    ends: tuple[float, float] = (0.0, 1.0)
    two: bool = True
    kinds: int = 3

    @property
    def known(self) -> Mapping[int, float]:
        """What the codes mean."""
        return {0: 0.0, 1: 1.0, 2: math.nan}

    def codes(self, rows: Rows) -> Cells:
        """[rows]: three times that of the group, and 0, 1, or 2 where it is not known."""
        value = rows.values(f"column[{self.column!r}]")
        code = rows.joint(self.grouping, ()) * self.kinds
        code += value > self.limit if self.above else value < self.limit
        code[np.isnan(value)] += 2
        return code

    def ask(self, codes: Mapping[int, int], rows: Rows) -> None:
        """All is known."""


def said_by(part: Part, binding: Binding) -> tuple[Truths | Scores | Beyond, Side, float]:
    """What each row says, and the side and the limit that its mean is held to."""
    limit = limit_of(part.requirement, part.side)
    if part.measure == "quantile" and part.requirement.aggregate == "each":
        q, above = float(part.options["q"]), part.side == "<="
        return Beyond(part.grouping, part.call.columns[0], limit, above), "<=", 1 - q if above else q
    need = part.needs[0]
    if part.measure in ON_SCORES and math.isfinite(part.card.high):
        return Scores(ON_SCORES[part.measure][0], (part.card.low, part.card.high)), part.side, limit
    if need.sums or any(axis.startswith("category:") or size_of(axis) != TRUTH for axis in need.axes):
        raise InputError("its measure is no mean between two ends")
    return Truths(part, binding, {}), part.side, limit
