"""What a server writes of itself: one line an event, for people or as JSON in ASCII; nothing that was sent forges one.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TextIO

from shall.http.tokens import PREFIX
from shall.reports._layout import safe

MOST: Final = 10_000                        # lines that wait; more are dropped and counted
LONGEST: Final = 2_048                      # characters of a path
TOKEN: Final = re.compile(PREFIX + r"[A-Za-z0-9_-]{8,}")        # somebody may put one where none belongs


def line(told: Mapping[str, Any]) -> str:
    """One line: control characters, letters of other scripts and DEL are escaped, and no token is in it."""
    text = json.dumps(told, ensure_ascii=True, separators=(",", ":")).replace("\x7f", "\\u007f") + "\n"
    return TOKEN.sub(f"{PREFIX}[...]", text) if PREFIX in text else text


def readable(told: Mapping[str, Any]) -> str:
    """An event as people read it: when, how bad, what; on one line, and without what could drive a terminal."""
    trace = f" | {told['trace']}" if "trace" in told else ""
    text = f"{told['time']} {told['level']}: {told['what']}{trace}"
    return safe(TOKEN.sub(f"{PREFIX}[...]", text)) + "\n"


class Lines:
    """Writes lines from a thread, so that a slow reader of the log keeps nobody waiting; ``form`` makes a line."""

    def __init__(self, stream: TextIO, form: Callable[[Mapping[str, Any]], str] = line) -> None:
        self._stream, self._form = stream, form
        self._queue: queue.Queue[Mapping[str, Any] | None] = queue.Queue(MOST)
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name="shall-lines", daemon=True)
        self._thread.start()

    def __call__(self, told: Mapping[str, Any]) -> None:
        """Write a line soon, or count that it was dropped."""
        try:
            self._queue.put_nowait(told)
        except queue.Full:
            self.dropped += 1

    def request(self, scope: Mapping[str, Any], status: int, size: int, seconds: float, who: str) -> None:
        """A request that was answered."""
        client = scope.get("client")
        path: bytes = scope.get("raw_path") or scope["path"].encode()
        self({"time": _now(), "client": client[0] if client else "", "who": who, "method": scope["method"],
              "path": path[:LONGEST].decode("latin-1"), "status": status, "bytes": size,
              "milliseconds": round(seconds * 1e3, 3)})

    def close(self) -> None:
        """Write what waits."""
        try:
            self._queue.put(None, timeout=1.0)
        except queue.Full:
            return
        self._thread.join(5.0)

    def _run(self) -> None:
        try:
            while (told := self._queue.get()) is not None:
                self._stream.write(self._form(told))
                if self._queue.empty():
                    self._stream.flush()
        except (OSError, ValueError):       # nobody reads any more
            return


class Faults(logging.Handler):
    """What happened to a server, as lines; a traceback is one text of its line."""

    def __init__(self, lines: Lines) -> None:
        super().__init__(logging.INFO)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """One record."""
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        told = {"time": _now(), "level": record.levelname.lower(), "from": record.name, "what": record.getMessage()}
        self._lines({**told, "trace": trace} if trace else told)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
