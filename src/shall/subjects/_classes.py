"""Which classes there are, and which value of a label, and of a decision, is the positive one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.core.errors import DataError
from shall.core.words import number_of

CODES: Final = {"0", "1", "true", "false"}  # of which everybody knows the positive one
FEW: Final = 20                             # distinct labels that a message shows
MOST: Final = 1000                          # classes of one subject


def positive_of(peek: pa.Table, roles: dict[str, str], positive: str | None) -> str:
    """The positive class; DataError where it cannot be told, or where neither labels nor decisions know it.

    The first labels of a log may be all of one class: then it has to be one that is decided, as the positive one is.
    """
    role = "label" if "label" in roles else "decision"
    if role not in roles:
        return positive or "1"
    name = roles[role]
    values = values_of(peek, name)
    shown = ", ".join(sorted(values)[:FEW])
    if positive is None:
        if not values <= CODES:
            raise DataError(f"which value of {name} is the positive one? It has {shown}: "
                            f'say it in the file, [subject] positive = "{sorted(values)[-1]}"')
        return "true" if values & {"true", "false"} else "1"
    written = (value for value in sorted(values) if _same(value, positive))
    said = positive if positive in values else next(written, positive)
    decided = values_of(peek, roles["decision"]) if "decision" in roles else set()
    known = values <= CODES or {said, *values} <= decided
    if said not in values and (len(values) > 1 or not known):
        raise DataError(f'no {role} is "{positive}": column {name} has {shown}. Mend [subject] positive in the file')
    return said


def negative_of(peek: pa.Table, roles: dict[str, str], positive: str) -> tuple[str, ...]:
    """The labels that all count as no, where there are several of them."""
    others = values_of(peek, roles["label"]) - {positive} if "label" in roles else set()
    return in_order(others) if len(others) > 1 else ()


def decided_of(peek: pa.Table, roles: dict[str, str], positive: str) -> str | None:
    """The positive decision where it is not written as the positive label is: 1 or true."""
    if "decision" not in roles or "label" not in roles:
        return None
    values = values_of(peek, roles["decision"])
    if positive in values or values <= values_of(peek, roles["label"]):
        return None
    if values <= CODES:
        return "true" if values & {"true", "false"} else "1"
    shown = ", ".join(sorted(values)[:FEW])
    raise DataError(f"column {roles['decision']} has the decisions {shown}, none of which is the positive label "
                    f'"{positive}", nor are they 0 and 1')


def classes_of(peek: pa.Table, roles: dict[str, str], scores: Iterable[str]) -> tuple[str, ...]:
    """The classes of a subject with several, in order; DataError where there are too many to be classes."""
    found = {*scores}.union(*(values_of(peek, roles[role]) for role in ("label", "decision") if role in roles))
    if len(found) > MOST:
        column = roles.get("label", roles.get("decision"))
        raise DataError(f"column {column} has more than {MOST:,} different values, too many for classes: if it is a "
                        "number to be predicted, say [subject] kind = \"regressor\"; if not, name its classes, "
                        "[subject] classes = [\"…\"]")
    return in_order(found)


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Numbers in their order, then texts in theirs."""
    numbers = {name: number_of(name) for name in names}
    return tuple(sorted(numbers, key=lambda name: (numbers[name] is None, numbers[name] or 0.0, name)))


def values_of(peek: pa.Table, name: str) -> set[str]:
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
    return number_of(one) is not None and number_of(one) == number_of(other)
