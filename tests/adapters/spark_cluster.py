"""A standalone Spark cluster of this machine: one master, two workers of one core, each a process of its own."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pyspark

HOME = Path(pyspark.__file__).parent
SETTINGS = """
spark.executor.memory 512m
spark.driver.memory 512m
spark.driver.host 127.0.0.1
spark.driver.bindAddress 127.0.0.1
spark.scheduler.maxRegisteredResourcesWaitingTime 40s
"""
START = 90.0                                # seconds


@dataclass(frozen=True)
class Cluster:
    master: str
    environment: dict[str, str]
    workers: tuple[subprocess.Popen[bytes], ...]
    folder: Path

    def executors(self) -> dict[int, str]:
        """The process of each executor, and its number."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().decode(errors="replace").split("\0")
                parent = int(path.with_name("stat").read_text().rpartition(")")[2].split()[1])
            except OSError:                 # it has ended
                continue
            if "--executor-id" in words and parent in {worker.pid for worker in self.workers}:
                found[int(path.parent.name)] = words[words.index("--executor-id") + 1]
        return found

    def finished(self, executor: str) -> list[int]:
        """The stage of each task that an executor has finished."""
        logs = self.folder.glob(f"work-*/app-*/{executor}/stderr")
        return [int(stage) for log in logs
                for stage in re.findall(r"Finished task \S+ in stage (\d+)\.", log.read_text(errors="replace"))]


@contextmanager
def cluster(folder: Path, size: int = 2) -> Iterator[Cluster]:
    """The cluster while it is needed."""
    (folder / "conf").mkdir(parents=True)
    (folder / "conf" / "spark-defaults.conf").write_text(SETTINGS)
    environment = {**os.environ, "SPARK_HOME": str(HOME), "SPARK_CONF_DIR": str(folder / "conf"),
                   "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m", "PYSPARK_PYTHON": sys.executable,
                   "OMP_NUM_THREADS": "1"}
    port = _free()
    started: list[subprocess.Popen[bytes]] = []

    def start(name: str, *arguments: str) -> subprocess.Popen[bytes]:
        with (folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen([HOME / "bin" / "spark-class", *arguments], env=environment, stdout=log,
                                       stderr=log, start_new_session=True)
        started.append(process)
        return process
    try:
        start("master", "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port),
              "--webui-port", "0")
        _wait(folder / "master.log", "I have been elected leader")
        master = f"spark://127.0.0.1:{port}"
        workers = tuple(start(f"worker-{number}", "org.apache.spark.deploy.worker.Worker", "--host", "127.0.0.1",
                              "--cores", "1", "--memory", "1g", "--webui-port", "0",
                              "--work-dir", str(folder / f"work-{number}"), master) for number in range(size))
        for number in range(size):
            _wait(folder / f"worker-{number}.log", "Successfully registered with master")
        yield Cluster(master, environment, workers, folder)
    finally:
        for process in reversed(started):
            process.send_signal(signal.SIGTERM)
        for process in started:
            process.wait(30)


def _wait(log: Path, words: str) -> None:
    deadline = time.monotonic() + START
    while words not in log.read_text(errors="replace"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"{log} does not say {words!r}:\n{log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
