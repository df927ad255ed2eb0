"""What all benchmarks share: pinned environments, fresh processes, CPU seconds, and where results go."""

from __future__ import annotations

import datetime
import json
import os
import platform
import re
import resource
import subprocess
import sys
import venv
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

ROOT: Final = Path(__file__).resolve().parent.parent
BENCH: Final = ROOT / ".bench"
RESULTS: Final = Path(__file__).resolve().parent / "results"
Result = dict[str, Any]
T = TypeVar("T")


def cpu_seconds() -> float:
    """User and system time of this process, all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """What some work gives, and the CPU seconds that it took."""
    before = cpu_seconds()
    given = work()
    return given, cpu_seconds() - before


def environment(name: str, packages: Sequence[str]) -> Path:
    """The Python of a virtual environment with exactly these packages, made where it is not there yet."""
    folder = BENCH / name
    python, stamp = folder / "bin" / "python", folder / "made-of.txt"
    wanted = "\n".join(packages) + "\n"
    if not (stamp.is_file() and stamp.read_text() == wanted):
        print(f"making {folder} with {', '.join(packages)} ...", file=sys.stderr, flush=True)
        venv.create(folder, with_pip=True, clear=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True)
        stamp.write_text(wanted)
    return python


def run(python: Path | str, module: str, *arguments: str) -> Result:
    """Run a module of this repository in a fresh process; its last line is its result as JSON."""
    one_thread = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    paths = os.pathsep.join([str(ROOT), str(ROOT / "src")])
    ran = subprocess.run([str(python), "-W", "ignore", "-m", module, *arguments], cwd=ROOT, check=True, text=True,
                         stdout=subprocess.PIPE, env={**os.environ, **one_thread, "PYTHONPATH": paths})
    result: Result = json.loads(ran.stdout.splitlines()[-1])
    return result


def interleaved(jobs: Mapping[str, Callable[[], Result]], rounds: Mapping[str, int]) -> dict[str, list[Result]]:
    """Run jobs round-robin, each so many times, so that a busy spell of the machine hits all of them."""
    results: dict[str, list[Result]] = {name: [] for name in jobs}
    for turn in range(max(rounds.values())):
        for name, job in jobs.items():
            if turn < rounds[name]:
                results[name].append(job())
                print(f"{name}: {results[name][-1]['cpu']:.4f} CPU s", file=sys.stderr, flush=True)
    return results


def machine() -> str:
    """The machine in one line."""
    found = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (f"{found[1] if found else platform.processor()}, {os.cpu_count()} cores, {memory:.0f} GiB, "
            f"Python {platform.python_version()}")


def save(name: str, lines: Sequence[str], figures: Mapping[str, Any]) -> None:
    """Print a result and keep it: ``results/NAME.txt`` to read, ``results/NAME.json`` to draw."""
    when = datetime.datetime.now(datetime.UTC).date().isoformat()
    text = "\n".join([f"{when}, {machine()}", *lines]) + "\n"
    print(text, end="")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.txt").write_text(text)
    (RESULTS / f"{name}.json").write_text(json.dumps({"date": when, "machine": machine(), **figures}, indent=1) + "\n")
