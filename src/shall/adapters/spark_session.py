"""A session of Spark: reached in time, with the package on its workers, and with errors in the reader's words."""

from __future__ import annotations

import os
import socket
import sys
import tempfile
import time
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Final

from shall.core.errors import DataError, InputError, MissingExtra

ANSWER: Final = 10.0                        # seconds in which a master has to answer
PATIENCE: Final = "60s"                     # in which the first executor has to come, if Spark is not told otherwise


@contextmanager
def session(master: str) -> Iterator[Any]:
    """A session on a master, with the package on its workers; one that runs already is left running.

    Raises MissingExtra without pyspark, InputError where no master answers or no worker takes part.
    """
    _reach(master)
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise MissingExtra("pyspark", "spark", "counting on Spark") from error
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    running = SparkSession.getActiveSession()
    if running is not None:
        if running.sparkContext.master != master:
            raise InputError(f"this process has a Spark session on {running.sparkContext.master} already, and a second "
                             f"one on {master} cannot be: stop the first, or count on it")
        ship(running)
        yield running
        return
    with plainly():
        made = (SparkSession.builder.master(master).appName("shall").config("spark.ui.enabled", "false")
                .config("spark.log.level", "ERROR").config("spark.ui.showConsoleProgress", "false").getOrCreate())
    try:
        _expect_workers(made.sparkContext)
        ship(made)
        yield made
    finally:
        made.stop()


def _expect_workers(context: Any) -> None:
    """Without a worker Spark would wait for ever, and say nothing."""
    java = context._jsc.sc()
    wait = java.conf().getTimeAsMs("spark.scheduler.maxRegisteredResourcesWaitingTime", PATIENCE) / 1000
    until = time.monotonic() + wait
    while not context.master.startswith("local") and java.getExecutorMemoryStatus().size() < 2:    # one is the driver
        if time.monotonic() > until:
            raise InputError(f"{context.master} gave no executor in {wait:.0f} seconds: are its workers running, with "
                             "cores and memory to spare (spark.executor.memory), and can they reach this machine "
                             "(spark.driver.host)?")
        time.sleep(0.1)


def _reach(master: str) -> None:
    """A master that is not there would be tried for minutes."""
    if not master.startswith("spark://"):
        return
    for address in master.removeprefix("spark://").split(","):
        host, _, port = address.rpartition(":")
        try:
            socket.create_connection((host, int(port)), ANSWER).close()
            return
        except (OSError, ValueError):
            continue
    raise InputError(f"no Spark master answers at {master}: is it running, and is the address that of its log, "
                     "spark://HOST:PORT?")


def ship(session: Any) -> None:
    """Send the package to the workers of a session."""
    session.sparkContext.addPyFile(str(_package()))


@cache
def _package() -> Path:
    """The package as a zip, so that the workers run the very code of the driver."""
    home = Path(__file__).resolve().parent.parent
    target = Path(tempfile.mkdtemp(prefix="shall-")) / "shall.zip"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(home.rglob("*.py")):
            archive.write(path, Path("shall") / path.relative_to(home))
    return target


@contextmanager
def plainly() -> Iterator[None]:
    """Errors of Spark in the reader's words; a DataError of a worker as what it is."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    try:
        with warnings.catch_warnings():     # pyspark warns of a newer pandas, which nothing here uses
            warnings.simplefilter("ignore", FutureWarning)
            yield
    except (PySparkException, Py4JError) as error:
        lines = [line.strip() for line in str(error).splitlines() if line.strip()]
        for line in lines:
            for kind in (DataError, InputError):
                name = f"{kind.__module__}.{kind.__name__}: "
                if line.startswith(name):
                    raise kind(line.removeprefix(name)) from error
        raise InputError(f"Spark gave up: {lines[0] if lines else type(error).__name__}") from error
