"""A real server for tests: `shall serve` in a process of its own, on a free port."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from shall import bundle
from tests.runtimes import made

PATIENCE = 60                               # seconds for an answer or an end, on a machine that does much else
ROW = {"age": 41.0, "pay": 2.0, "city": "Ulm", "day": "2026-11-21"}
SPEC = """\
shall = 1

[subject]
name = "loans"
target = "label"
positive = "yes"

[requirements]
useful = "accuracy >= 0.7"
"""


@cache
def _files() -> Mapping[str, bytes]:
    graph = made.loans()
    about = {"classes": ["no", "yes"], "probabilities": "score", "decision": "decision"}
    told = msgspec.json.encode({**msgspec.json.decode(graph.json), "about": about})
    return {"graph.onnx": graph.onnx, "graph.json": told, "shall.toml": SPEC.encode()}


def packed(folder: Path, name: str = "loans.zip") -> Path:
    """A bundle of `made.loans`."""
    return bundle.write(dict(_files()), {"subject": "loans"}, folder / name)


def serve_file(folder: Path, server: str) -> str:
    """A serve file of one bundle; ``server``: a line of its [server]."""
    packed(folder)
    file = folder / "serve.toml"
    file.write_text(f'serve = 1\n[loans]\nbundles = {{ 1 = "loans.zip" }}\nin_charge = "1"\n[server]\n{server}\n')
    return str(file)


@dataclass
class Process:
    """A server that answers."""

    told: dict[str, Any]
    folder: Path
    process: subprocess.Popen[str]

    @property
    def port(self) -> int:
        return int(self.told["port"])

    def ask(self, method: str, path: str, body: bytes | str | None = None, **headers: str) -> tuple[int, Any, Any]:
        """Status, headers, and what the body says as JSON, or its bytes."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(asking):
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            asking.request(method, path, body, {"Content-Type": "application/json", **given})
            answer = asking.getresponse()
            content = answer.read()
            kind = answer.headers.get("content-type", "")
            return answer.status, answer.headers, json.loads(content) if "json" in kind and content else content

    def decide(self, row: Mapping[str, Any] = ROW, **headers: str) -> tuple[int, Any, Any]:
        """One row."""
        return self.ask("POST", "/models/loans/decide", json.dumps({"inputs": row}), **headers)

    def raw(self, *pieces: bytes, shut: bool = False, seconds: float = 10.0) -> bytes:
        """Send bytes, and read until the server closes; ``shut``: say before that nothing more is sent."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                for piece in pieces:
                    connection.sendall(piece)
                if shut:
                    connection.shutdown(socket.SHUT_WR)
            return everything(connection)

    def memory(self) -> int:
        """Bytes that it holds now."""
        return int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")

    def cpu(self) -> float:
        """Seconds of processors that it used."""
        used = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self, sign: int = signal.SIGTERM) -> int:
        """Ask it to end; its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)


def everything(connection: socket.socket) -> bytes:
    """What comes until the other side closes."""
    found = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            found += piece
    return found


@contextlib.contextmanager
def serving(folder: Path, *options: str, place: str = "", under: Sequence[str] = (),
            **environment: str) -> Iterator[Process]:
    """`shall serve` with a log in ``folder``; ``place``: what it serves, else a bundle of loans; ``under``: a command
    that runs it."""
    served = place or str(packed(folder))
    command = [*under, sys.executable, "-m", "shall", "serve", served, "--port", "0", "--json", "--log", str(folder),
               *options]
    with (folder / "stderr.txt").open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True, cwd=folder,
                                   env={**os.environ, "OMP_NUM_THREADS": "1", **environment})
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, (folder / "stderr.txt").read_text()
        yield Process(json.loads(line), folder, process)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(PATIENCE)
        process.stdout.close()
