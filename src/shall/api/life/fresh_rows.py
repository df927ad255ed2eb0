"""Rows to learn from that came while a model was in service: its decisions that have a label by now."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import tomlkit

from shall import bundle
from shall.api.opening import Opened, log_at, opened
from shall.api.service.bundled import Loaded
from shall.api.service.log_columns import own_columns
from shall.bundle import contents
from shall.core.errors import DataError, InputError
from shall.journal.layout import LABELS, is_log
from shall.phases.split import split

LEAST: Final = 200                          # rows with a label
SHARE: Final = 0.3                          # of the rows that the gate takes
ROLES: Final = ("unit", "id", "time", "weight")
FILE: Final = "shall.toml"
PARTS: Final = ("train", "gate")


def fresh(one: Loaded, log: Path, labels: str | Path | None) -> tuple[Opened, pa.Table]:
    """The decisions that have a label: what the model takes, what its requirements need, and the label."""
    if one.file is None:
        raise InputError("its bundle has no shall file that can be read here, so nobody knows what it has to satisfy")
    beside = log / LABELS
    late = labels or (beside if is_log(beside) else None)
    there = log_at(one.file, log).schema.names
    subject = opened(own_columns(one.file, there), log, None if late is None else log_at(one.file, late))
    label = subject.binding.column("label")
    if label is None or label not in subject.log.schema.names:
        raise InputError("its decisions have no label, so there is nothing to learn from")
    names = [taken.name for taken in one.scorer.inputs] + [field.name for field in one.columns.context]
    names += [column for role in ROLES if (column := subject.binding.column(role)) is not None]
    wanted = [name for name in dict.fromkeys([*names, label]) if name in subject.log.schema.names]
    table = pa.Table.from_batches(subject.log.batches(wanted),
                                  pa.schema([subject.log.schema.field(name) for name in wanted]))
    table = _plain(table.filter(pc.is_valid(table.column(label))))
    if table.num_rows < LEAST:
        raise DataError(f"{table.num_rows:,} decisions have a label, and {LEAST} are needed: send more labels")
    return subject, table


def take(work: Path, place: Path, found: tuple[Opened, pa.Table]) -> None:
    """Keep the rows and the shall file of a run; the file comes last, so what is there is whole."""
    subject, table = found
    unit, weight = subject.binding.column("unit"), subject.binding.column("weight")
    parts = split(table, SHARE, "unit", unit) if unit in table.column_names else split(table, SHARE)
    for part, rows in zip(PARTS, (parts.train, parts.gate), strict=True):
        pq.write_table(rows, work / f"{part}.parquet", compression="zstd")
    document = tomlkit.parse(bundle.read(place).files[contents.SPEC].decode())
    data: Mapping[str, Any] = document.get("data", {})
    document["data"] = {**({"looks": data["looks"]} if "looks" in data else {}), "train": "train.parquet",
                        "gate": "gate.parquet"}
    for table_name, key in (("subject", "model"), ("build", "study"), ("build", "cluster"), ("columns", "score"),
                            ("columns", "decision")):
        if key in document.get(table_name, {}):
            del document[table_name][key]
    if weight is not None:
        document.setdefault("columns", {})["weight"] = weight
    beside = work / f"{FILE}.next"
    beside.write_text(tomlkit.dumps(document), encoding="utf-8")
    beside.replace(work / FILE)


def _plain(table: pa.Table) -> pa.Table:
    """The same without dictionaries: a file of rows is to be the same whatever came first."""
    return pa.table({name: column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column
                     for name, column in zip(table.column_names, table.columns, strict=True)})
