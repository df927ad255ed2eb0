"""A log whose file is read in a process of its own, under limits: for files that nobody vouches for."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import weakref
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from shall.adapters.declared import NONE, Types
from shall.adapters.files import digest_of_files, first_line
from shall.adapters.frames import require_columns
from shall.adapters.limits import Limits
from shall.adapters.shown import Shown
from shall.core.errors import DataError

LARGEST: Final = 2**31                      # bytes of a frame
PIPE: Final = 2**20                         # bytes that wait between the processes, where the system lets us say
ENVIRONMENT: Final = {"ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1", "ARROW_IO_THREADS": "1",
                      "MALLOC_ARENA_MAX": "2"}


class GuardedLog(Shown):
    """Rows that a child reads and this process only checks and counts.

    What is wrong with the file is a DataError, whatever it does to the process that reads it. The child ends
    with this object, and with this process.
    """

    def __init__(self, source: str | Path, types: Types = NONE, limits: Limits | None = None) -> None:
        self.name = str(source)
        self._source, self._types, self._limits = str(source), dict(types), limits or Limits()
        self._child: subprocess.Popen[bytes] | None = None
        self._idle = True                           # whether the child waits for a question
        try:
            self._start()
            schema: pa.Schema = pa.ipc.read_schema(pa.py_buffer(self._answer(b"S")))
            told = json.loads((schema.metadata or {}).get(b"apart", b"{}"))
            self.apart = {str(name): str(why) for name, why in told.items()}
            self.schema: pa.Schema = schema.remove_metadata()
        except (pa.ArrowException, ValueError, AttributeError, RecursionError) as error:
            raise self._broken(error) from error

    def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """The rows of these columns, validated in full."""
        require_columns(columns, self.schema.names, self.name, self.apart)
        if self._child is None:
            self._start()
            self._answer(b"S")
        try:
            self._ask({"do": "batches", "columns": list(columns), "rows": self._limits.rows})
            while (content := self._answer(b"BZ")) is not None:
                yield self._batch(content, columns)
        finally:
            if not self._idle:                      # what was sent and not taken is in the way
                self.close()

    def digest(self) -> str:
        """That of the log that it guards; of one file, taken here."""
        path = Path(self._source)
        if path.is_file():
            return digest_of_files((path,))
        if self._child is None:
            self._start()
            self._answer(b"S")
        self._ask({"do": "digest"})
        return bytes(self._answer(b"T") or b"").decode()

    def close(self) -> None:
        """End the child; the next question starts another one."""
        if self._child is not None:
            _end(self._child)
            self._child = None

    def _batch(self, content: bytearray, columns: Sequence[str]) -> pa.RecordBatch:
        try:
            with pa.ipc.open_stream(pa.py_buffer(content)) as stream:
                batch = stream.read_next_batch()
            batch.validate(full=True)
        except (pa.ArrowException, OSError, UnicodeDecodeError, StopIteration) as error:
            raise self._broken(error) from error
        if batch.schema != pa.schema([self.schema.field(name) for name in columns]):
            raise DataError(f"{self.name} gives columns of other types than it states")
        return batch

    def _start(self) -> None:
        self._child = subprocess.Popen(             # a session of its own: Ctrl-C is ours to pass on
            [sys.executable, "-m", "shall.adapters.reading", str(os.getpid())], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
            env={**os.environ, **ENVIRONMENT})
        weakref.finalize(self, _end, self._child)
        _widen(self._child)
        self._open()

    def _open(self) -> None:
        self._ask({"source": self._source, "types": self._types, "limits": asdict(self._limits)})

    def _ask(self, question: dict[str, Any]) -> None:
        assert self._child is not None and self._child.stdin is not None
        self._idle = False
        try:
            self._child.stdin.write(json.dumps(question).encode() + b"\n")
            self._child.stdin.flush()
        except BrokenPipeError as error:
            raise self._died() from error

    def _answer(self, wanted: bytes) -> bytearray | None:
        """The content of the next frame, None for the end."""
        head = self._exactly(9)
        size = int.from_bytes(head[1:], "little")
        if size > LARGEST:
            self.close()
            raise DataError(f"{self.name} cannot be read: a batch of {size:,} bytes")
        content = self._exactly(size)
        letter = bytes(head[:1])
        self._idle = letter != b"B"
        if letter == b"E":
            text = content.decode(errors="replace")
            raise DataError(text if self.name in text else f"{self.name} cannot be read: {text}")
        if letter not in (wanted[:1], wanted[1:]):
            self.close()
            raise DataError(f"{self.name} cannot be read: the process that reads it lost its way")
        return None if letter == b"Z" else content

    def _exactly(self, size: int) -> bytearray:
        assert self._child is not None and self._child.stdout is not None
        content, pipe = bytearray(size), self._child.stdout.fileno()
        view = memoryview(content)
        while view:
            ready, _, _ = select.select([pipe], [], [], self._limits.stall)
            if not ready:
                self.close()
                raise DataError(f"{self.name} cannot be read: nothing came for {self._limits.stall:g} seconds")
            taken = os.readv(pipe, [view[:PIPE]])
            if not taken:
                raise self._died()
            view = view[taken:]
        return content

    def _died(self) -> DataError:
        code = self._child.wait() if self._child is not None else 0
        self.close()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return DataError(f"{self.name} cannot be read: it takes more than {self._limits.seconds} s or the memory "
                             "of this machine")
        why = signal.Signals(-code).name if code < 0 else f"code {code}"
        return DataError(f"{self.name} cannot be read: the process that read it died ({why}); the file is damaged, or "
                         "made to harm")

    def _broken(self, error: Exception) -> DataError:
        self.close()
        return DataError(f"{self.name} cannot be read: {first_line(error)}")


def _end(child: subprocess.Popen[bytes]) -> None:
    child.kill()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    child.wait()


def _widen(child: subprocess.Popen[bytes]) -> None:
    if sys.platform == "linux" and child.stdout is not None:
        import fcntl

        with contextlib.suppress(OSError):
            fcntl.fcntl(child.stdout.fileno(), fcntl.F_SETPIPE_SZ, PIPE)
