"""A small queue on the disk: what is put into it is kept until it is told to somebody, also over a restart.

One file a message, written whole or not at all. A message that cannot be delivered is tried again, later each time, and
given up after a week.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shall.core.errors import StoreError

FIRST: Final = 1.0                          # seconds until the second try
LONGEST: Final = 300.0                      # between two tries
WEEK: Final = 7 * 86400.0
MOST: Final = 1000                          # messages that wait
SUFFIX: Final = ".json"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one place; times are seconds since 1970."""

    name: str
    to: str
    body: str
    since: float
    tries: int = 0
    due: float = 0.0

    @property
    def old(self) -> bool:
        """Whether it was tried for a week."""
        return self.due - self.since > WEEK


@dataclass(frozen=True, slots=True)
class Outbox:
    """The messages in a folder, which is made when there is one."""

    folder: Path

    def put(self, to: str, body: str, key: str, now: float) -> bool:
        """Keep a message; one with the same ``to`` and ``key`` that waits already is the same. Whether it is kept.

        StoreError where it cannot be written.
        """
        name = hashlib.sha256(f"{to}\0{key}".encode()).hexdigest()[:32]
        if (self.folder / f"{name}{SUFFIX}").exists():
            return True
        if len(self) >= MOST:
            return False
        self._write(Message(name, to, body, now, 0, now))
        return True

    def due(self, now: float) -> Iterator[Message]:
        """The messages that are to be tried now, the one that waits longest first."""
        yield from sorted((one for one in self._messages() if one.due <= now or one.since > now),
                          key=lambda one: one.since)

    def done(self, message: Message) -> None:
        """Forget one."""
        (self.folder / f"{message.name}{SUFFIX}").unlink(missing_ok=True)

    def failed(self, message: Message, now: float) -> bool:
        """Try it again later; whether it is still tried. StoreError."""
        wait = min(FIRST * 2.0 ** min(message.tries, 30), LONGEST)
        next_try = Message(message.name, message.to, message.body, min(message.since, now), message.tries + 1,
                           now + wait)
        if next_try.old:
            self.done(message)
            return False
        self._write(next_try)
        return True

    def __len__(self) -> int:
        return sum(1 for _ in self._files())

    def _files(self) -> Iterator[Path]:
        return (one for one in self.folder.glob(f"*{SUFFIX}")) if self.folder.is_dir() else iter(())

    def _messages(self) -> Iterator[Message]:
        for path in self._files():
            if (message := _read(path)) is not None:
                yield message

    def _write(self, message: Message) -> None:
        told = {"shall_message": 1, "to": message.to, "body": message.body, "since": message.since,
                "tries": message.tries, "due": message.due}
        place = self.folder / f"{message.name}{SUFFIX}"
        beside = place.with_suffix(f".{os.getpid()}")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with beside.open("w", encoding="utf-8") as file:
                json.dump(told, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(place)
            _synced(self.folder)
        except OSError as error:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise StoreError(f"{place} cannot be written: {error.strerror or error}") from None


def _read(path: Path) -> Message | None:
    """The message of a file; nothing where it was done meanwhile, or is none."""
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return Message(path.stem, str(told["to"]), str(told["body"]), float(told["since"]), int(told["tries"]),
                       float(told["due"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _synced(folder: Path) -> None:
    """The names in a folder, on the disk."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)
