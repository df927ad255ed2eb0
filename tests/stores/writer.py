"""A process that uses a store, for the tests that kill it or race it; run as a script."""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

from shall.core.errors import LooksSpent, StoreError
from shall.stores.sqlite import open_store


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


if __name__ == "__main__":
    {job.__name__: job for job in (write_for_ever, look_at, open_only, write_until_full)}[sys.argv[1]](*sys.argv[2:])
