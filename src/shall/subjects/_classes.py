"""Which value of a label, and of a decision, is the positive one."""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError

CODES: Final = {"0", "1", "true", "false"}  # of which everybody knows the positive one
FEW: Final = 20                             # distinct labels that a message shows


def positive_of(peek: pa.Table, roles: dict[str, str], positive: str | None) -> str:
    """The positive class; DataError where it cannot be told, or does not occur among the labels."""
    role = "label" if "label" in roles else "decision"
    if role not in roles:
        return positive or "1"
    name = roles[role]
    values = _values(peek, name)
    shown = ", ".join(sorted(values)[:FEW])
    if positive is None:
        if not values <= CODES:
            raise DataError(f"which value of {name} is the positive one? It has {shown}: "
                            f'say it in the file, [subject] positive = "{sorted(values)[-1]}"')
        return "true" if values & {"true", "false"} else "1"
    written = (value for value in sorted(values) if _same(value, positive))
    said = positive if positive in values else next(written, positive)
    if said not in values and (len(values) > 1 or not values <= CODES):
        raise DataError(f'no {role} is "{positive}": column {name} has {shown}. Mend [subject] positive in the file')
    return said


def decided_of(peek: pa.Table, roles: dict[str, str], positive: str) -> str | None:
    """The positive decision where it is not written as the positive label is: 1 or true."""
    if "decision" not in roles or "label" not in roles:
        return None
    values = _values(peek, roles["decision"])
    if positive in values or values <= _values(peek, roles["label"]):
        return None
    if values <= CODES:
        return "true" if values & {"true", "false"} else "1"
    shown = ", ".join(sorted(values)[:FEW])
    raise DataError(f"column {roles['decision']} has the decisions {shown}, none of which is the positive label "
                    f'"{positive}", nor are they 0 and 1')


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


def _same(one: str, other: str) -> bool:
    """Whether two texts are one number, true being 1."""
    return _number(one) is not None and _number(one) == _number(other)


def _number(text: str) -> float | None:
    if text.lower() in ("true", "false"):
        return float(text.lower() == "true")
    try:
        return float(text)
    except ValueError:
        return None
