"""A binary classifier: a score, a decision and a label in each row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError
from shall.core.log import ROLES, Binding, Column, GroupDef

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES: Final = {                            # by which names a role goes where the file does not say
    "id": ("id", "row_id", "uuid", "event_id", "decision_id"),
    "time": ("time", "timestamp", "date", "datetime", "created_at", "event_time", "year"),
    "score": ("score", "probability", "predicted_probability", "y_pred_proba", "y_score", "proba", "p"),
    "decision": ("decision", "prediction", "predicted", "y_pred", "pred", "decided"),
    "label": ("label", "target", "y_true", "outcome", "actual", "y"),
}
CODES: Final = {"0", "1", "true", "false"}
FEW: Final = 20                             # distinct labels that a message shows


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
        if column.name not in peek.column_names:
            raise DataError(f"the {role} column {column.name} is not in the log; it has {', '.join(peek.column_names)}")
    if "weight" in said:
        raise DataError("weighted rows are not supported yet: leave the weight column out, or count each row once")
    roles = {**{role: column for role, column in _guessed(peek, said, target).items()}, **said}
    for group in groups:
        if group.column not in peek.column_names:
            raise DataError(f"the column {group.column} of group {group.name} is not in the log; "
                            f"it has {', '.join(peek.column_names)}")
    _check_score(peek, roles)
    chosen = _positive(peek, roles, positive)
    if threshold is None and "decision" not in roles and "score" in roles:
        threshold = 0.5
    return Binding(tuple((role, roles[role]) for role in ROLES if role in roles), chosen, threshold, tuple(groups), units,
                   _decided(peek, roles, chosen))


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
    return tuple(found)


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
    if not (pa.types.is_floating(column.type) or pa.types.is_integer(column.type)):
        raise DataError(f"the score column {name} is {column.type}: a score is a number from 0 to 1")
    finite = column.drop_null()
    if not len(finite):
        return
    outside = pc.sum(pc.or_(pc.less(finite, 0), pc.greater(finite, 1))).as_py()
    if outside:
        raise DataError(f"the score column {name} has values outside of 0 to 1, such as "
                        f"{pc.max(pc.abs(finite)).as_py():g}: give probabilities")


def _positive(peek: pa.Table, roles: Mapping[str, Column], positive: str | None) -> str:
    """The positive class; DataError where it cannot be told, or does not occur among the labels."""
    role = "label" if "label" in roles else "decision"
    if role not in roles:
        return positive or "1"
    name = roles[role].name
    values = _values(peek, name)
    shown = ", ".join(sorted(values)[:FEW])
    if positive is None:
        positive = next((known for known in ("1", "true") if known in values), None)
        if positive is None and values and not values <= CODES:
            raise DataError(f"which value of {name} is the positive one? It has {shown}: "
                            f'say it in the file, [subject] positive = "{sorted(values)[-1]}"')
        return positive or "1"
    said = _text(_number(positive)) or positive
    if said not in values and (len(values) > 1 or not values <= CODES):
        raise DataError(f'no {role} is "{positive}": column {name} has {shown}. Mend [subject] positive in the file')
    return said


def _decided(peek: pa.Table, roles: Mapping[str, Column], positive: str) -> str | None:
    """The positive decision where it is not written as the positive label is: 1 or true."""
    if "decision" not in roles or "label" not in roles:
        return None
    values = _values(peek, roles["decision"].name)
    if positive in values or values <= _values(peek, roles["label"].name):
        return None
    if values <= CODES:
        return "true" if values & {"true", "false"} else "1"
    raise DataError(f"column {roles['decision'].name} has the decisions {', '.join(sorted(values)[:FEW])}, none of which is "
                    f'the positive label "{positive}", nor are they 0 and 1')


def _values(peek: pa.Table, name: str) -> set[str]:
    """What a column holds, as text."""
    return {text for value in pc.unique(_plain(peek.column(name))).to_pylist() if (text := _text(value)) is not None}


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _text(value: object) -> str | None:
    if value is None or value != value:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _number(text: str) -> object:
    try:
        return float(text)
    except ValueError:
        return text
