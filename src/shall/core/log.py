"""What a log is: a table of what happened, one row a decision, read in record batches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

ROLES = ("id", "time", "unit", "score", "decision", "label", "weight", "lower", "upper", "set", "abstained")
NEEDS = (*ROLES, "scores", "covered", "size")   # scores of every class; a set, or lower and upper; a fact
Kind = Literal["binary", "multiclass", "regressor", "dataset"]
MISSING = "(missing)"
REST = "(rest)"


@dataclass(frozen=True, slots=True)
class GroupDef:
    """How a group is made: from a column, perhaps cut into bands; what becomes of small ones."""

    name: str
    column: str
    cut: tuple[float, ...] = ()             # ascending edges; a band includes its lower edge
    at_least: int = 0                       # rows; 0: every group is judged
    rest: Literal["pool", "show"] = "show"  # groups with fewer rows: pooled into one, or shown unjudged


@dataclass(frozen=True, slots=True)
class Column:
    """The column that plays a role, and its unit where it has one ("ms")."""

    name: str
    unit: str = ""
    guessed: bool = False                   # found by its name, not said in the file


@dataclass(frozen=True, slots=True)
class Binding:
    """How the rows of a log are read: roles, positive class, threshold, groups."""

    roles: tuple[tuple[str, Column], ...]   # in the order of ROLES
    positive: str = "1"
    threshold: float | None = None          # makes a decision of the score where there is none
    groups: tuple[GroupDef, ...] = ()
    units: tuple[tuple[str, str], ...] = () # unit of other columns: ("latency", "ms")
    decided: str | None = None              # the positive decision, where it is written unlike the positive label
    kind: Kind = "binary"
    classes: tuple[str, ...] = ()           # of a multiclass subject
    scores: tuple[tuple[str, str], ...] = ()    # the column of each class's probability, where there are some
    facts: tuple[tuple[str, float], ...] = ()   # of the subject, not of its rows: ("size", 1234.0)
    negative: tuple[str, ...] = field(default=(), compare=False)    # labels seen that count as no, if several

    def column(self, role: str) -> str | None:
        """The column of a role, or None."""
        return next((column.name for name, column in self.roles if name == role), None)


class Log(Protocol):
    """Anything whose rows can be counted: files, frames, later tables of an engine."""

    @property
    def name(self) -> str:
        """What to call it in a message: a path, or "the frame"."""
        ...

    @property
    def schema(self) -> pa.Schema: ...

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows, these columns only, in batches of any size."""
        ...

    def digest(self) -> str:
        """SHA-256 of the content (of the rows, in order), hexadecimal."""
        ...
