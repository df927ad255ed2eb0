"""A binary classifier: a score, a decision and a label in each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError
from shall.core.log import ROLES, Binding, Column, GroupDef
from shall.subjects.classes import decided_of, positive_of

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES: Final = {                            # by which names a role goes where the file does not say
    "id": ("id", "row_id", "uuid", "event_id", "decision_id"),
    "time": ("time", "timestamp", "date", "datetime", "created_at", "event_time", "year"),
    "score": ("score", "probability", "predicted_probability", "y_pred_proba", "y_score", "proba", "p"),
    "decision": ("decision", "prediction", "predicted", "y_pred", "pred", "decided"),
    "label": ("label", "target", "y_true", "outcome", "actual", "y"),
}


def bind(peek: pa.Table, *, target: str | None = None, positive: str | None = None, threshold: float | None = None,
         columns: Mapping[str, Column] | None = None, groups: Sequence[GroupDef] = (),
         units: tuple[tuple[str, str], ...] = ()) -> Binding:
    """Which column plays which role; guessed by its name where the file does not say.

    ``peek`` is a table with some rows of the log. Raises DataError where a named column is missing or
    cannot be what it is said to be.
    """
    said = dict(columns or {})
    if target is not None and "label" not in said and target in peek.column_names:
        said["label"] = Column(target)
    for role, column in said.items():
        _require(peek, column.name, f"the {role} column {column.name}")
    for group in groups:
        _require(peek, group.column, f"the column {group.column} of group {group.name}")
    if "weight" in said:
        raise DataError("weighted rows are not supported yet: leave the weight column out, or count each row once")
    roles = {**_guessed(peek, said, target), **said}
    _check_score(peek, roles)
    names = {role: column.name for role, column in roles.items()}
    chosen = positive_of(peek, names, positive)
    if threshold is None and "decision" not in roles and "score" in roles:
        threshold = 0.5
    ordered = tuple((role, roles[role]) for role in ROLES if role in roles)
    return Binding(ordered, chosen, threshold, tuple(groups), units, decided_of(peek, names, chosen))


def guessed(peek: pa.Table) -> dict[str, Column]:
    """The roles that columns seem to play by their names; a score that is no probability plays none."""
    found = _guessed(peek, {}, None)
    try:
        _check_score(peek, found)
    except DataError:
        del found["score"]
    return found


def id_of(names: Sequence[str]) -> str | None:
    """The column that names a row, by its name."""
    by_lower = {name.lower(): name for name in reversed(names)}
    return next((by_lower[name] for name in NAMES["id"] if name in by_lower), None)


def notes_of(binding: Binding) -> tuple[str, ...]:
    """What was guessed, as sentences."""
    guessed = [f"{role} = {column.name}" for role, column in binding.roles if column.guessed]
    found = [f"columns taken by their names: {', '.join(guessed)}"] if guessed else []
    if binding.column("decision") is None and binding.column("score") is not None:
        found.append(f"no decision column: a score of at least {binding.threshold:g} is a positive decision")
    if binding.decided is not None and binding.decided != binding.positive:
        found.append(f'a decision is positive where {binding.column("decision")} = {binding.decided}')
    return tuple(found)


def _require(peek: pa.Table, column: str, what: str) -> None:
    if column not in peek.column_names:
        raise DataError(f"{what} is not in the log; it has {', '.join(peek.column_names)}")


def _guessed(peek: pa.Table, said: Mapping[str, Column], target: str | None) -> dict[str, Column]:
    taken = {column.name for column in said.values()}
    found: dict[str, Column] = {}
    by_lower = {name.lower(): name for name in reversed(peek.column_names)}
    for role, names in NAMES.items():
        if role in said or (role == "label" and target is not None):
            continue
        name = next((by_lower[name] for name in names if by_lower.get(name) not in {None, *taken}), None)
        if name is not None:
            found[role] = Column(name, guessed=True)
            taken.add(name)
    return found


def _check_score(peek: pa.Table, roles: Mapping[str, Column]) -> None:
    if "score" not in roles:
        return
    name = roles["score"].name
    column = peek.column(name)
    mend = "or name another column, [columns] score = \"…\""
    try:
        numbers = None if _no_number(column.type) else column.cast(pa.float64(), safe=False)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = None
    if numbers is None:
        raise DataError(f"the score column {name} is {column.type}: a score is a number from 0 to 1; give one, {mend}")
    known = numbers.drop_null()
    outside = known.filter(pc.or_(pc.less(known, 0), pc.greater(known, 1)))
    if len(outside):
        raise DataError(f"the score column {name} has values outside of 0 to 1, such as {outside[0].as_py():g}: "
                        f"give probabilities, {mend}")


def _no_number(kind: pa.DataType) -> bool:
    text = pa.types.is_dictionary(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind)
    return bool(text or pa.types.is_boolean(kind) or pa.types.is_temporal(kind))
