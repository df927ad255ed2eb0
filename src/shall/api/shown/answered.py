"""The rows that a version answered up to a moment, held in memory with the labels that were there then.

A log goes on being written while people look at it. What they see stands still at a moment, so that counts are kept and
a click reads nothing; the next moment reads on from where this one stopped.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from shall.adapters.decisions import LoggedDecisions
from shall.adapters.frames import TableLog
from shall.adapters.joined import EVIDENCE
from shall.adapters.late import LateLabels
from shall.api.opening import log_at
from shall.api.service.log_columns import kind_of, own_columns
from shall.core.log import Column
from shall.journal.layout import parts
from shall.journal.segments import give_back
from shall.journal.snapshot import Piece
from shall.spec import ShallFile

MOST: Final = 1_000_000                     # rows that are held: the newest
WHOLE: Final = 2**16                        # rows of a chunk that is not put together with the next any more
AT_ONCE: Final = 2**12                      # rows that are handed out at once: those who answer run in between
REST: Final = 0.0005                        # seconds between two batches: those who answer need not ask for their turn
TEXT: Final = pa.dictionary(pa.int32(), pa.string())
TYPES: Final = {"number": pa.float64(), "truth": pa.bool_(), "date": pa.timestamp("us", "UTC"), "text": TEXT}


class AnsweredLog(TableLog):
    """A table in memory that is handed out in small batches."""

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns."""
        for batch in super().batches(columns):
            for start in range(0, batch.num_rows, AT_ONCE):
                yield batch.slice(start, AT_ONCE)
                time.sleep(REST)


@dataclass(frozen=True, slots=True)
class Answered:
    """Rows up to a moment. ``file``: the shall file, with what a service knows of its own log."""

    file: ShallFile
    log: AnsweredLog
    until: datetime.datetime | None         # when the newest row was answered; None: there is no row
    labelled: int
    older: bool                             # whether there are older rows, which are not held
    missing: tuple[str, ...]                # columns that the file names and nobody logged
    ids: pa.ChunkedArray                    # of the decisions, whatever the file calls the id of a row

    def spread(self, most: int) -> AnsweredLog:
        """Every k-th row, so that there are no more than ``most``: of the newest alone few would have a label."""
        every = -(-self.log.rows // most)
        return self.log if every < 2 else AnsweredLog(
            self.log.table.take(pa.array(range(0, self.log.rows, every), pa.int64())), self.log.name)

    def words(self, model: str) -> str:
        """In a sentence."""
        if self.until is None:
            return f"{model} has answered no row yet that was logged"
        newest = "the newest " if self.older else ""
        lacks = f"; not logged: {', '.join(self.missing)}" if self.missing else ""
        return (f"{newest}{self.log.rows:,} rows that {model} answered, up to {self.until:%Y-%m-%d %H:%M:%S} UTC; "
                f"{self.labelled:,} of them had a label then{lacks}")


class Answering:
    """The log of one model, ``"income@7"``, in a folder that grows; ``labels``: where its labels come later.

    For one thread at a time. It raises DataError where the log cannot be read.
    """

    def __init__(self, folder: Path, model: str, file: ShallFile, labels: Path, most: int = MOST) -> None:
        self._folder, self._model, self._file, self._labels, self._most = folder, model, file, labels, most
        self._late: LateLabels | None = None
        self._log: LoggedDecisions | None = None            # what was there last: its journals are read on
        self._forget()

    def look(self) -> Answered:
        """What is there now."""
        if not self._read <= {(part.writer, part.number) for part in parts(self._folder)}:
            self._forget()                  # rows were let go of: they are shown no more
        since = {writer: number for writer, (number, _) in self._done.items()}
        log = LoggedDecisions(self._folder, since, self._held, self._log)
        self._log = log
        self._take(log)
        file = _as_logged(self._file, log)
        named = {mention.name for mention in file.mentions} | {column.name for column in file.columns.values()}
        table = _together(self._tables, log.schema)
        weight = log.named("weight")
        if pc.any(pc.not_equal(table.column(weight), 1.0)).as_py() and "weight" not in file.columns:
            file, named = replace(file, columns={**file.columns, "weight": Column(weight)}), named | {weight}
        until = pc.max(table.column(log.named("time"))).as_py()
        kept = {*log.about_rows(named).schema.names}
        table, missing = _filled(table.select([name for name in table.column_names if name in kept]), file)
        table, labelled = self._labelled(table, file)
        ids = table.column(log.named("id"))
        own = {log.named("id"), log.named("time")} - {column.name for column in file.columns.values()}
        give_back()
        return Answered(file, AnsweredLog(table.drop_columns([*own]), self._model), until, labelled, self._older,
                        missing, ids)

    def _forget(self) -> None:
        self._tables: list[pa.Table] = []
        self._done: dict[str, tuple[int, int]] = {}         # of each writer the part that was read last, and its rows
        self._read: set[tuple[str, int]] = set()
        self._held: set[Path] = set()       # segments that were found as they were sealed
        self._log = None
        self._older = False

    def _take(self, log: LoggedDecisions) -> None:
        """What is new, in the order of the log; of a long one the newest."""
        some, had = [], 0
        for piece in sorted(log.pieces, key=_age, reverse=True):
            if had >= self._most:
                self._older = True
                continue
            number, read = self._done.get(piece.part.writer, (0, 0))
            some.append((piece.part.writer, piece.part.number,
                         _own(log, piece, read if piece.part.number == number else 0, self._model)))
            had += len(some[-1][2])
            time.sleep(REST)
        for _, _, table in sorted(some, key=lambda one: (int(one[0][1:]), one[1])):
            self._add(table)
        for piece in log.pieces:
            self._read.add((piece.part.writer, piece.part.number))
            if piece.part.number >= self._done.get(piece.part.writer, (0, 0))[0]:
                self._done[piece.part.writer] = piece.part.number, piece.rows

    def _add(self, table: pa.Table) -> None:
        """With the newest rows; the oldest make room."""
        if not len(table):
            return
        if self._tables and len(self._tables[-1]) < WHOLE:
            both = pa.concat_tables([self._tables.pop(), table], promote_options="permissive")
            table = both.unify_dictionaries().combine_chunks()
        self._tables.append(table)
        while sum(map(len, self._tables[1:])) >= self._most:
            self._tables.pop(0)
            self._older = True

    def _labelled(self, table: pa.Table, file: ShallFile) -> tuple[pa.Table, int]:
        """With the labels that are there now, and how many rows have one."""
        target = file.subject.target or (file.columns["label"].name if "label" in file.columns else "label")
        if target in table.column_names:
            column = table.column(target)
            return table, len(column) - column.null_count
        on = next((name for name in EVIDENCE if name in table.column_names), file.columns["id"].name)
        if self._late is None:
            self._late = LateLabels(self._labels, lambda: log_at(file, self._labels), on, target)
        self._late.look()
        labels = self._late.of(table.column(on).combine_chunks(), self._model)
        labels = labels.cast(pa.string()) if pa.types.is_null(labels.type) else labels
        return table.append_column(target, labels), len(labels) - labels.null_count


def _own(log: LoggedDecisions, piece: Piece, start: int, model: str) -> pa.Table:
    """The rows of a piece after some, that one model answered."""
    name, ids = log.named("model"), log.named("id")
    found = []
    for batch in log.batches_of(piece, log.schema.names, start):
        own = batch.filter(pc.equal(batch.column(name).cast(pa.string()), model))
        found.append(own.set_column(own.schema.get_field_index(ids), ids, own.column(ids).cast(pa.string())))
    return pa.Table.from_batches(found) if found else pa.table({})


def _together(tables: Sequence[pa.Table], schema: pa.Schema) -> pa.Table:
    return pa.concat_tables(tables, promote_options="permissive") if tables else schema.empty_table()


def _as_logged(file: ShallFile, log: LoggedDecisions) -> ShallFile:
    """The file with what a service knows of its own log."""
    file = own_columns(file, log.schema.names)
    return replace(file, columns={"time": Column(log.named("time")), "id": Column(log.named("id")), **file.columns})


def _filled(table: pa.Table, file: ShallFile) -> tuple[pa.Table, tuple[str, ...]]:
    """With an empty column for each that the file names and nobody logged; which those are."""
    late = {file.subject.target} | {file.columns[role].name for role in ("label",) if role in file.columns}
    missing = [name for name in dict.fromkeys(mention.name for mention in file.mentions)
               if name not in table.column_names and name not in late]
    for name in missing:
        table = table.append_column(name, pa.nulls(len(table), TYPES[kind_of(name, file)]))
    return table, tuple(missing)


def _age(piece: Piece) -> float:
    try:
        return piece.part.path.stat().st_mtime
    except FileNotFoundError:               # it was sealed, or let go of, just now: reading it says so
        return 0.0
