"""Servers in processes of their own: started, waited for, asked for the CPU, memory, files and threads of theirs."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.harness import ROOT
from benchmarks.serving_client import HOST, get

STARTS: Final = 180.0                       # seconds that a start may take; peers load much
ALONE: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Server:
    """A process that answers at a port, with the processes that it started."""

    process: subprocess.Popen[bytes]
    port: int
    told: Path                              # what it printed

    def processes(self) -> list[int]:
        """It, and all that descend from it."""
        found = [self.process.pid]
        for pid in found:
            for task in _names(f"/proc/{pid}/task"):
                found += [int(child) for child in _read(f"/proc/{pid}/task/{task}/children").split()]
        return found

    def cpu(self) -> float:
        """CPU seconds of all its threads until now, to the microsecond."""
        return sum(int(_read(f"/proc/{pid}/task/{task}/schedstat").split()[0]) for pid in self.processes()
                   for task in _names(f"/proc/{pid}/task")) / 1e9

    def memory(self) -> float:
        """MB that are resident."""
        return sum(_status(pid, "VmRSS") for pid in self.processes()) / 1024

    def peak(self) -> float:
        """The most MB that were resident since `forget_peak`."""
        return sum(_status(pid, "VmHWM") for pid in self.processes()) / 1024

    def forget_peak(self) -> None:
        """Count the peak from now on."""
        for pid in self.processes():
            Path(f"/proc/{pid}/clear_refs").write_text("5")

    def files(self) -> int:
        """Open file descriptors."""
        return sum(len(_names(f"/proc/{pid}/fd")) for pid in self.processes())

    def threads(self) -> int:
        """Threads of all processes."""
        return sum(len(_names(f"/proc/{pid}/task")) for pid in self.processes())


@contextlib.contextmanager
def started(command: Sequence[str | Path], port: int, told: Path, *, ready: str = "/", folder: Path = ROOT,
            env: Mapping[str, str] | None = None) -> Iterator[Server]:
    """A server while it is needed; on one thread where it asks the environment for a number of them."""
    told.parent.mkdir(parents=True, exist_ok=True)
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    with told.open("wb") as out:
        process = subprocess.Popen([str(one) for one in command], cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                                   stdin=subprocess.DEVNULL, start_new_session=True,
                                   env={**os.environ, **ALONE, "PYTHONPATH": paths, **(env or {})})
    server = Server(process, port, told)
    try:
        _wait(server, ready)
        yield server
    finally:
        _stop(process)


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as one:
        one.bind((HOST, 0))
        return int(one.getsockname()[1])


def _wait(server: Server, ready: str) -> None:
    until = time.monotonic() + STARTS
    while time.monotonic() < until:
        if server.process.poll() is not None:
            break
        try:
            if get(server.port, ready)[0] < 500:
                return
        except OSError:
            pass
        time.sleep(0.05)
    raise RuntimeError(f"{server.process.args} did not start:\n{server.told.read_text()[-3000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """The process group, kindly and then not."""
    for number, patience in ((signal.SIGTERM, 20.0), (signal.SIGKILL, 20.0)):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
            return


def _names(path: str) -> list[str]:
    try:
        return [one.name for one in Path(path).iterdir()]
    except FileNotFoundError:
        return []


def _read(path: str) -> str:
    """Nothing, where a thread or a process has just gone; its time is gone with it."""
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return "0" if path.endswith("schedstat") else ""


def _status(pid: int, name: str) -> int:
    line = next((line for line in _read(f"/proc/{pid}/status").splitlines() if line.startswith(name)), "x 0")
    return int(line.split()[1])
