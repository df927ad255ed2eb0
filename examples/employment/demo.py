"""The demo: ``python -m examples.employment.demo``. One file of requirements, built, shipped and followed, real data.

Every command is printed before it runs, so that it can be run again by hand in this folder.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from examples.fetch import FetchError, fetch

HERE: Final = Path(__file__).resolve().parent
MET, BROKEN, UNDECIDED = 0, 1, 3                # exit codes of `shall`


@dataclass(frozen=True, slots=True)
class Step:
    """A command, what one sees, and the exit codes that belong to the story."""

    command: str
    told: str
    codes: tuple[int, ...] = (MET,)


def steps(data: str) -> tuple[Step, ...]:
    """The story; ``data`` is the folder of the data as seen from this one."""
    return (
        Step(f"shall init {data}/2015.parquet --output -",
             "A first file, proposed from the predictions of 2015; shall.toml in this folder is what became of it."),
        Step("shall lint",
             "Every line of shall.toml is understood; no data is read for this."),
        Step(f"shall check --data {data}/2015.parquet",
             "The model that was in service, held to the file: women without work are called employed far more "
             "often than men: `equal` is broken (exit code 1).", (BROKEN,)),
        Step(f"shall split {data}/2015.parquet --gate 50% --by unit --column household",
             "Half of the households to learn from, half for a gate that the search never sees."),
        Step("shall check --plan",
             "What this gate can certify, before any model exists."),
        Step("shall build",
             "A search under the same requirements; the winner is put to the gate by the code that `check` uses."),
        Step(f"shall ship -o {data}/bundle",
             "The model as one graph that runs without Python: proved to decide alike on every row and every edge, "
             "held to the file again, and packed."),
        Step(f"shall prove {data}/bundle {data}/2015.gate.parquet",
             "Anybody who has the bundle can prove it again, on rows of their own."),
        Step(f"shall watch --log {data}/decisions --labels {data}/labels.parquet",
             "Three years in service: the area under the curve stays, an alarm on it would be silent; calibration "
             "creeps until it is broken.", (BROKEN,)),
    )


def main() -> int:
    """Fetch the data and tell the story."""
    began = time.monotonic()
    try:
        data = os.path.relpath(fetch("employment"), HERE)
    except FetchError as failed:
        print(f"error: {failed}", file=sys.stderr)
        return 2
    print(f"\ncd {os.path.relpath(HERE)}")
    for number, step in enumerate(steps(data), start=1):
        print(f"\n--- {number}. {step.told}\n$ {step.command}", flush=True)
        code = run(step)
        if code not in step.codes:
            expected = " or ".join(map(str, step.codes))
            print(f"the demo stops: exit code {code}, expected was {expected}", file=sys.stderr)
            return code or 4
    print(f"\nThree phases, one measure, one `decide`: {time.monotonic() - began:.0f} seconds.")
    return 0


def run(step: Step) -> int:
    """Run a command with this Python, in the folder of the example; its exit code."""
    _, *arguments = shlex.split(step.command)
    return subprocess.run([sys.executable, "-m", "shall", *arguments], cwd=HERE, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
