"""`predict`: a file of any size scored by a bundle, on this machine or by the workers of a cluster."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from shall import adapters
from shall.adapters.mapped import mapped
from shall.adapters.spark import SparkLog
from shall.adapters.writing import Seen, checked, write
from shall.api.expecting import expect
from shall.api.scoring import load_bundle
from shall.api.verifying import Keys
from shall.core.errors import InputError
from shall.core.log import Log
from shall.runtimes.score import Scorer
from shall.subjects import id_of

TEXT: Final = (".csv", ".tsv", ".jsonl", ".ndjson")     # files that do not know what is text
WORDS: Final = {"text": "string", "hashed": "string", "date": "string", "number": "number"}
Progress = Callable[[str, int], None]


@dataclass(frozen=True, slots=True)
class Predicted:
    """What was written. ``missing``: by output the rows of which nothing could be said; ``values`` of texts, truths."""

    out: str
    rows: int
    seconds: float
    bundle: str                             # its digest
    columns: Sequence[str]
    missing: Mapping[str, int]
    values: Mapping[str, Mapping[str, int]]

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"out": self.out, "rows": self.rows, "seconds": self.seconds, "bundle": self.bundle,
                "columns": list(self.columns), "missing": dict(self.missing),
                "values": {name: dict(found) for name, found in self.values.items()}}


def predict(place: str | Path, data: Any, out: str | Path, *, keep: Sequence[str] | None = None, on: str = "",
            threads: int | None = None, keys: Keys | None = None,
            trust: str | Path | None = None, progress: Progress | None = None) -> Predicted:
    """Score every row of some data by a bundle, out of core; the result appears when its last row is written.

    Args:
        place: a bundle, folder or zip.
        data: a path, an address, or any frame.
        out: `.parquet`, `.csv` or `.arrow`; with ``on`` a folder of Parquet files.
        keep: columns of the data that stand beside the outputs; the id, where there is a column with such a name.
        on: workers that take a part each: `spark://host:7077`, `local[2]`, `ray`, `dask`, `tcp://host:8786`.
        threads: that score here; one a core. The bits are the same for any number.
        keys: public keys by role, to refuse what they have not signed.
        trust: a shall file whose `[trust]` names keys.
        progress: called with what is being done and the rows done since the last call.

    Raises DataError where the data lack a column, InputError where nothing can be written, Refused for the bundle.
    """
    scorer, path = load_bundle(place, keys=keys, trust=trust), Path(out)
    log = _log(data, scorer)
    kept = _kept(log, keep)
    _distinct(scorer, kept, log)
    schema = pa.schema([*(log.schema.field(name) for name in kept), *scorer.schema])
    columns = [*dict.fromkeys([*kept, *scorer.feature_names_in_])]
    began = time.monotonic()
    outputs = scorer.schema.names
    if on:
        seen = mapped(on, log, partial(scorer.arrow, keep=kept), columns, schema, path, counted=outputs)
    else:
        _apart(data, checked(path))
        batches = _told(log.batches(columns), progress)
        seen = write(scorer.arrow(batches, kept, threads=threads or _cores()), schema, path, outputs)
    return _predicted(seen, path, time.monotonic() - began, scorer, schema)


def _predicted(seen: Seen, out: Path, seconds: float, scorer: Scorer, schema: pa.Schema) -> Predicted:
    return Predicted(str(out), seen.rows, round(seconds, 3), scorer.digest, schema.names,
                     {name: seen.missing.get(name, 0) for name in scorer.schema.names}, seen.values)


def _log(data: Any, scorer: Scorer) -> Log:
    """The data as a log that has every column of the graph."""
    types = {}
    if isinstance(data, str | Path) and Path(data).suffix.lower() in TEXT:
        types = {one.name: WORDS[one.what] for one in scorer.inputs}
    log: Log = adapters.open_log(data, types)
    if isinstance(log, SparkLog):
        raise InputError("a data frame of Spark is scored where it lies: "
                         "frame.mapInArrow(scorer.arrow, scorer.ddl), with scorer = shall.load_bundle(…)")
    expect(log, scorer.feature_names_in_, "the bundle")
    return log


def _kept(log: Log, keep: Sequence[str] | None) -> list[str]:
    if keep is None:
        found = id_of(log.schema.names)
        return [] if found is None else [found]
    if strange := [name for name in keep if name not in log.schema.names]:
        raise InputError(f"{log.name} has no column {strange[0]} to keep; it has {', '.join(log.schema.names)}")
    return [*dict.fromkeys(keep)]


def _distinct(scorer: Scorer, kept: Sequence[str], log: Log) -> None:
    if both := [name for name in kept if name in scorer.schema.names]:
        raise InputError(f"the column {both[0]} of {log.name} cannot be kept: an output of the bundle is called so too")


def _apart(data: Any, out: Path) -> None:
    if isinstance(data, str | Path) and out.exists() and Path(data).exists():
        source = Path(data).resolve()
        if source == out.resolve() or source in out.resolve().parents:
            raise InputError(f"{out} is what is read, or lies in it: name another place")


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:                  # not every system has it
        return os.cpu_count() or 1


def _told(batches: Iterable[pa.RecordBatch], progress: Progress | None) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        yield batch
        if progress is not None:
            progress("scoring", batch.num_rows)
