"""A log of decisions in service as it lies there: sealed segments, rows still in a journal, labels that came later."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shall.adapters.files import BATCH, digest_of_files, first_line, together
from shall.adapters.frames import TableLog, after, bare, is_text, require_columns
from shall.core.errors import DataError, StoreError
from shall.core.log import Log
from shall.journal import rows
from shall.journal.layout import LABELS, is_log
from shall.journal.snapshot import Piece, Snapshot, hold, taken

TEXT: Final = pa.dictionary(pa.int32(), pa.string())
KINDS: Final = {"text": TEXT, "truth": pa.bool_(), "date": rows.MOMENT}
FIXED: Final = {name: TEXT if is_text(kind) else kind
                for name, kind in zip(rows.FIXED, rows.FIXED_TYPES, strict=True)}
ANSWERED_BY: Final = ("code", "why", "decision_in_charge")      # written beside a decision
EVIDENCE: Final = r"^[a-z2-7]{13}-[0-9]+$"  # how an id of ours is written
AT_ONCE: Final = 2**12                      # rows of a journal that are handed out at once: others run in between


class LoggedDecisions:
    """What was logged when it was opened, by writer and in the order of writing, whatever is written meanwhile.

    Versions of a model may have logged other fields: rows without one have it missing. Raises DataError where
    something is damaged, or was let go while it is read. ``before``: of the same folder, as it was opened last.
    """

    def __init__(self, folder: Path, since: Mapping[str, int] | None = None, held: set[Path] | None = None,
                 before: LoggedDecisions | None = None) -> None:
        self.name = str(folder)
        self._seen: Snapshot = _snapshot(folder, since, None if before is None else before._seen)
        self._named = rows.columns_of(self._seen.fields)
        self._hidden: frozenset[str] = frozenset()
        self._model = ""                    # whose rows alone are read
        self._held: set[Path] = set() if held is None else held     # segments that were found as they were sealed

    @cached_property
    def schema(self) -> pa.Schema:
        """The fixed columns, then the fields of all versions."""
        return pa.schema([field for field in self._every if field.name not in self._hidden])

    @cached_property
    def _every(self) -> pa.Schema:
        fixed = [pa.field(self._named[name], kind) for name, kind in FIXED.items()]
        return pa.schema([*fixed, *(pa.field(one.name, KINDS.get(one.what) or self._number(one.name))
                                    for one in self._seen.fields)])

    def about_rows(self, keep: Collection[str] = ()) -> LoggedDecisions:
        """The same without what says how a row was answered: no requirement means that by `over feature`.

        The columns ``keep``, which somebody names, stay.
        """
        there = {one.name for one in self._seen.fields}
        hidden = {self._named[name] for name in FIXED if name not in ("id", "time")}
        hidden |= {f"decision_{name}" if f"decision_{name}" in there else name for name in ANSWERED_BY}
        found = copy(self)
        found._hidden = frozenset(hidden.difference(keep))
        found.__dict__.pop("schema", None)
        return found

    def of_model(self, model: str) -> LoggedDecisions:
        """The same with the rows of one model alone: "income@7"."""
        found = copy(self)
        found._model = model
        return found

    def models(self) -> dict[str, int]:
        """How many rows each model has, by name."""
        found: Counter[str] = Counter()
        for batch in self.batches([self._named["model"]]):
            found.update({one["values"]: one["counts"] for one in
                          pc.value_counts(batch.column(0).cast(pa.string())).to_pylist()})
        return dict(sorted(found.items()))

    def weight(self) -> str:
        """The column of weights, where not every row counts once: the log was sampled. An empty text otherwise."""
        name = self._named["weight"]
        sampled = any(pc.any(pc.not_equal(batch.column(0), 1.0)).as_py() for batch in self.batches([name]))
        return name if sampled else ""

    @property
    def rows(self) -> int:
        """How many there are."""
        return sum(self.models().values()) if self._model else sum(piece.rows for piece in self._seen.pieces)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, in this order; text comes as dictionaries."""
        require_columns(columns, self.schema.names, self.name)
        for piece in self._seen.pieces:
            if piece.rows and self._model:
                yield from self._own(piece, columns)
            elif not columns:
                yield bare(piece.rows)
            elif piece.rows:
                yield from self._of(piece, columns)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Its segments and journals, by writer and number."""
        return self._seen.pieces

    def named(self, fixed: str) -> str:
        """What one of the fixed columns is called here."""
        return self._named[fixed]

    def batches_of(self, piece: Piece, columns: Sequence[str], start: int = 0) -> Iterator[pa.RecordBatch]:
        """The rows of one of its pieces after the first ``start``; a column that none of them has is missing
        everywhere."""
        there = [name for name in columns if name in self.schema.names]
        for batch in self._of(piece, there, start) if there else [bare(max(piece.rows - start, 0))]:
            arrays = [batch.column(name) if name in there else pa.nulls(batch.num_rows) for name in columns]
            yield pa.RecordBatch.from_arrays(arrays, names=list(columns)) if columns else batch

    def digest(self) -> str:
        """SHA-256 over those of its segments and journals, in their order."""
        try:
            found = together([piece.digest or digest_of_files((piece.part.path,)) for piece in self._seen.pieces]
                             or [digest_of_files(())])
            return hashlib.sha256(f"{found}\n{self._model}".encode()).hexdigest() if self._model else found
        except FileNotFoundError as problem:
            raise self._gone(problem) from problem

    def _own(self, piece: Piece, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        name = self._named["model"]
        for batch in self._of(piece, list(dict.fromkeys([*columns, name]))):
            own = batch.filter(pc.equal(batch.column(name).cast(pa.string()), self._model))
            yield own.select(list(columns)) if columns else bare(own.num_rows)

    def _of(self, piece: Piece, columns: Sequence[str], start: int = 0) -> Iterator[pa.RecordBatch]:
        there = {field.name: field.name for field in piece.fields}
        there |= {self._named[name]: piece.columns[name] for name in FIXED}
        wanted = [there[name] for name in columns if name in there]
        for batch in self._read(piece, wanted, start):
            arrays = [_as(batch.column(there[name]), self._every.field(name).type) if name in there
                      else pa.nulls(batch.num_rows, self._every.field(name).type) for name in columns]
            yield pa.RecordBatch.from_arrays(arrays, names=list(columns))

    def _read(self, piece: Piece, columns: Sequence[str], start: int) -> Iterator[pa.RecordBatch]:
        if not columns:
            yield bare(max(piece.rows - start, 0))
            return
        if piece.table is not None:
            for first in range(start, piece.rows, AT_ONCE):
                yield from piece.table.select(columns).slice(first, AT_ONCE).combine_chunks().to_batches()
            return
        text = [name for name in columns if is_text(piece.schema.field(name).type)]
        try:
            if piece.part.path not in self._held:
                hold(piece)
                self._held.add(piece.part.path)
            with pq.ParquetFile(piece.part.path, read_dictionary=text, pre_buffer=False) as file:
                yield from after(file.iter_batches(BATCH, columns=list(columns)), start)
        except FileNotFoundError as problem:
            raise self._gone(problem) from problem
        except StoreError as problem:
            raise DataError(str(problem)) from problem
        except (pa.ArrowException, OSError, UnicodeDecodeError) as problem:
            raise DataError(f"{piece.part.path} cannot be read as Parquet: {first_line(problem)}") from problem

    def _number(self, name: str) -> pa.DataType:
        """Whole numbers stay whole where all of them are."""
        kinds = {piece.schema.field(name).type for piece in self._seen.pieces
                 if any(field.name == name for field in piece.fields)}
        return pa.int64() if kinds - {pa.null()} == {pa.int64()} else pa.float64()

    def _gone(self, problem: FileNotFoundError) -> DataError:
        return DataError(f"{problem.filename} was let go while {self.name} was read: start again")


def mixed(models: Collection[str]) -> str:
    """That rows of several models are taken together, and how to take those of one; nothing where it is one."""
    if len(models) < 2:
        return ""
    first, *_ = names = sorted(models)
    return (f"rows of {', '.join(names[:-1])} and {names[-1]} are taken together. Those of one: `shall watch --as "
            f"{first}`, or `where model = '{first}'` in a requirement")


def logged(folder: Path) -> Log:
    """The log of a folder that says that it is one: of decisions, or the newest label of each decision."""
    seen = _snapshot(folder)
    return TableLog(_newest(seen), str(folder)) if seen.kind == LABELS else LoggedDecisions(folder)


class SentLabels:
    """The newest label of each decision, from a log of labels that grows: read on from where the last look stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._table = rows.LABELS.empty_table()
        self._done: dict[str, tuple[int, int]] = {}         # of each writer the part that was read last, and its rows
        self._seen: Snapshot | None = None

    def look(self) -> None:
        """Take in what is new. DataError."""
        seen = _snapshot(self._folder, {writer: number for writer, (number, _) in self._done.items()}, self._seen)
        self._seen = seen
        fresh = []
        for piece in seen.pieces:
            number, read = self._done.get(piece.part.writer, (0, 0))
            table = piece.table if piece.table is not None else _whole(piece)
            fresh.append(table.slice(read if piece.part.number == number else 0))
            self._done[piece.part.writer] = piece.part.number, len(table)
        some = pa.concat_tables([rows.LABELS.empty_table(), *fresh])
        if len(some):
            ids = _resolved(self._folder.parent, some.column("id").combine_chunks())
            self._table = _last(pa.concat_tables([self._table, some.set_column(0, "id", ids)]))

    def known(self) -> tuple[pa.Array, pa.ChunkedArray]:
        """Ids, each once, and their labels."""
        return self._table.column("id").combine_chunks(), _one(self._table)

    def keep(self, places: pa.Array) -> None:
        """Let go of all but those at some places: their rows will not ask for them again."""
        self._table = self._table.take(places)


def unknown(folder: Path, names: Sequence[str]) -> list[str]:
    """Those of some names that are neither the id of a decision of a log nor the name of its request. DataError."""
    ids: list[str] = _resolved(folder, pa.array(names, pa.string())).to_pylist()
    left = {*ids}
    for batch in LoggedDecisions(folder).batches(_id_and_request(folder)[:1]):
        left.difference_update(batch.column(0).dictionary_decode().to_pylist())
    return [name for name, one in zip(names, ids, strict=True) if one in left]


def _snapshot(folder: Path, since: Mapping[str, int] | None = None, before: Snapshot | None = None) -> Snapshot:
    try:
        return taken(folder, since, before)
    except (StoreError, OSError) as problem:
        raise DataError(str(problem)) from problem


def _as(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if column.type == kind:
        return column
    return column.dictionary_encode() if kind == TEXT and pa.types.is_string(column.type) else column.cast(kind)


def _newest(seen: Snapshot) -> pa.Table:
    """id, label, time and source: of each decision what was said last, by the order of the log."""
    parts = [piece.table if piece.table is not None else _whole(piece) for piece in seen.pieces]
    table = pa.concat_tables([rows.LABELS.empty_table(), *parts])
    table = _last(table.set_column(0, "id", _resolved(seen.folder.parent, table.column("id").combine_chunks())))
    return pa.table({"id": table.column("id"), "label": _one(table),
                     "time": table.column("time"), "source": table.column("source")})


def _last(table: pa.Table) -> pa.Table:
    """Of each id what was said last."""
    table = table.sort_by("order")
    numbered = pa.table({"id": table.column("id"), "row": pa.array(range(len(table)), pa.int64())})
    last = numbered.group_by("id", use_threads=False).aggregate([("row", "max")]).column("row_max")
    return table.take(last.sort() if len(last) else last)


def _whole(piece: Piece) -> pa.Table:
    try:
        hold(piece)
        return pq.read_table(piece.part.path, use_threads=False).replace_schema_metadata(None)
    except StoreError as problem:
        raise DataError(str(problem)) from problem
    except (pa.ArrowException, OSError) as problem:
        raise DataError(f"{piece.part.path} cannot be read as Parquet: {first_line(problem)}") from problem


def _one(table: pa.Table) -> pa.ChunkedArray:
    """The labels in one column: numbers or truths where all are, else text."""
    said = {name: table.column(f"label_{name}") for name in ("number", "text", "truth")}
    for column in said.values():
        if column.null_count == 0:
            return column
    numbers = pc.if_else(pc.equal(pc.floor(said["number"]), said["number"]),
                         _texts(said["number"], pa.int64()), _texts(said["number"], pa.float64()))
    return pc.coalesce(said["text"], numbers, said["truth"].cast(pa.string()))


def _texts(column: pa.ChunkedArray, kind: pa.DataType) -> pa.ChunkedArray:
    return column.cast(kind, safe=False).cast(pa.string())


def _resolved(decisions: Path, ids: pa.Array) -> pa.Array:
    """Ids of decisions, also where a label names the request: of one with several decisions its place, "request#0"."""
    other = pc.invert(pc.match_substring_regex(ids, EVIDENCE))
    if not pc.any(other).as_py() or not is_log(decisions):
        return ids
    names, known = [], []
    for batch in LoggedDecisions(decisions).batches(_id_and_request(decisions)):
        found, asked = (column.dictionary_decode() for column in batch.columns)
        named = pc.not_equal(asked, "")
        known.append(found.filter(named))
        names.append(asked.filter(named))
    if not names:
        return ids
    request, decision = pa.chunked_array(names).combine_chunks(), pa.chunked_array(known).combine_chunks()
    places = pc.index_in(ids, _unlike(request))
    return pc.if_else(pc.and_(other, pc.is_valid(places)), decision.take(places), ids)


def _id_and_request(decisions: Path) -> list[str]:
    named = rows.columns_of(_snapshot(decisions).fields)
    return [named["id"], named["request"]]


def _unlike(requests: pa.Array) -> pa.Array:
    """Names for decisions by their request: with its place where several have one."""
    table = pa.table({"request": requests, "row": pa.array(range(len(requests)), pa.int64())})
    counted = table.group_by("request", use_threads=False).aggregate([("row", "count"), ("row", "min")])
    several = counted.filter(pc.greater(counted.column("row_count"), 1)).column("request")
    if not len(several):
        return requests
    seen: dict[str, int] = {}
    wanted = set(several.to_pylist())
    names = []
    for request in requests.to_pylist():
        place = seen.get(request, 0)
        seen[request] = place + 1
        names.append(f"{request}#{place}" if request in wanted else request)
    return pa.array(names, pa.string())
