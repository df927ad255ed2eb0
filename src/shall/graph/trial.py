"""A foreign ONNX model is made uniform in a process of its own, under limits: some of a few changed bytes kill it.

``python -m shall.graph.trial`` is that process. It takes frames from stdin (a length of eight bytes, JSON with the name
of the output; a length, the model) and answers on stdout with a letter, a length and a content: M a model, E an error.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import time
from typing import Any, BinaryIO, Final

from shall.core.errors import DataError, ShallError
from shall.graph.foreign import LARGEST
from shall.graph.uniform import uniform

MEMORY: Final = 2**29                       # bytes beyond what the libraries take, and
COPIES: Final = 8                           # of the model
SECONDS: Final = 20                         # of processor time for one model
STALL: Final = 60.0                         # seconds without an answer
ENVIRONMENT: Final = {"OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class Trial:
    """The child; it starts at the first question, and again where a model killed it."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Trial:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def uniform(self, content: bytes, output: str = "") -> bytes:
        """What `uniform` gives. DataError, whatever the model does to the child."""
        if len(content) > LARGEST:
            raise DataError(f"it is larger than {LARGEST // 2**20} MB")
        if self._child is None:
            self._child = _started()
        try:
            for part in (json.dumps({"output": output}).encode(), content):
                _write(self._child.stdin, part)
            letter = self._exactly(1)
            answer = self._exactly(int.from_bytes(self._exactly(8), "little"))
        except BrokenPipeError as error:
            raise self._died() from error
        if letter != b"M":
            raise DataError(answer.decode(errors="replace"))
        return answer

    def close(self) -> None:
        """End the child."""
        if self._child is not None:
            self._child.kill()
            for pipe in (self._child.stdin, self._child.stdout):
                if pipe is not None:
                    with contextlib.suppress(OSError):
                        pipe.close()
            self._child.wait()
            self._child = None

    def _exactly(self, size: int) -> bytes:
        assert self._child is not None and self._child.stdout is not None
        pipe, parts, end = self._child.stdout.fileno(), [], time.monotonic() + STALL
        while size:
            if not select.select([pipe], [], [], max(0.0, end - time.monotonic()))[0]:
                self.close()
                raise DataError(f"nothing came of it for {STALL:g} seconds")
            taken = os.read(pipe, min(size, 2**20))
            if not taken:
                raise self._died()
            parts.append(taken)
            size -= len(taken)
        return b"".join(parts)

    def _died(self) -> DataError:
        self.close()
        return DataError("the process that tried it died, or took too long: it is damaged, or made to harm")


def tried(content: bytes, output: str = "") -> bytes:
    """One model made uniform, in a child of its own. DataError."""
    with Trial() as trial:
        return trial.uniform(content, output)


def _started() -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "shall.graph.trial"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            stderr=subprocess.DEVNULL, start_new_session=True, env={**os.environ, **ENVIRONMENT})


def _write(pipe: Any, content: bytes) -> None:
    pipe.write(len(content).to_bytes(8, "little") + content)
    pipe.flush()


def serve(questions: BinaryIO, out: BinaryIO) -> None:
    """Answer until there are no more questions."""
    taken = _taken()
    while (asked := _read(questions)) is not None:
        content = _read(questions) or b""
        _limit(taken + MEMORY + COPIES * len(content))
        letter, answer = _answer(content, json.loads(asked)["output"])
        out.write(letter)
        _write(out, answer)


def _answer(content: bytes, output: str) -> tuple[bytes, bytes]:
    try:
        return b"M", uniform(content, output)
    except MemoryError:
        return b"E", b"it needs more memory than its limit"
    except ShallError as error:
        return b"E", str(error).encode(errors="replace")
    except Exception as error:              # whatever a hostile file does, the parent gets a sentence
        return b"E", f"{type(error).__name__} {str(error)[:200]}".encode(errors="replace")


def _read(pipe: BinaryIO) -> bytes | None:
    head = pipe.read(8)
    return pipe.read(int.from_bytes(head, "little")) if len(head) == 8 else None


def _taken() -> int:
    """Bytes of address space that the libraries take."""
    try:
        with open("/proc/self/statm", "rb") as file:                # noqa: PTH123
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError):
        return 2**33


def _limit(memory: int) -> None:
    """So much memory, and so much more time, for one model."""
    with contextlib.suppress(ImportError, ValueError, OSError):     # not every system knows every limit
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        seconds = int(used.ru_utime + used.ru_stime) + SECONDS
        for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_FSIZE, 0),
                           (resource.RLIMIT_CORE, 0)):
            resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


def main() -> None:
    """Serve, with stdout for answers only."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _answer(b"", "")                        # loads the libraries, before memory is limited
    serve(sys.stdin.buffer, out)


if __name__ == "__main__":
    main()
