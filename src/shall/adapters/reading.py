"""The process that reads a file for another one: `python -m shall.adapters.reading`, under limits of its own.

It takes one JSON object a line from stdin and answers on stdout in frames: a letter, a length of eight
bytes, the content. S: schema. B: a record batch with its schema. T: a text. Z: the end. E: an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import threading
import time
from pathlib import Path
from typing import Any, BinaryIO, Final

import pyarrow as pa

from shall.adapters.files import shared
from shall.adapters.frames import apart_of
from shall.adapters.limits import Limits, check_footers
from shall.adapters.sources import open_log
from shall.core.errors import ShallError
from shall.core.log import Log

SCHEMA, BATCH, TEXT, END, ERROR = b"S", b"B", b"T", b"Z", b"E"
APART: Final = "apart"                      # in the metadata of a schema: columns that not all files have, and why
WATCH: Final = 0.5                          # seconds between two looks at whether the parent lives


def serve(commands: BinaryIO, out: BinaryIO) -> None:
    """Open what a line names, then answer one question a line."""
    log: Log | None = None
    for line in commands:
        try:
            asked: dict[str, Any] = json.loads(line)
            if log is None or "source" in asked:
                log = None
                log = _open(asked)
                told = {APART: json.dumps(dict(apart_of(log)))}
                _send(out, SCHEMA, memoryview(log.schema.with_metadata(told).serialize()))
            elif asked["do"] == "batches":
                rows = 0
                for batch in log.batches(asked["columns"]):
                    rows += batch.num_rows
                    if rows > asked["rows"]:
                        raise pa.ArrowInvalid(f"more than {asked['rows']:,} rows")
                    _send(out, BATCH, _written(batch))
                _send(out, END)
            elif asked["do"] == "digest":
                _send(out, TEXT, memoryview(log.digest().encode()))
        except (MemoryError, pa.ArrowMemoryError):
            _send(out, ERROR, memoryview(b"it needs more memory than its limit"))
        except ShallError as error:
            _send(out, ERROR, memoryview(str(error).encode(errors="replace")))
        except Exception as error:          # whatever a hostile file does, the parent gets a sentence
            text = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            _send(out, ERROR, memoryview(text.encode(errors="replace")))


def _open(asked: dict[str, Any]) -> Log:
    limits = Limits(**asked["limits"])
    _limit(limits)
    source = asked["source"]
    if (path := Path(source)).is_dir() or (path.is_file() and path.suffix.lower() in ("", ".parquet", ".pq")):
        check_footers(path, limits)
    log = shared(open_log(source, asked["types"]))
    if len(log.schema) > limits.columns:
        raise pa.ArrowInvalid(f"{len(log.schema):,} columns, more than {limits.columns:,}")
    return log


def _limit(limits: Limits) -> None:
    import resource

    for what, most in ((resource.RLIMIT_AS, limits.memory), (resource.RLIMIT_CPU, limits.seconds),
                       (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):     # not every system knows every limit
            resource.setrlimit(what, (most, most))


def _written(batch: pa.RecordBatch) -> memoryview:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as stream:
        stream.write_batch(batch)
    return memoryview(sink.getvalue())


def _send(out: BinaryIO, letter: bytes, content: memoryview | None = None) -> None:
    out.write(letter + (0 if content is None else content.nbytes).to_bytes(8, "little"))
    if content is not None:
        out.write(content)
    out.flush()


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(WATCH)
    os._exit(1)


def main() -> None:
    """Serve until stdin ends, or the parent does."""
    threading.Thread(target=_leave_with, args=(int(sys.argv[1]),), daemon=True).start()
    with contextlib.suppress(BrokenPipeError):
        serve(sys.stdin.buffer, sys.stdout.buffer)


if __name__ == "__main__":
    main()
