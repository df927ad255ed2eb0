"""Cells from a few rows written by hand, for the examples and tests of a measure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import pyarrow as pa

from shall.core.log import ROLES, Binding, Column, GroupDef, Kind
from shall.tally import Cells, Need, Tally, accumulate, compile_plan

SUMS: Final = {"score": ("score",), "(score - label)**2": ("score", "label"), "(score - label)**4": ("score", "label")}
COUNTED: Final = ("label", "decision", "score")


def cells(*, by: Sequence[str] = (), sums: Sequence[str] | None = None, axes: Sequence[str] | None = None,
          kind: Kind = "binary", classes: Sequence[str] = (), facts: Mapping[str, float] = MappingProxyType({}),
          **columns: Sequence[Any]) -> Cells:
    """The cells of a log written by hand.

    A column called like a role (``label``, ``decision``, ``score``, ``unit``, …) plays it; 1 is the
    positive label, None a missing value; ``score_cat`` is the score of the class cat, one of ``classes``. ``by`` names
    the columns to group by; every other column is an axis, of numbers or of text, unless ``axes`` says which there
    are. ``facts`` are those of the subject. ``sums`` are the expressions to add up; by default those of the built-in
    measures that the columns allow.

    >>> cells(label=[1, 0, 1], sex=["F", "F", "M"], by=["sex"]).table("label")
    array([[1, 1, 0],
           [0, 1, 0]])
    """
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    if sums is None:
        sums = [text for text, roles in SUMS.items() if {*roles} <= {*columns} and kind == "binary"]
    if axes is None:
        axes = [] if kind != "binary" else [_axis(table.schema.field(name)) for name in columns if name not in by]
    need = Need(groups=tuple(by), axes=tuple(axis for axis in axes if axis), sums=tuple(sums))
    return tally(table, [need], by, kind=kind, classes=tuple(classes), facts=tuple(facts.items())).cells(need)


def tally(table: pa.Table, needs: Iterable[Need], by: Iterable[str] = (), batch: int | None = None,
          **binding: Any) -> Tally:
    """What ``needs`` count of a table, in batches of so many rows.

    Columns called like roles play them; ``by`` are groups; ``binding`` is what else a Binding says.
    """
    classes = binding.get("classes", ())
    if classes:
        scores = tuple((name, f"score_{name}") for name in classes if f"score_{name}" in table.column_names)
        binding = {**binding, "kind": "multiclass", "scores": scores}
    bound = Binding(
        roles=tuple((role, Column(role)) for role in ROLES if role in table.column_names),
        groups=tuple(GroupDef(name, name) for name in by), **binding)
    return accumulate(compile_plan(needs, bound), table.to_batches(max_chunksize=batch))


def _axis(field: pa.Field[Any]) -> str:
    """The axis that a column is counted on; none for roles that are no axis."""
    if field.name in ROLES:
        return field.name if field.name in COUNTED else ""
    text = pa.types.is_string(field.type) or pa.types.is_large_string(field.type) or pa.types.is_dictionary(field.type)
    return f"{'category' if text else 'value'}:{field.name}"
