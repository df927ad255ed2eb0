"""`init` and `split`: from a table to a proposed shall file, and to train and gate."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shall import adapters, spec
from shall.api.opening import opened, peek
from shall.core.errors import DataError, ShallError
from shall.core.evidence import Evidence
from shall.core.log import Log
from shall.core.verdict import Verdict
from shall.phases import split as phase
from shall.phases.check import Progress, count
from shall.phases.measuring import judge, prepare
from shall.phases.split import By
from shall.spec.guesses import ColumnProfile, Profile
from shall.spec.problems import did_you_mean
from shall.spec.propose import Measured, Proposal, propose, proposed_text
from shall.subjects import classifier, id_of, regressor

KINDS: Final = (
    ("boolean", pa.types.is_boolean), ("whole", pa.types.is_integer), ("number", pa.types.is_floating),
    ("number", pa.types.is_decimal), ("text", pa.types.is_string), ("text", pa.types.is_large_string),
    ("time", pa.types.is_temporal))
MOST: Final = 50                            # values of a column that a profile holds


@dataclass(frozen=True, slots=True)
class Parted:
    """The files that `split` wrote."""

    train: Path
    gate: Path
    train_rows: int
    gate_rows: int
    how: str


def init(data: Any, *, target: str | None = None, name: str = "", extends: Sequence[str] = (),
         progress: Progress | None = None) -> str:
    """Propose a shall file for a log or a table, as TOML text; every guess is commented with the value measured now.

    Args:
        data: a path or any frame.
        target: the label column, where it cannot be guessed.
        name: of the file as the proposal shall name it; else the path that was given.
        extends: packs of requirements that the file shall have, by name.
        progress: called with what is being done and the rows done since the last call.
    """
    log = adapters.open_log(data)
    if target is not None and target not in log.schema.names:
        meant = did_you_mean(target, log.schema.names, "its columns are")
        raise DataError(f"{log.name} has no column {target}; {meant}")
    profile = _profile(log, name or (str(data) if isinstance(data, str | Path) else "data.parquet"))
    if not profile.rows:
        raise DataError(f"{log.name} has no rows, so nothing can be proposed: give rows, with or without labels")
    proposal = propose(profile, target, tuple(spec.shipped_pack(pack) for pack in dict.fromkeys(extends)))
    figures = _measured(proposal, log, progress)
    if proposal.turned and "score" in profile.roles and _upside_down(figures.get("useful")):
        proposal = proposal.turned
        figures = _measured(proposal, log, progress)
    return proposed_text(proposal, figures)


def split(data: Any, *, share: float = 0.3, by: By = "hash", column: str | None = None,
          into: str | Path | None = None) -> Parted:
    """Write train and gate of a table beside it (or into a folder) as Parquet.

    Args:
        data: a path or any frame.
        share: of the rows (of the units, the latest rows) that become the gate.
        by: ``hash`` of the id, ``time``, or ``unit``.
        column: the column of the id, the time or the unit; the id is found by its name.
        into: folder of the two files; beside ``data`` if not given.
    """
    log = adapters.open_log(data)
    if by == "hash" and column is None:
        column = id_of(log.schema.names)
    made = phase.split(pa.Table.from_batches(log.batches(log.schema.names)), share, by, column)
    path = Path(data) if isinstance(data, str | Path) else Path("data.parquet")
    folder = Path(into) if into is not None else path.parent
    folder.mkdir(parents=True, exist_ok=True)
    stem = path.stem if path.suffix else path.name
    places = (folder / f"{stem}.train.parquet", folder / f"{stem}.gate.parquet")
    for table, place in zip((made.train, made.gate), places, strict=True):
        pq.write_table(table, place, compression="zstd")
    return Parted(*places, made.train.num_rows, made.gate.num_rows, made.how)


def _profile(log: Log, name: str) -> Profile:
    table = pa.Table.from_batches(log.batches(log.schema.names), log.schema) if log.schema.names else pa.table({})
    columns = tuple(_column(table, column) for column in table.column_names)
    return Profile(name, table.num_rows, columns, _roles(classifier, log), _roles(regressor, log), classifier.PREFIXES)


def _roles(kind: Any, log: Log) -> dict[str, str]:
    """The columns that seem to play a role of this kind of subject."""
    try:
        return {role: column.name for role, column in kind.guessed_roles(peek(log)).items()}
    except DataError:
        return {}


def _column(table: pa.Table, name: str) -> ColumnProfile:
    column = table.column(name)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    counted = pc.value_counts(column.drop_null()).to_pylist()
    frequent = sorted(counted, key=lambda entry: (-entry["counts"], str(entry["values"])))[:MOST]
    kind = _kind(column.type)
    found = ColumnProfile(name, kind, len(counted), tuple((_text(e["values"]), e["counts"]) for e in frequent),
                          column.null_count)
    if kind not in ("whole", "number") or not counted:
        return found
    ends = pc.min_max(column).as_py()
    return replace(found, low=float(ends["min"]), high=float(ends["max"]),
                   spread=pc.stddev(column.cast(pa.float64())).as_py())


def _kind(kind: pa.DataType) -> Any:
    return next((name for name, holds in KINDS if holds(kind)), "other")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _measured(proposal: Proposal, log: Log, progress: Progress | None) -> dict[str, Measured]:
    """What each proposed requirement gives now; nothing where the table has no decisions yet."""
    try:
        subject = opened(spec.loads(proposed_text(proposal), "the proposal"), log)
        examination = prepare(proposal.requirements, subject.binding)
        verdicts = judge(examination, count(examination, log, progress), {}, on=datetime.date.today(), phase="check")
    except ShallError:
        return {}
    return {verdict.name: _figures(verdict) for verdict in verdicts}


def _upside_down(area: Measured | None) -> bool:
    """Whether high scores surely go with the negatives: then the other label is the positive one."""
    return area is not None and area.high is not None and area.high < 0.5


def _figures(verdict: Verdict) -> Measured:
    found: Evidence = verdict.deciding
    line, between = verdict.requirement, {"difference": " - "}.get(verdict.requirement.aggregate, " / ")
    pair = between.join(", ".join(f"{name} = {value}" if len(line.over) > 1 else value for name, value in group)
                        for group in found.worst if group)
    return Measured(found.value, found.low, found.high, found.reason or (f"worst: {pair}" if pair else ""))
