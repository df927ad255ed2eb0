"""What a worker of Spark does: count slices of files or rows that it is given, digest files, add tallies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import pyarrow as pa

from shall.adapters.files import ParquetLog, digest_of_files
from shall.adapters.frames import BATCH, TableLog
from shall.adapters.slices import Slice
from shall.tally import Plan, Tally, accumulate, plan_from_json

TALLIED: Final = "at long, tally binary"
DIGESTED: Final = "at long, content string"
Batches = Iterable[pa.RecordBatch]


def count_slices(plan: str, schema: bytes, slices: Sequence[Slice], batches: Batches) -> Iterator[pa.RecordBatch]:
    """A tally for each slice whose number comes."""
    compiled, types = plan_from_json(plan), pa.ipc.read_schema(pa.py_buffer(schema))
    for at in _numbers(batches):
        path, values, begin, end = slices[at]
        log = ParquetLog({Path(path): values}, path, types)
        rows = log.batches_of(Path(path), compiled.columns, range(begin, end))
        yield _row(at, accumulate(compiled, rows))


def count_rows(plan: str, batches: Batches) -> Iterator[pa.RecordBatch]:
    """One tally for all rows of a partition."""
    from pyspark import TaskContext

    compiled = plan_from_json(plan)
    context = TaskContext.get()
    yield _row(context.partitionId() if context else 0, accumulate(compiled, _large(batches, compiled)))


def merge(plan: str, batches: Batches) -> Iterator[pa.RecordBatch]:
    """One tally for all that come."""
    compiled, total, first = plan_from_json(plan), None, 0
    for batch in batches:
        for at, content in zip(batch.column("at").to_pylist(), batch.column("tally"), strict=True):
            tally = Tally.from_bytes(content.as_py(), compiled)
            total, first = (tally, at) if total is None else (total + tally, first)
    if total is not None:
        yield _row(first, total)


def digest_paths(paths: Sequence[str], batches: Batches) -> Iterator[pa.RecordBatch]:
    """SHA-256 of each file whose number comes."""
    for at in _numbers(batches):
        yield pa.record_batch({"at": pa.array([at], pa.int64()),
                               "content": pa.array([digest_of_files((Path(paths[at]),))])})


def _numbers(batches: Batches) -> Iterator[int]:
    for batch in batches:
        yield from batch.column(0).to_pylist()


def _row(at: int, tally: Tally) -> pa.RecordBatch:
    return pa.record_batch({"at": pa.array([at], pa.int64()), "tally": pa.array([tally.to_bytes()], pa.binary())})


def _large(batches: Batches, plan: Plan) -> Iterator[pa.RecordBatch]:
    """The rows in batches that are worth counting: Spark sends ten thousand at a time."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(part.num_rows for part in waiting) >= BATCH // 4:
            yield from TableLog(pa.Table.from_batches(waiting)).batches(plan.columns)
            waiting = []
    if waiting:
        yield from TableLog(pa.Table.from_batches(waiting)).batches(plan.columns)
