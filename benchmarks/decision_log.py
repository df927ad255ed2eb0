"""What it costs to log a decision durably: ``python -m benchmarks.decision_log``."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Final

import uvloop

from benchmarks.harness import save, timed
from shall.core.decisions import Field, Record
from shall.stores.decisions import DecisionLog, QueueFull, open_log, verify

FIELDS: Final = (*(Field(f"n{place}", "number") for place in range(24)),
                 *(Field(f"t{place}", "text") for place in range(10)),
                 Field("decision", "text"), Field("score", "number"), Field("abstained", "truth"))
VALUES: Final = (*[0.25, 39] * 12, *["Private", "HS-grad"] * 5, "1", 0.3, False)
ROUNDS: Final = 5
MANY: Final = 65_536


def record(log: DecisionLog, request: str = "") -> Record:
    """A decision of 37 fields."""
    return Record(log.next_id(), 1_795_294_554_758_694, request, "income@7", "ab" * 32, "live", VALUES)


def submitting(log: DecisionLog, number: int = 20_000) -> float:
    """CPU microseconds of the thread that submits, a decision."""
    began, done = time.thread_time(), 0
    while done < number:
        try:
            log.submit([record(log)], lambda problem: None)
            done += 1
        except QueueFull:
            time.sleep(0.002)
    return (time.thread_time() - began) / number * 1e6


def answering(log: DecisionLog, clients: int, number: int) -> tuple[float, float]:
    """Clients of one event loop that wait for each answer: CPU microseconds of all threads, and answers a second."""
    waiting: list[asyncio.Future[None]] = []

    async def client(loop: asyncio.AbstractEventLoop) -> None:
        for _ in range(number // clients):
            answer = loop.create_future()
            log.submit([record(log)], lambda problem, answer=answer: waiting.append(answer))
            await answer

    def told() -> None:
        group = waiting[:]
        del waiting[:len(group)]
        for answer in group:
            answer.set_result(None)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        log.grouped = lambda: loop.call_soon_threadsafe(told)
        await asyncio.gather(*(client(loop) for _ in range(clients)))

    began = time.perf_counter()
    _, cpu = timed(lambda: uvloop.run(main()))
    log.grouped = None
    return cpu / number * 1e6, number / (time.perf_counter() - began)


def sealing(folder: Path) -> float:
    """CPU microseconds a row of making a segment of 65,536 rows."""
    log = open_log(folder, FIELDS, rows_a_segment=10 * MANY)
    for start in range(0, MANY, 64):
        log.write([record(log, f"r{start}") for _ in range(64)])
    return timed(log.close)[1] / MANY * 1e6


def opening(folder: Path) -> tuple[float, float]:
    """CPU seconds to open a log of a million decisions to which another writes, and to verify it."""
    log = open_log(folder, FIELDS)
    for number in range(1_000_000 // 50):
        log.submit([record(log, f"r{number}") for _ in range(50)], lambda problem: None)
        while log.waiting > 500:
            time.sleep(0.001)
    log.write([record(log)])
    while len([*folder.glob("*.journal")]) > 1:         # what is full is sealed
        time.sleep(0.1)
    again, opened = timed(lambda: open_log(folder, FIELDS))
    again.close()
    log.close()
    return opened, timed(lambda: verify(folder))[1]


def main() -> None:
    """Print and keep the figures."""
    with tempfile.TemporaryDirectory() as place:
        log = open_log(Path(place) / "a", FIELDS, rows_a_segment=10**9)
        submit = statistics.median(submitting(log) for _ in range(ROUNDS))
        answers = {clients: [answering(log, clients, 500 if clients == 1 else 6_000) for _ in range(ROUNDS)]
                   for clients in (1, 16, 64)}
        log.close()
        seal = statistics.median(sealing(Path(place) / f"s{number}") for number in range(ROUNDS))
        opened, verified = opening(Path(place) / "o")
        size = sum(path.stat().st_size for path in (Path(place) / "o").iterdir())
    cpu = {clients: statistics.median(one for one, _ in found) for clients, found in answers.items()}
    rate = {clients: statistics.median(one for _, one in found) for clients, found in answers.items()}
    save("decision_log", [
        "python -m benchmarks.decision_log",
        f"a decision of {len(FIELDS)} fields, written and synced before it is answered; medians of {ROUNDS} rounds",
        f"to submit, in the thread that answers       {submit:6.1f} us of CPU",
        *(f"all threads, {clients:2} answers under way          {cpu[clients]:6.1f} us of CPU, {rate[clients]:7,.0f} "
          "a second" for clients in answers),
        f"to seal a row into a segment, later         {seal:6.1f} us of CPU",
        f"a million decisions: opened in {opened:.2f} CPU s, verified in {verified:.2f} CPU s, {size / 1e6:.0f} MB",
    ], {"submit_us": submit, "cpu_us": cpu, "rate": rate, "seal_us": seal, "opened_s": opened, "verify_s": verified})


if __name__ == "__main__":
    main()
