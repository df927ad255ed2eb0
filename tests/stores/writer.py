"""A process that uses a store, for the tests that kill it or race it; run as a script."""

from __future__ import annotations

import os
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from shall.core.errors import LooksSpent, StoreError
from shall.stores import open_store


def write_for_ever(path: str, name: str, acknowledged: str) -> None:
    """Record events; after each one, say so in a file of its own."""
    said = os.open(acknowledged, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    with open_store(path) as store:
        for number in range(1_000_000):
            record = store.append("event", name, {"number": number, "padding": "x" * 200}, key=str(number))
            os.write(said, f"{record.sequence} {record.hash}\n".encode())


def look_at(path: str, gate: str, budget: str, *subjects: str) -> None:
    """Put subjects to a gate; print those that were let in, as they were."""
    with open_store(path) as store:
        for subject in subjects:
            try:
                look = store.look(gate, subject, int(budget))
            except LooksSpent:
                print("refused", subject)
            else:
                print("repeated" if look.repeated else "granted", subject, look.number)


def write_events(path: str, name: str, events: str, connections: str) -> None:
    """Record events without a key, on several connections at once."""
    def work(subject: str) -> None:
        with open_store(path) as store:
            for number in range(int(events)):
                store.append("event", subject, {"number": number})
    with ThreadPoolExecutor(int(connections)) as pool:
        list(pool.map(work, [f"{name}.{number}" for number in range(int(connections))]))


def open_only(path: str, go: str) -> None:
    """Wait for a file to appear, then open the store: so several migrate at one moment."""
    print("ready", flush=True)
    while not Path(go).exists():
        pass
    with open_store(path) as store:
        store.append("opened", "x", {})


def write_until_full(path: str, limit: str) -> None:
    """Record events until no file may grow; print how many were acknowledged, and what the error said."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), resource.RLIM_INFINITY))
    with open_store(path) as store:
        for number in range(100_000):
            try:
                store.append("event", "x", {"number": number, "padding": "x" * 1000})
            except StoreError as problem:
                print(number, problem)
                resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
                print(store.append("event", "x", {"number": "there is room again"}).sequence)
                return


def write_on_full_disk(path: str) -> None:
    """Record events until the disk is full; print how many were acknowledged, and the error; go on when it is not."""
    ballast = Path(path).with_name("ballast")
    ballast.write_bytes(bytes(1_000_000))
    with open_store(path) as store:
        for number in range(100_000):
            try:
                store.append("event", "x", {"number": number, "padding": "x" * 1000})
            except StoreError as problem:
                print(number, problem)
                ballast.unlink()
                store.append("event", "x", {"number": "again"})
                return


if __name__ == "__main__":
    jobs = (write_for_ever, write_events, look_at, open_only, write_until_full, write_on_full_disk)
    {job.__name__: job for job in jobs}[sys.argv[1]](*sys.argv[2:])
