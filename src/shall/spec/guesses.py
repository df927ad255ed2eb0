"""What a table seems to be about: its label, its positive value, the groups of people in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from shall.core.log import GroupDef
from shall.reports._layout import plural

Kind = Literal["binary", "multiclass", "regressor"]

FEW: Final = 20                                     # values that a group, or the classes of numbers, may have at most
SMALL: Final = 100                                  # rows below which a group is pooled
AGES: Final = (25.0, 45.0, 65.0)
TARGETS: Final = ("label", "target", "y", "y_true", "outcome", "truth", "actual", "class")
YES: Final = ("1", "true", "True", "TRUE", "yes", "YES", "Yes", "Y", "y", "T", "t", "positive")
PROTECTED: Final = {                                # group: words of a column's name; some are codes of the US census
    "sex": ("sex", "gender", "male", "female"),
    "race": ("race", "rac1p", "ethnicity", "ethnic", "black", "afam", "hispanic", "hispan", "colour", "color"),
    "age_band": ("age", "agep"),
    "disability": ("disability", "disabled", "dis"),
    "origin": ("nativity", "nationality", "citizenship", "citizen", "country"),
    "religion": ("religion", "faith"),
    "marital": ("marital", "married", "mar"),
}


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """What is known of a column without its rows; values as text: ``1`` for 1.0, ``true`` for true."""

    name: str
    kind: Literal["text", "whole", "number", "boolean", "time", "other"]
    distinct: int                                   # different values, the missing one not counted
    values: tuple[tuple[str, int], ...] = ()        # the most frequent values as text, and their rows
    missing: int = 0                                # rows
    low: float | None = None                        # of numbers
    high: float | None = None
    spread: float | None = None                     # of numbers: their standard deviation


@dataclass(frozen=True, slots=True)
class Profile:
    """A table: its place as the file shall name it, and the roles that columns seem to play by their names."""

    path: str
    rows: int
    columns: tuple[ColumnProfile, ...]
    roles: Mapping[str, str] = field(default_factory=dict)
    of_numbers: Mapping[str, str] = field(default_factory=dict)     # the roles, if a number is predicted
    prefixes: tuple[str, ...] = ()                  # before a class, in the name of its score

    @property
    def decision(self) -> ColumnProfile | None:
        """The column of what was decided."""
        return next((column for column in self.columns if column.name == self.roles.get("decision")), None)


@dataclass(frozen=True, slots=True)
class Guess:
    """A value, and why it was chosen."""

    value: str
    because: str


def guess_target(profile: Profile) -> Guess | None:
    """The label: by its role, by its name, by the values of the decision, or the last column with two values that is
    nothing else."""
    if label := profile.roles.get("label"):
        return Guess(label, "by its name")
    taken = set(profile.roles.values())
    free = [column for column in profile.columns if column.distinct == 2 and column.name not in taken]
    for column in free:
        if column.name.lower() in TARGETS:
            return Guess(column.name, "by its name")
    decided = _listed(profile.decision)
    for column in reversed(profile.columns):
        if len(decided) > 1 and column.name not in taken and _listed(column) == decided:
            return Guess(column.name, "as it has the values of the decision")
    free = [column for column in free if _protected(column.name) is None]
    return Guess(free[-1].name, "as the last column with two values") if free else None


def guess_kind(column: ColumnProfile | None) -> Kind:
    """What is predicted, by the values of the label: a number, where there are fractions or many numbers."""
    if column is None or column.distinct <= 2:
        return "binary"
    fractions = column.kind == "number" and any(not value.lstrip("-").isdigit() for value, _ in column.values)
    if column.kind in ("whole", "number") and (column.distinct > FEW or fractions):
        return "regressor"
    return "multiclass" if len(column.values) == column.distinct else "binary"


def guess_positive(column: ColumnProfile, rows_are: str = "labelled rows") -> Guess | None:
    """The positive value of a label, or of a decision: the one that says yes, or the rarer one."""
    known = sum(rows for _, rows in column.values)
    if not known:
        return None
    named = [(value, rows) for value, rows in column.values if value in YES]
    value, rows = named[0] if named else min(column.values, key=lambda pair: pair[1])
    why = "" if named else ", the rarer value"
    return Guess(value, f"now {rows / known:.1%} of {known:,} {rows_are}{why}")


def guess_groups(profile: Profile, target: str | None) -> tuple[tuple[GroupDef, Guess], ...]:
    """Groups by the names of columns, with few values or an age; each with what was found."""
    return tuple(_groups(profile, {*profile.roles.values(), target}))


def _groups(profile: Profile, taken: set[str | None]) -> Iterator[tuple[GroupDef, Guess]]:
    names: set[str] = set()
    for column in profile.columns:
        kind = _protected(column.name)
        if kind is None or column.name in taken or column.distinct < 2:
            continue
        name = kind if kind not in names else re.sub(r"\W+", "_", column.name.lower())
        numeric = column.kind in ("whole", "number")
        if column.distinct > FEW and numeric and kind == "age_band":
            low, high = column.low or 0.0, column.high or 0.0
            group = GroupDef(name, column.name, cut=tuple(edge for edge in AGES if low < edge <= high))
            found = Guess(column.name, f"from {low:g} to {high:g}")
            if not group.cut:
                continue
        elif column.distinct <= FEW:
            small = any(rows < SMALL for _, rows in column.values)
            group = GroupDef(name, column.name, at_least=SMALL if small else 0, rest="pool" if small else "show")
            found = Guess(column.name, _shown(column))
        else:
            continue
        if name not in names:
            names.add(name)
            yield group, found


def _shown(column: ColumnProfile) -> str:
    """``2: 35,100 rows, 1: 33,685 rows``."""
    shown = ", ".join(f"{value}: {plural(rows, 'row')}" for value, rows in column.values[:5])
    more = f", and {column.distinct - 5} more" if column.distinct > 5 else ""
    return shown + more + (f"; missing: {plural(column.missing, 'row')}" if column.missing else "")


def _listed(column: ColumnProfile | None) -> set[str]:
    """The values of a column, where they are few."""
    return {value for value, _ in column.values} if column and column.distinct <= FEW else set()


def _protected(name: str) -> str | None:
    """The kind of group that a column's name speaks of."""
    words = set(re.split(r"[\W_]+", re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()))
    return next((group for group, known in PROTECTED.items() if words & set(known)), None)
