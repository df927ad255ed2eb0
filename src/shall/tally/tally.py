"""A tally: exact counts of a log, the only thing that crosses machines. Tallies of one plan add, in any order."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from shall.core.errors import InputError
from shall.tally import wire
from shall.tally.cells import Cells
from shall.tally.counts import Counts
from shall.tally.plan import Need, Plan
from shall.tally.seen import NOTHING, Seen

ENOUGH: Final = 30                          # rows of each decision, to say that their labels differ


@dataclass(frozen=True, eq=False)
class Tally:
    """What a plan counted: one `Counts` a cube, the rows that were read, and which labels and decisions occur."""

    plan: Plan
    cubes: tuple[Counts, ...]
    rows: int
    seen: Seen = NOTHING

    @staticmethod
    def zero(plan: Plan) -> Tally:
        """The tally of no row."""
        return Tally(plan, tuple(Counts.zero(cube) for cube in plan.cubes), 0)

    @staticmethod
    def added(tallies: Iterable[Tally]) -> Tally:
        """The sum of one or more tallies of one plan."""
        some = list(tallies)
        if len({tally.plan.digest for tally in some}) != 1:
            raise InputError("these tallies were counted by different plans, so they do not add: count the logs again "
                             "with one shall file")
        if len(some) == 1:
            return some[0]
        cubes = tuple(Counts.added(parts) for parts in zip(*(tally.cubes for tally in some), strict=True))
        return Tally(some[0].plan, cubes, sum(tally.rows for tally in some), Seen.added(tally.seen for tally in some))

    def __add__(self, other: Tally) -> Tally:
        return Tally.added([self, other])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Tally) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def cells(self, need: Need) -> Cells:
        """What a need asked for, over its groups alone."""
        place = self.plan.cube_of(need)
        counts = self.cubes[place]
        return Cells.of(self.plan.binding, self.plan.cubes[place], need,
                        (counts.keys, counts.place, counts.cell, counts.values), self.rows)

    @cached_property
    def labelled(self) -> int | None:
        """Rows whose label is known; None where the log has no label column."""
        if self.plan.binding.column("label") is None:
            return None
        return int(self.cells(Need(axes=("label",))).table("label")[:, :2].sum())

    def _others(self, role: str) -> int | None:
        """Rows whose label or decision is known, and is not the positive one; None where that is not counted."""
        need = Need(axes=(role,))
        return int(self.cells(need).table(role)[:, 0].sum()) if self.plan.counts(need) else None

    @cached_property
    def digest(self) -> str:
        """SHA-256 of all that was counted, hexadecimal; the same on every machine."""
        return hashlib.sha256(self._content()).hexdigest()

    def doubts(self) -> tuple[str, ...]:
        """What may be wrong with how the rows were read: `no label equals "1"; seen: 'no', 'yes': …`."""
        return *self.seen.doubts(self.plan.binding, self._others), *filter(None, [self.chosen])

    @property
    def chosen(self) -> str:
        """That labels come after one decision far more often than after the other, and no weight makes up for it."""
        binding, need = self.plan.binding, Need(axes=("label", "decision"))
        if binding.classes or binding.column("weight") or None in map(binding.column, need.axes) or not (
                self.plan.counts(need)):
            return ""
        table = self.cells(need).table(*need.axes).sum(axis=0)
        labelled, rows = table[:2, :2].sum(axis=0), table[:, :2].sum(axis=0)
        if min(rows) >= ENOUGH and 2 * min(labelled / rows) < max(labelled / rows):
            other, positive = (f"{share:.1%}" for share in (labelled / rows).tolist())
            return (f"labels depend on the decision: {positive} of the rows with the positive one have a label, "
                    f"{other} of the others. What needs labels is said of labelled rows alone: label some of the rest "
                    "at random, and give weights ([columns] weight)")
        return ""

    def to_bytes(self) -> bytes:
        """The wire form: equal tallies give equal bytes."""
        return wire.packed(self._content())

    @staticmethod
    def from_bytes(content: bytes, plan: Plan, most: int = wire.MOST) -> Tally:
        """Read the wire form; DataError where it is damaged, of another plan, or too large."""
        cubes, rows, seen = wire.read(content, plan, most)
        return Tally(plan, cubes, rows, seen)

    def _content(self) -> bytes:
        return wire.content(self.plan.digest, self.cubes, self.rows, self.seen)
