"""Work on the rows of Parquet files by the workers of Spark, Ray or Dask: a part of the result for each slice.

Every worker finds the files, and the folder of the result, under the same paths. What a worker is given is a function
from record batches to record batches; the rows keep their order, a slice after the other.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from shall.adapters.files import ParquetLog
from shall.adapters.slices import Slice, slices_of, stamps_of
from shall.adapters.spark_session import plainly, session
from shall.adapters.workers import side_by_side
from shall.adapters.writing import Seen, write
from shall.core.errors import DataError, InputError, MissingExtra

ROWS: Final = 2**18                         # of a slice, or one row group more
DONE: Final = "at long, seen string"
Batches = Iterable[pa.RecordBatch]
Work = Callable[[Batches], Iterator[pa.RecordBatch]]


@dataclass(frozen=True, slots=True)
class Task:
    """All that a worker needs, but which slice."""

    work: Work
    slices: Sequence[Slice]
    reads: bytes                            # the schema of the log
    columns: Sequence[str]
    writes: bytes                           # the schema of the result
    counted: Sequence[str]
    folder: str

    def __call__(self, at: int) -> str:
        """Do one slice; what was written, as JSON."""
        part = self.slices[at]
        log = part.log(pa.ipc.read_schema(pa.py_buffer(self.reads)))
        batches = log.batches_of(log.files[0], self.columns, range(part.begin, part.end))
        seen = write(self.work(batches), pa.ipc.read_schema(pa.py_buffer(self.writes)),
                     Path(self.folder) / f"part-{at:05}.parquet", self.counted)
        return json.dumps(seen.plain())

    def several(self, batches: Batches) -> Iterator[pa.RecordBatch]:
        """Do the slices whose numbers come, as Spark sends them."""
        for batch in batches:
            for at in batch.column(0).to_pylist():
                yield pa.record_batch({"at": pa.array([at], pa.int64()), "seen": pa.array([self(at)])})


def mapped(on: str, log: Any, work: Work, columns: Sequence[str], schema: pa.Schema, out: Path, *,
           counted: Sequence[str] = ()) -> Seen:
    """The result as a folder of Parquet files, which appears when all are there.

    Args:
        on: `spark://host:7077` or `local[2]`; `ray`; `dask` (processes here) or `tcp://host:8786`.
        log: Parquet files.
        work: from record batches of ``columns`` to those of ``schema``; it is sent to the workers.
        columns: of the log.
        schema: of the result.
        out: a folder that does not exist.
        counted: columns of the result whose missing and other values are counted.

    Raises InputError where nothing answers or the log is of another kind, DataError where a file changes meanwhile.
    """
    if not isinstance(log, ParquetLog):
        raise InputError(f"only Parquet files are given to workers, and {log.name} is none: write it as Parquet")
    if out.exists() or not out.absolute().parent.is_dir():
        raise InputError(f"{out} cannot be written: "
                         f"{'it exists; name another folder' if out.exists() else 'its folder is not there'}")
    before, rows, slices = stamps_of(log), log.rows, [*slices_of(log, ROWS)]
    folder = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    task = Task(work, slices, log.schema.serialize().to_pybytes(), tuple(columns), schema.serialize().to_pybytes(),
                tuple(counted), str(folder))
    try:
        seen = Seen.added(json.loads(told) for told in _done(on, task, len(slices)))
        if seen.rows != rows or before != stamps_of(log):
            raise DataError(f"{log.name} was changed while it was read: start again")
        folder.chmod(0o755)
        folder.rename(out)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return seen


def _done(on: str, task: Task, number: int) -> list[str]:
    if on == "ray":
        return side_by_side(task, range(number), on="ray")
    if on == "dask" or on.startswith("tcp://"):
        return _by_dask("" if on == "dask" else on, task, number)
    if on.startswith(("spark://", "local[")) or on == "local":
        return _by_spark(on, task, number)
    raise InputError(f"there are no workers {on!r}: write spark://HOST:7077, local[2], ray, dask or tcp://HOST:8786")


def _by_spark(master: str, task: Task, number: int) -> list[str]:
    with session(master) as running, plainly():
        frame = running.range(0, number, 1, max(number, 1))
        return [row["seen"] for row in frame.mapInArrow(partial(Task.several, task), DONE).collect()]


def _dask() -> tuple[Any, Any]:
    try:
        import dask
        from distributed import Client
    except ImportError as error:
        raise MissingExtra("dask", "dask", "work on Dask") from error
    return dask, Client


def _by_dask(address: str, task: Task, number: int) -> list[str]:
    dask, Client = _dask()
    work = [dask.delayed(task)(at) for at in range(number)]
    if not address:
        return list(dask.compute(*work, scheduler="processes"))
    try:
        client = Client(address, timeout="10s")
    except (OSError, TimeoutError) as error:
        raise InputError(f"no scheduler of Dask answers at {address}: is it running?") from error
    with client:
        return list(client.gather(client.compute(work)))
