"""One thread that seals journals and lets old segments go, while others are served."""

from __future__ import annotations

import dataclasses
import threading
from collections import Counter
from typing import Final

from shall.core.errors import StoreError
from shall.journal import segments
from shall.journal.chain import Link
from shall.stores.decisions.retention import Retention
from shall.stores.decisions.terms import Heads
from shall.stores.decisions.writing import Writer

AGAIN: Final = 5.0                          # seconds until what the disk refused is tried again
LOOK: Final = 3600.0                        # seconds between two looks for what is too old


class Backroom:
    """``heads`` hears of each segment: what it was, by the name of its writer."""

    def __init__(self, alarms: Counter[str], heads: Heads | None) -> None:
        self.alarms, self._heads = alarms, heads
        self._jobs: list[tuple[Writer, Retention | None]] = []
        self._bell, self._ends = threading.Event(), False
        self._busy = threading.Lock()
        self._stuck: set[str] = set()
        self._thread = threading.Thread(target=self._run, name="shall-segments", daemon=True)
        self._thread.start()

    def add(self, writer: Writer, retention: Retention | None) -> None:
        """Work for another writer too."""
        with self._busy:
            self._jobs.append((writer, retention))
        self.ring()

    def ring(self) -> None:
        """There is something to be done."""
        self._bell.set()

    def work(self) -> bool:
        """Do what there is to do now; whether all of it was done."""
        with self._busy:
            return all([self._of(writer, retention) for writer, retention in self._jobs])

    def close(self) -> None:
        """Do what is left to do, and end the thread."""
        self._ends = True
        self.ring()
        self._thread.join()
        self.work()

    def _run(self) -> None:
        pause = LOOK
        while not self._ends:
            self._bell.wait(pause)
            self._bell.clear()
            if not self._ends:
                pause = LOOK if self.work() else AGAIN

    def _of(self, writer: Writer, retention: Retention | None) -> bool:
        try:
            while writer.full and str(writer.folder) not in self._stuck:
                self._tell(writer, writer.sealer.seal(writer.full[0]))
                segments.give_back()
                writer.full.popleft()
            for link in retention(writer.sealer) if retention is not None else ():
                self._tell(writer, link)
        except OSError:
            self.alarms["not_sealed"] += 1
            return False
        except StoreError:                  # its rows stay in the journal, and `verify` names what is wrong with it
            self._stuck.add(str(writer.folder))
            self.alarms["damaged"] += 1
        return True

    def _tell(self, writer: Writer, link: Link) -> None:
        if self._heads is None:
            return
        try:
            self._heads(f"{writer.folder.name}/{writer.name}", dataclasses.asdict(link))
        except Exception:                   # the chain of the folder holds it too
            self.alarms["heads"] += 1
