"""Logs that a Spark cluster counts: Parquet files that its workers can read, and Spark's own data frames.

The workers run the same reader and the same kernel as one machine does (`shall.tally`), under
``mapInArrow``. Each task gives one tally in its wire form; the workers add them up in a tree, so that
only a few reach the driver. The package itself goes to the workers as a zip; they need numpy and pyarrow.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property, partial
from typing import Any, Final

import pyarrow as pa

from shall.adapters.files import ParquetLog
from shall.adapters.frames import require_columns
from shall.adapters.shown import Shown
from shall.adapters.slices import slices_of, stamps_of
from shall.adapters.spark_session import plainly, session, ship
from shall.adapters.spark_tasks import DIGESTED, TALLIED, count_rows, count_slices, digest_paths, merge
from shall.core.errors import DataError, InputError
from shall.tally import Plan, Tally, plan_to_json

SLICE: Final = 2**22                        # rows of a task, in whole row groups
FAN: Final = 32                             # tallies that one task adds up, and that reach the driver
Told = Callable[[int], None]


class SparkFiles:
    """Parquet files whose rows are counted where Spark runs; every worker finds them under the same paths."""

    def __init__(self, session: Any, log: ParquetLog) -> None:
        self._session, self._log = session, log
        self.name, self.schema = log.name, log.schema

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows, read by this process."""
        return self._log.batches(columns)

    def digest(self) -> str:
        """The digest of the log, from those of its files that the workers make."""
        paths = [str(path.absolute()) for path in self._log.files]
        with plainly():
            found = _frame(self._session, len(paths)).mapInArrow(partial(digest_paths, paths), DIGESTED).collect()
        contents = {row["at"]: row["content"] for row in found}
        return self._log.digest_of([contents[place] for place in range(len(paths))])

    def tally(self, plan: Plan, told: Told | None = None) -> Tally:
        """The tally of all rows; DataError where a file changes while it is counted."""
        before, slices, rows = stamps_of(self._log), [*slices_of(self._log, SLICE)], self._log.rows
        require_columns(plan.columns, self.schema.names, self.name)
        schema = self.schema.serialize().to_pybytes()
        work = partial(count_slices, plan_to_json(plan), schema, slices)
        tally = _counted(_frame(self._session, len(slices)), work, len(slices), plan)
        if before != stamps_of(self._log) or tally.rows != rows:
            raise DataError(f"{self.name} was changed while it was read: start again")
        if told is not None:
            told(rows)
        return tally


class SparkLog(Shown):
    """A data frame of Spark, counted where it lies."""

    def __init__(self, frame: Any, name: str = "the Spark data frame") -> None:
        self._frame, self.name = frame, name
        if twice := [column for column in frame.columns if frame.columns.count(column) > 1]:
            raise DataError(f"{name} has two columns called {twice[0]}")

    @cached_property
    def schema(self) -> pa.Schema:
        """Names and types, as they come to the driver."""
        return self.first(0).schema

    def first(self, rows: int) -> pa.Table:
        """Some rows, to look at."""
        with plainly():
            return self._frame.limit(rows).toArrow()

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """All rows of these columns, brought into the memory of this process."""
        require_columns(columns, self._frame.columns, self.name)
        with plainly():
            yield from _selected(self._frame, columns).toArrow().to_batches()

    def digest(self) -> str:
        """SHA-256 of the number of rows and of two sums of their hashes: the same in any order of rows and columns."""
        from pyspark.sql import functions

        columns = [functions.col(_quoted(name)) for name in sorted(self._frame.columns)]
        columns += [column.isNull() for column in columns]      # xxhash64 passes over what is missing
        hashes = [functions.xxhash64(functions.lit(seed), *columns) for seed in (1, 2)]
        sums = [functions.sum(one.cast("decimal(38,0)")) for one in hashes]
        with plainly():
            found = self._frame.agg(functions.count(functions.lit(1)), *sums).collect()[0]
        return hashlib.sha256(repr((sorted(self._frame.columns), *map(str, found))).encode()).hexdigest()

    def tally(self, plan: Plan, told: Told | None = None) -> Tally:
        """The tally of all rows."""
        require_columns(plan.columns, self._frame.columns, self.name)
        ship(self._frame.sparkSession)
        rows, work = _selected(self._frame, plan.columns), partial(count_rows, plan_to_json(plan))
        tally = _counted(rows, work, rows.rdd.getNumPartitions(), plan)
        if told is not None:
            told(tally.rows)
        return tally


def is_spark(source: Any) -> bool:
    """Whether something is a data frame of Spark; loads nothing."""
    return type(source).__module__.startswith("pyspark.sql.") and hasattr(source, "mapInArrow")


@contextmanager
def on_spark(master: str, log: Any) -> Iterator[SparkFiles]:
    """A log of Parquet files, counted on a cluster: `spark://host:7077`, or `local[2]`.

    Raises MissingExtra without pyspark, InputError where nothing answers or the log is of another kind.
    """
    if not isinstance(log, ParquetLog):
        raise InputError(f"only Parquet files are counted on Spark, and {log.name} is none: write it as Parquet")
    with session(master) as running:
        yield SparkFiles(running, log)


def _frame(session: Any, rows: int) -> Any:
    """Numbers from 0, one a task."""
    return session.range(0, rows, 1, max(rows, 1))


def _selected(frame: Any, columns: Sequence[str]) -> Any:
    return frame.select(*(_quoted(name) for name in columns))


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _counted(rows: Any, work: partial[Any], number: int, plan: Plan) -> Tally:
    """The sum over all partitions, added up by the workers in a tree until a few tallies are left."""
    with plainly():
        tallies = rows.mapInArrow(work, TALLIED)
        while number > FAN:
            number = -(-number // FAN)
            tallies = tallies.repartition(number, "at").mapInArrow(partial(merge, plan_to_json(plan)), TALLIED)
        found = tallies.collect()
    return Tally.added([Tally.zero(plan), *(Tally.from_bytes(bytes(row["tally"]), plan) for row in found)])
