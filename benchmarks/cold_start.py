"""How long `shall --help` and `shall lint` take over bare Python: ``python -m benchmarks.cold_start [ROUNDS]``."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from typing import Final

from benchmarks import harness

COMMANDS: Final = {
    "python -c pass": ["-c", "pass"],
    "shall --help": ["-m", "shall", "--help"],
    "shall lint": ["-m", "shall", "lint", "examples/employment/shall.toml"],
    "shall list": ["-m", "shall", "list"],
    "import numpy": ["-c", "import numpy"],
    "import pyarrow": ["-c", "import pyarrow"],
    "import pandas": ["-c", "import pandas"],
}


def main(rounds: int = 15) -> None:
    """Median wall and CPU milliseconds of fresh processes, run in turn."""
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for turn in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            spent = once(arguments)
            if turn:                            # the first round writes byte code
                times[name].append(spent)
    wall = {name: 1000 * statistics.median(one for one, _ in spent) for name, spent in times.items()}
    cpu = {name: 1000 * statistics.median(two for _, two in spent) for name, spent in times.items()}
    bare = cpu["python -c pass"]
    heavy = ", ".join(loaded(COMMANDS["shall lint"][1:])) or "neither numpy nor pyarrow"
    harness.save("cold_start", [
        f"python -m benchmarks.cold_start {rounds}",
        "command             wall ms    cpu ms    cpu over bare Python",
        *(f"  {name:<18}{wall[name]:7.0f}{cpu[name]:10.0f}{cpu[name] - bare:16.0f}" for name in COMMANDS),
        f"`shall lint` loads {heavy}",
    ], {"wall_ms": wall, "cpu_ms": cpu})


def once(arguments: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of one run."""
    before, began = _children(), time.perf_counter()
    subprocess.run([sys.executable, *arguments], check=True, cwd=harness.ROOT, stdout=subprocess.DEVNULL,
                   env={**os.environ, "PYTHONPATH": str(harness.ROOT / "src")})
    return time.perf_counter() - began, _children() - before


def loaded(arguments: list[str]) -> list[str]:
    """Which heavy packages a command of `shall` loads."""
    code = ("import sys\nfrom shall.cli import main\ntry: main()\nexcept SystemExit: pass\n"
            "print(*(name for name in ('numpy', 'pyarrow', 'pandas') if name in sys.modules), file=sys.stderr)")
    ran = subprocess.run([sys.executable, "-c", code, *arguments[1:]], check=True, cwd=harness.ROOT, text=True,
                         capture_output=True, env={**os.environ, "PYTHONPATH": str(harness.ROOT / "src")})
    return ran.stderr.split()


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
