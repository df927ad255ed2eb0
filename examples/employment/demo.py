"""The demo: ``python -m examples.employment.demo``. One file of requirements, from the data to the recall; real data.

Every command is printed before it runs, so that it can be run again by hand in this folder.
"""

from __future__ import annotations

import os
import queue
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from examples.fetch import FetchError, fetch

HERE: Final = Path(__file__).resolve().parent
MET, BROKEN, UNDECIDED = 0, 1, 3                # exit codes of `shall`


SERVED: Final = "served"                    # folder of what the server logs
ANSWERS: Final = "Ctrl-C stops it."         # the last line that a server says before it answers
ASIDE: Final = "--only DIS=1 --only 'AGEP>=50'"     # whom the shifted day brings: with a disability, 50 or older
PATIENCE: Final = 60                        # seconds for it to end


@dataclass(frozen=True, slots=True)
class Step:
    """A command, what one sees, and the exit codes that belong to the story.

    ``way``: whether it is waited for, goes on behind the next ones, or ends the one that does. ``heard``: what the
    one that goes on has to have said by then; its lines are shown with the step that they belong to.
    """

    command: str
    told: str
    codes: tuple[int, ...] = (MET,)
    way: Literal["run", "start", "stop"] = "run"
    heard: Sequence[str] = ()


def steps(data: str, port: int = 8080) -> tuple[Step, ...]:
    """The story; ``data`` is the folder of the data as seen from this one."""
    return *made(data), *served(data, port)


def made(data: str) -> tuple[Step, ...]:
    """From the data to a bundle, and what became of the model before."""
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
        Step(f"shall watch --log {data}/decisions --labels {data}/labels.parquet -o {data}/life.html",
             "Three years in service. The area under the curve stays, so an alarm on it would be silent; calibration "
             "creeps until it is broken. `fair` holds in every year, and yet it alarms at the turn of 2017 to 2018: "
             "there the survey has institutions and dormitories in one piece, and of their people men are taken for "
             "employed far more rarely. life.html is the picture.", (BROKEN,)),
    )


def served(data: str, port: int) -> tuple[Step, ...]:
    """A normal day in service, a shifted one, the alarm, the response, and the recall."""
    log, store = f"{data}/{SERVED}/decisions/employment", f"{data}/{SERVED}/shall.db"
    address = f"http://127.0.0.1:{port}"
    return (
        Step(f"shall serve {data}/bundle --port {port} --log {data}/{SERVED} --store {store} &",
             "The new model in its place: every decision is on the disk before it is answered, and the server looks "
             "after its own promises.", way="start"),
        Step(f"python client.py {address} {data}/decisions/2016.parquet --labels {data}/labels.parquet --alone 300 "
             "--many 12000",
             "A normal day: people of 2016 ask, by a client of the Open Inference Protocol that knows nothing of "
             "shall; what turned out to be true comes later."),
        Step(f"shall check {data}/bundle/shall.toml --data {log} --labels {log}/labels",
             "What it logged, held to the shall file that lies in the bundle.", (MET, UNDECIDED)),
        Step(f"python client.py {address} {data}/decisions/2017.parquet {data}/decisions/2018.parquet "
             f"--labels {data}/labels.parquet {ASIDE}",
             "The next day another office is connected: 4,319 real people of 50 and more with a disability. Women of "
             "them are in work nearly as often as men, but the model takes them for employed half as often. The server "
             "sounds the alarm by itself, needs no label for that, and responds.",
             heard=("ALARM, fair is broken", "abstains from rows")),
        Step(f"shall watch {data}/bundle/shall.toml --log {log}",
             "The same alarm by hand, from the log: the row at which it was certain. The verdict of the whole year is "
             "another statement, and still good.", (BROKEN,)),
        Step(f"python client.py {address} {data}/decisions/2017.parquet {ASIDE} --until abstains",
             "The response is the one of the file (`on_broken`): those who are worse off are decided by people from "
             "now on, no longer by the model."),
        Step(f"shall keys new --role regulator -o {data}/{SERVED}/regulator",
             "A key for those who may take a model back."),
        Step(f"shall recall employment@1 --why 'it turns down women with a disability' --by 'the regulator' "
             f"--key {data}/{SERVED}/regulator.key --store {store}",
             "The regulator takes the version back, as one takes back a defective product; it is signed and recorded, "
             "and every server that shares the store hears it within two seconds.",
             heard=("employment@1 was recalled",)),
        Step(f"python client.py {address} {data}/decisions/2016.parquet --until refused",
             "Nobody is answered by it any more, and each is told why."),
        Step("kill -TERM %1; wait %1",
             "It stops: what was under way is answered and kept.", way="stop"),
    )


def main() -> int:
    """Fetch the data and tell the story."""
    began = time.monotonic()
    try:
        data = os.path.relpath(fetch("employment"), HERE)
    except FetchError as failed:
        print(f"error: {failed}", file=sys.stderr)
        return 2
    shutil.rmtree(HERE / data / SERVED, ignore_errors=True)
    print(f"\ncd {os.path.relpath(HERE)}")
    with Story() as story:
        for number, step in enumerate(steps(data, free_port()), start=1):
            print(f"\n--- {number}. {step.told}\n$ {step.command}", flush=True)
            code = story.take(step)
            if code not in step.codes:
                expected = " or ".join(map(str, step.codes))
                print(f"the demo stops: exit code {code}, expected was {expected}", file=sys.stderr)
                return code or 4
    print(f"\nOne file, from the first look at the data to the recall: {time.monotonic() - began:.0f} seconds.")
    return 0


class Story:
    """Takes steps; what goes on behind them ends with the story."""

    def __init__(self) -> None:
        self._behind: subprocess.Popen[str] | None = None
        self._lines: queue.Queue[str] = queue.Queue()       # what it says while it goes on
        self._ear: threading.Thread | None = None
        self._heard = ""

    def __enter__(self) -> Story:
        return self

    def __exit__(self, *_: object) -> None:
        if self._behind is not None:
            self.stop()

    def take(self, step: Step) -> int:
        """The exit code of a command; 0 of one that goes on, 4 where that did not say what it had to."""
        code = {"run": self.run, "start": self.start, "stop": self.stop}[step.way](step.command)
        return self.hear(step.heard) or code

    def hear(self, words: Sequence[str]) -> int:
        """Show what the server has said since the step before, and wait until it has said some words; 4 if it does not.
        """
        until = time.monotonic() + PATIENCE
        while True:
            lacks = next((one for one in words if one not in self._heard), None)
            try:
                line = self._lines.get(timeout=max(until - time.monotonic(), 0)) if lacks else self._lines.get_nowait()
            except queue.Empty:
                break
            self._heard += line
            print(f"[server] {line}", end="", flush=True)
        if lacks:
            print(f"the server never said: {lacks}", file=sys.stderr)
        return 4 if lacks else 0

    def _listen(self, said: IO[str]) -> None:
        with said:
            for line in said:
                self._lines.put(line)

    def run(self, command: str) -> int:
        """Run a command in the folder of the example."""
        return subprocess.run(arguments(command), cwd=HERE, check=False).returncode

    def start(self, command: str) -> int:
        """Start a server, and wait until it says that it answers."""
        self._behind = subprocess.Popen(arguments(command.removesuffix(" &")), cwd=HERE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True)
        assert self._behind.stdout is not None and self._behind.stderr is not None
        self._ear = threading.Thread(target=self._listen, args=(self._behind.stderr,), daemon=True)
        self._ear.start()
        for line in self._behind.stdout:
            print(line, end="", flush=True)
            if line.strip() == ANSWERS:
                return 0
        return self.stop() or 4

    def stop(self, command: str = "") -> int:
        """End it, as a service manager does; its exit code, or 4 where it does not end."""
        behind, self._behind = self._behind, None
        if behind is None:
            return 4
        behind.send_signal(signal.SIGTERM)
        try:
            code = behind.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            behind.kill()
            code = behind.wait() or 4
        if self._ear is not None:
            self._ear.join(PATIENCE)
        self.hear(())
        print(f"exit code {code}")
        return code


def arguments(command: str) -> list[str]:
    """A command as this Python runs it."""
    program, *rest = shlex.split(command)
    return [sys.executable, *(["-m", "shall"] if program == "shall" else []), *rest]


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
