"""A million decisions through forty kill -9: answered = logged, exactly. ``python -m benchmarks.kill_nine``."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.harness import ROOT, save
from shall.adapters import open_log as read_log
from shall.core.decisions import Field, Label, Record
from shall.core.errors import Repeated
from shall.stores.decisions import QueueFull, now, open_log, verify

DECISIONS: Final = 1_000_000
KILLS: Final = 40
CLIENTS: Final = 2
FIELDS: Final = (Field("age", "number"), Field("sex", "text"), Field("decision", "text"), Field("score", "number"))


# --- a process that decides, to be killed -----------------------------------------------------------
def work(folder: str, said: str, client: str, begin: str, most: str, rows: str) -> None:
    """Log decisions as fast as it goes; say each that is acknowledged, "number id", in a file.

    Those from ``begin`` on may have been on their way when the process before was killed: they are asked for again, as
    a client does that got no answer.
    """
    place = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    began = time.perf_counter()
    log = open_log(Path(folder), FIELDS, rows_a_segment=int(rows), seconds_a_segment=2.0)
    os.write(place, f"ready {time.perf_counter() - began:.3f}\n".encode())
    waiting: list[str] = []

    def acknowledged() -> None:
        os.write(place, "".join(waiting).encode())
        waiting.clear()

    log.grouped = acknowledged
    number = int(begin)
    while number < int(most):
        values = (number % 90, "FM"[number % 2], str(number % 2), number / 7)
        one = Record(log.next_id(), now(), f"{client}-{number}", "income@7", "ab" * 32, "live", values)

        def told(problem: Exception | None, number: int = number, one: Record = one) -> None:
            if problem is None:
                waiting.append(f"{number} {one.id}\n")
            elif isinstance(problem, Repeated):
                kept = log.answered(one.request) or []
                os.write(place, f"{number} {kept[0].id if len(kept) == 1 else 'lost'}\n".encode())

        try:
            log.submit([one], told)
        except QueueFull:
            time.sleep(0.0005)
            continue
        number += 1
        if number % 100 == 0:
            log.label([Label(one.request, str(number % 2), now())], lambda problem: None)
    log.close()
    os.write(place, b"done\n")


def look(folder: str, stop: str) -> None:
    """Read the log again and again while others write it: no decision twice, never fewer than before."""
    rows = looks = 0
    while not Path(stop).exists():
        if (Path(folder) / "log.json").exists():
            log = read_log(folder)
            ids = _column(log, "id")
            assert len(ids) >= rows and pc.count_distinct(ids).as_py() == len(ids), "a decision is lost or doubled"
            rows, looks = len(ids), looks + 1
        time.sleep(0.2)
    print(looks)


# --- who asks, and kills ----------------------------------------------------------------------------
class Client:
    """Asks one process for decisions, and the next one for those that were not answered."""

    def __init__(self, folder: Path, name: str, most: int, rows: int) -> None:
        self.folder, self.name, self.most, self.rows = folder, name, most, rows
        self.ids: list[str | None] = [None] * most
        self.answered, self.done = 0, False
        self.ready: list[float] = []
        self._said = folder.parent / f"{name}.said"
        self._read, self._rest, self._first = 0, b"", 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """A new process, which is asked for the first that was not answered and all after it."""
        while self._first < self.most and self.ids[self._first] is not None:
            self._first += 1
        parts = (self.folder, self._said, self.name, self._first, self.most, self.rows)
        self._process = subprocess.Popen([sys.executable, "-m", "benchmarks.kill_nine", "work", *map(str, parts)],
                                         cwd=ROOT)

    def listen(self) -> int:
        """Take note of what was answered; how many there are."""
        self._said.touch()
        with self._said.open("rb") as file:
            file.seek(self._read)
            content = file.read()
        self._read += len(content)
        *lines, self._rest = (self._rest + content).split(b"\n")
        for line in lines:
            self._hear(*line.decode().split())
        return self.answered

    def kill(self) -> None:
        """kill -9."""
        self.end()
        self.listen()
        self._rest = b""

    def end(self) -> None:
        """No process is left, whatever it said."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def failed(self) -> bool:
        """The process ended by itself before its time."""
        return self._process is not None and self._process.poll() not in (None, 0)

    def wait(self) -> None:
        """Until all is answered."""
        assert self._process is not None and self._process.wait() == 0, "a process failed"
        self.listen()

    def _hear(self, what: str, said: str = "") -> None:
        if what == "ready":
            self.ready.append(float(said))
        elif what == "done":
            self.done = True
        else:
            known = self.ids[int(what)]
            assert known in (None, said), f"request {self.name}-{what} was answered as {known} and as {said}"
            self.answered += known is None
            self.ids[int(what)] = said


def run(place: Path, decisions: int, kills: int, rows: int, seed: int) -> dict[str, Any]:
    """Log so many decisions through so many kills; what was found. AssertionError where one is lost or doubled."""
    chance = random.Random(seed)
    folder, stop = place / "income", place / "stop"
    began = time.perf_counter()
    clients = [Client(folder, f"c{number}", decisions // CLIENTS, rows) for number in range(CLIENTS)]
    reader = subprocess.Popen([sys.executable, "-m", "benchmarks.kill_nine", "look", str(folder), str(stop)], cwd=ROOT,
                              stdout=subprocess.PIPE, text=True)
    try:
        done = _killed(clients, decisions, kills, chance)
        seconds = time.perf_counter() - began
        stop.touch()
        looks = int(reader.communicate(timeout=120)[0])
        assert reader.returncode == 0, "the reader failed"
    finally:                                            # a run that fails leaves nobody behind
        for client in clients:
            client.end()
        reader.kill()
        reader.wait()
    ready = max(max(client.ready) for client in clients)
    return {**_compared(folder, clients), "kills": done, "seed": seed, "seconds": seconds, "looks": looks,
            "ready_s": ready, "starts": sum(len(client.ready) for client in clients)}


def _killed(clients: Sequence[Client], decisions: int, kills: int, chance: random.Random) -> int:
    """All decisions, through so many kills; how many there were before all was answered."""
    for client in clients:
        client.start()
    done = 0
    for number in range(kills):
        _until(clients, (number + 1) * decisions // (kills + 1))
        left = [one for one in clients if one.answered < one.most]
        if not left:
            break
        client = chance.choice(left)
        done += 1
        time.sleep(chance.uniform(0, 0.02))
        client.kill()
        if chance.random() < 0.2:                   # once more, while it starts or sorts out what was left
            client.start()
            time.sleep(chance.uniform(0, 0.6))
            client.kill()
        client.start()
    for client in clients:
        client.wait()
    return done


def _until(clients: Sequence[Client], answered: int) -> None:
    while sum(client.listen() for client in clients) < answered and not all(client.done for client in clients):
        assert not any(client.failed() for client in clients), "a process failed"
        time.sleep(0.002)


def _column(log: Any, name: str) -> pa.ChunkedArray:
    parts = [batch.column(0).cast(pa.string()) for batch in log.batches([name])]
    return pa.chunked_array(parts, pa.string())


def _compared(folder: Path, clients: Sequence[Client]) -> dict[str, Any]:
    """What was answered, held against what is in the log."""
    head = verify(folder)
    log = read_log(folder)
    ids, requests = _column(log, "id"), _column(log, "request")
    wanted = pa.array([name for client in clients for name in client.ids], pa.string())
    asked = pa.array([f"{client.name}-{number}" for client in clients for number in range(client.most)], pa.string())
    places = pc.index_in(asked, requests.combine_chunks())
    lost = places.null_count
    other = pc.sum(pc.not_equal(ids.combine_chunks().take(places), wanted)).as_py()
    doubled = len(requests) - pc.count_distinct(requests).as_py()
    ages = np.concatenate([batch.column(0).to_numpy() for batch in log.batches(["age"])])
    right = np.array([int(name.split("-")[1]) % 90 for name in requests.to_pylist()])
    assert lost == doubled == other == 0, f"{lost} lost, {doubled} doubled, {other} answered under another id"
    assert (ages == right).all() and head.rows == len(ids), "a decision is not what was answered"
    return {"answered": sum(client.answered for client in clients), "logged": head.rows, "lost": lost,
            "doubled": doubled, "other": other, "labels": head.labels}


def main() -> None:
    """Print and keep the figures."""
    decisions, kills = int(os.environ.get("DECISIONS", DECISIONS)), int(os.environ.get("KILLS", KILLS))
    seed = random.SystemRandom().randrange(2**32)
    with tempfile.TemporaryDirectory() as place:
        found = run(Path(place), decisions, kills, 20_000, seed)
    save("kill_nine", [
        "python -m benchmarks.kill_nine",
        f"{CLIENTS} writers of one log and a reader, {found['kills']} kill -9 at random instants, seed {seed}",
        f"answered {found['answered']:,}, logged {found['logged']:,}; {found['lost']} lost, {found['doubled']} twice, "
        f"{found['other']} under another id; the chain verifies",
        f"ready again after at most {found['ready_s']:.2f} s (opening the log; {found['starts']} starts)",
        f"{found['seconds']:.0f} s in all; the log was read {found['looks']} times meanwhile",
    ], found)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        {"work": work, "look": look}[sys.argv[1]](*sys.argv[2:])
    else:
        main()
