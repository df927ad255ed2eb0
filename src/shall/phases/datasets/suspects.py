"""The labels that are likeliest to be wrong, ranked: a list for those who label again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.frames import is_text
from shall.adapters.writing import write
from shall.core.errors import InputError
from shall.phases.datasets.asking import Material, Progress, confident
from shall.phases.datasets.looking import HARD

OURS: Final = ("row", "given", "likelier", "wrong", "suspicious")
FORMULA: Final = r"^[=+\-@\t\r\n＝＋－＠]"
NUMBER: Final = r"^[-+]?[0-9]+([.,][0-9]*)?$"
OVERLAP: Final = ("so many labels are suspicious that hard rows are among them: where the classes overlap everywhere, "
                  "no row is sure, and fewer labels are wrong than it seems")


@dataclass(frozen=True)
class Suspects:
    """Suspicious labels first, then all others; within each by how likely they are to be wrong, the likeliest first.

    ``table`` has the columns `row` (place in the data, from 0), the id where there is one, `given` (the label),
    `likelier` (what it is likelier to be), `wrong` (0 to 1: how likely the label is to be wrong), `suspicious` (whether
    the measure `label_noise` counts it), and what was asked to be kept.
    """

    table: pa.Table
    rows: int                               # with a label, that were looked at
    suspicious: int                         # of them
    notes: tuple[str, ...] = field(default=())

    @property
    def expected(self) -> float:
        """How many labels of the table are likely to be wrong."""
        return float(np.sum(self.table.column("wrong").to_numpy()))

    def write(self, path: str | Path) -> None:
        """Into a file, `.csv`, `.parquet` or `.arrow`; InputError where it cannot be written.

        A CSV is opened by people in sheets: a text that one would take for a formula gets an apostrophe before it.
        """
        table = _no_formulas(self.table) if Path(path).suffix.lower() == ".csv" else self.table
        write(table.to_batches(), table.schema, Path(path))

    def described(self) -> dict[str, Any]:
        """As plain data; dates and the like as text."""
        plain = [{name: value if isinstance(value, bool | int | float | str | None) else str(value)
                  for name, value in row.items()} for row in self.table.to_pylist()]
        return {"rows": self.rows, "suspicious": self.suspicious, "expected": self.expected, "labels": plain,
                "notes": list(self.notes)}


def _no_formulas(table: pa.Table) -> pa.Table:
    columns = []
    for column, kind in zip(table.columns, table.schema.types, strict=True):
        if is_text(kind):
            texts = column.cast(pa.string())
            formulas = pc.and_not(pc.match_substring_regex(texts, FORMULA), pc.match_substring_regex(texts, NUMBER))
            column = pc.if_else(formulas, pc.binary_join_element_wise("'", texts, ""), texts)
        columns.append(column)
    names = [f"'{name}" if re.match(FORMULA, name) else name for name in table.column_names]
    return pa.table(columns, names=names)


def suspects(material: Material, most: int | None = None, keep: Sequence[str] = (),
             progress: Progress | None = None) -> Suspects:
    """Rank the labels of some rows.

    Args:
        material: rows, which column is what, and what may be learned from.
        most: so many labels, the first of the ranking; else those that are suspicious.
        keep: other columns that stand beside them.
        progress: called with what is being done, and the models learned since the last call.

    Raises DataError where labels cannot be told apart (`label_noise` says when), InputError for ``keep``.
    """
    table, name = material.table, material.binding.column("label")
    beside = _beside(material, keep)
    wrong, other, flagged = confident(material, progress)
    known = np.flatnonzero(material.label >= 0)
    order = known[np.lexsort((-wrong[known], ~flagged[known]))]
    order = order[flagged[order]] if most is None else order[:most]
    values = table.column(name).combine_chunks()
    first = np.unique(material.label[known], return_index=True)[1]
    found = {"row": pa.array(order), **{one: table.column(one).take(pa.array(order)) for one in beside},
             "given": values.take(pa.array(order)), "likelier": values.take(pa.array(known[first[other[order]]])),
             "wrong": pa.array(wrong[order]), "suspicious": pa.array(flagged[order])}
    notes = (OVERLAP,) if flagged.sum() > HARD * len(known) else ()
    return Suspects(pa.table(found), len(known), int(flagged.sum()), notes)


def _beside(material: Material, keep: Sequence[str]) -> list[str]:
    there, own = material.table.column_names, material.binding.column("id")
    if strange := [name for name in keep if name not in there]:
        raise InputError(f"there is no column {strange[0]} to keep; there are {', '.join(there)}")
    found = [*dict.fromkeys([*([own] if own else []), *keep])]
    if both := [name for name in found if name in OURS]:
        raise InputError(f"the column {both[0]} cannot be kept: a column of the list is called so; rename it first")
    return found
