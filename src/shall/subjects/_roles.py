"""Which column plays which role: said in the file, else guessed by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from shall.core.errors import DataError
from shall.core.log import ROLES, Binding, Column, GroupDef

if TYPE_CHECKING:
    from collections.abc import Iterator

Names = Mapping[str, tuple[str, ...]]

ROWS: Final = {                             # by which names a role goes, whatever the subject
    "id": ("id", "row_id", "uuid", "event_id", "decision_id"),
    "time": ("time", "timestamp", "date", "datetime", "created_at", "event_time", "year"),
}
LABEL: Final = ("label", "target", "y_true", "outcome", "actual", "y")
FEW: Final = 5                              # labels that a note shows
DECISION: Final = ("decision", "prediction", "predicted", "y_pred", "pred", "decided")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a shall file says of its columns."""

    target: str | None = None
    positive: str | None = None
    threshold: float | None = None
    columns: Mapping[str, Column] = field(default_factory=dict)     # by role
    groups: tuple[GroupDef, ...] = ()
    units: tuple[tuple[str, str], ...] = ()
    classes: tuple[str, ...] = ()
    scores: Mapping[str, str] = field(default_factory=dict)         # class: its column


def roles_of(peek: pa.Table, asked: Asked, names: Names) -> dict[str, Column]:
    """The column of each role, in the order of ROLES; DataError where a named one is missing."""
    said = dict(asked.columns)
    if asked.target is not None and "label" not in said and asked.target in peek.column_names:
        said["label"] = Column(asked.target)
    for role, column in said.items():
        _require(peek, column.name, f"the {role} column {column.name}")
    for name, column_name in asked.scores.items():
        _require(peek, column_name, f"the score column {column_name} of class {name}")
    for group in asked.groups:
        _require(peek, group.column, f"the column {group.column} of group {group.name}")
    found = {**guessed(peek, names, said, asked.target), **said}
    return {role: found[role] for role in ROLES if role in found}


def guessed(peek: pa.Table, names: Names, said: Mapping[str, Column], target: str | None) -> dict[str, Column]:
    """The roles that columns seem to play by their names, besides those that the file says."""
    taken = {column.name for column in said.values()}
    found: dict[str, Column] = {}
    by_lower = {name.lower(): name for name in reversed(peek.column_names)}
    for role, known in names.items():
        if role in said or (role == "label" and target is not None):
            continue
        name = next((by_lower[name] for name in known if by_lower.get(name) not in {None, *taken}), None)
        if name is not None:
            found[role] = Column(name, guessed=True)
            taken.add(name)
    return found


def looked_for(target: str | None) -> dict[str, str]:
    """The names that the columns of labels and of decisions are looked for by, as text."""
    return {"label": target or ", ".join(LABEL), "decision": ", ".join(DECISION)}


def id_of(names: Sequence[str]) -> str | None:
    """The column that names a row, by its name."""
    by_lower = {name.lower(): name for name in reversed(names)}
    return next((by_lower[name] for name in ROWS["id"] if name in by_lower), None)


def notes_of(binding: Binding) -> tuple[str, ...]:
    """What was guessed, as sentences."""
    return tuple(_notes(binding))


def _notes(binding: Binding) -> Iterator[str]:
    guesses = [f"{role} = {column.name}" for role, column in binding.roles if column.guessed]
    if guesses:
        yield f"columns taken by their names: {', '.join(guesses)}"
    if binding.kind == "multiclass":
        yield f"{len(binding.classes)} classes: {', '.join(binding.classes)}"
        if binding.column("decision") is None and binding.scores:
            yield "no decision column: the class with the highest score is decided"
    if binding.kind == "binary" and binding.column("decision") is None and binding.column("score") is not None:
        yield f"no decision column: a score of at least {binding.threshold:g} is a positive decision"
    if binding.negative:
        few, more = ", ".join(binding.negative[:FEW]), " and others" if len(binding.negative) > FEW else ""
        yield f"{binding.column('label')} is {binding.positive} or not: {few}{more} all count as no"
    if binding.decided is not None and binding.decided != binding.positive:
        yield f'a decision is positive where {binding.column("decision")} = {binding.decided}'


def numbers_in(peek: pa.Table, name: str, what: str) -> pa.ChunkedArray:
    """A column as numbers, missing ones dropped; DataError where it holds none."""
    column = peek.column(name)
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    text = pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    try:
        numbers = None if text or pa.types.is_temporal(kind) else column.cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = None
    if numbers is None:
        raise DataError(f"the {what} column {name} is {column.type}: {what_it_is(what)}")
    return numbers.drop_null()


def what_it_is(what: str) -> str:
    """What a column of numbers must be."""
    mend = 'or name another column, [columns] score = "…"'
    told = {"score": f"a score is a number from 0 to 1; give one, {mend}"}
    return told.get(what, f"a {what} is a number; name another column under [columns]")


def _require(peek: pa.Table, column: str, what: str) -> None:
    if column not in peek.column_names:
        raise DataError(f"{what} is not in the log; it has {', '.join(peek.column_names)}")
