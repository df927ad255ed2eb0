"""Work on rows in a process of its own, while this one answers others: they share neither an interpreter nor a turn."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, TypeVar

import pyarrow as pa

from shall.adapters.frames import TableLog
from shall.adapters.workers import WorkerLost

AT_ONCE: Final = 2**14                      # rows that are sent at once: those who answer run in between
NICE: Final = 5                             # of its priority: those who answer come first
END: Final = b""                            # behind the last rows
SPAWN: Final = multiprocessing.get_context("spawn")
LOST: Final = ("the process that worked this out has died, perhaps for lack of memory; answers go on, and it is tried "
               "again in some minutes")
Made = TypeVar("Made")


class Apart:
    """A process for each piece of work, one at a time; there is none while there is no work. `close` ends it."""

    def __init__(self) -> None:
        self._turn, self._lock = threading.Lock(), threading.Lock()
        self._process: BaseProcess | None = None
        self._closed = False

    def __call__(self, work: Callable[..., Made], log: TableLog, *asked: object) -> Made:
        """What ``work(log, *asked)`` gives, or raises; WorkerLost where the process died."""
        with self._turn:
            ours, theirs = SPAWN.Pipe()
            with ours:
                with theirs, self._lock:
                    if self._closed:
                        raise WorkerLost(LOST)
                    self._process = SPAWN.Process(target=_serve, args=(theirs,), name="shall-apart", daemon=True)
                    self._process.start()
                try:
                    found = _asked(ours, work, log, asked)
                except (EOFError, OSError) as problem:
                    raise WorkerLost(LOST) from problem
                finally:
                    self._end()
        if isinstance(found, Exception):
            raise found
        made: Made = found
        return made

    def close(self) -> None:
        """End what is under way, and begin nothing more."""
        with self._lock:
            self._closed = True
            if self._process is not None:
                self._process.kill()

    def _end(self) -> None:
        with self._lock:
            assert self._process is not None
            self._process.kill()
            self._process.join()
            self._process = None


def _asked(there: Connection, work: Callable[..., Any], log: TableLog, asked: tuple[object, ...]) -> Any:
    there.send((work, log.name, asked))
    schema = log.table.schema
    for part in (schema.empty_table(), *log.table.to_batches(max_chunksize=AT_ONCE)):
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, schema) as stream:
            stream.write(part)
        there.send_bytes(sink.getvalue())
    there.send_bytes(END)
    return there.recv()


def _serve(there: Connection) -> None:
    """In the process: do the one piece of work. Who is gone is told nothing."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)        # Ctrl-C is for the server, which ends this one
    os.nice(NICE)
    with contextlib.suppress(EOFError, OSError):
        work, name, asked = there.recv()
        chunks = []
        while content := there.recv_bytes():
            chunks.append(pa.ipc.open_stream(content).read_all())
        there.send(_tried(work, TableLog(pa.concat_tables(chunks), name), asked))


def _tried(work: Callable[..., Any], log: TableLog, asked: tuple[object, ...]) -> Any:
    try:
        return work(log, *asked)
    except Exception as problem:
        return problem
