"""How far a watch came, on the disk: `state.json`, and beside it the tallies that it names. One process at a time.

A commit writes the new tallies first, then the state, in one rename; what no state names any more goes last. So
whenever the process is killed, the state before or the state after is there, whole. It is no evidence: it may be
deleted, and the log is read anew then.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from shall.core.chain import canonical, digest
from shall.core.errors import StoreError, Unusable
from shall.journal import disk

STATE: Final = "state.json"
LOCK: Final = "lock"
FORMAT: Final = 3
NAME: Final = ".tally"


class Watched(Unusable):
    """Another process watches the same."""


class WatchFolder:
    """The folder of one watch, locked until `close`. StoreError where another process has it, or it is damaged."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.mkdir(parents=True, exist_ok=True)
            self._lock = os.open(path / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as problem:
            raise Unusable(f"{path} cannot be opened for writing: {problem.strerror or problem}. Check the path and "
                           "its rights") from problem
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            who = os.pread(self._lock, 32, 0).decode(errors="replace").strip()
            os.close(self._lock)
            raise Watched(f"this is watched already, by the process {who or 'that has locked it'}: {path} is "
                          "locked. Stop that one, or keep the state of this one elsewhere: --state FOLDER") from None
        os.ftruncate(self._lock, 0)
        os.pwrite(self._lock, f"{os.getpid()}\n".encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def state(self) -> dict[str, Any] | None:
        """What was kept last; None where nothing was. StoreError where it was changed since."""
        try:
            content = (self.path / STATE).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as problem:
            raise self._damaged(str(problem)) from problem
        try:
            told: dict[str, Any] = json.loads(content)
            body, seal = told["state"], told["digest"]
        except (ValueError, KeyError, TypeError) as problem:
            raise self._damaged("it is no state of a watch") from problem
        if told.get("format") != FORMAT:
            raise self._damaged(f"it is of another shall (format {told.get('format')}; this one reads {FORMAT})")
        if digest(canonical(body).encode()) != seal:
            raise self._damaged("it was changed after it was written")
        return dict(body)

    def tally(self, name: str) -> bytes:
        """A tally that the state names. StoreError where it is not as it was written."""
        try:
            content = (self.path / name).read_bytes()
        except OSError as problem:
            raise self._damaged(f"{name}: {problem.strerror or problem}") from problem
        if named(name.partition("@")[0], content) != name:
            raise self._damaged(f"{name} was changed after it was written")
        return content

    def keep(self, state: Mapping[str, Any], fresh: Mapping[str, bytes], wanted: set[str]) -> None:
        """Commit ``fresh`` tallies by name, and the state that names all of ``wanted``.

        StoreError: nothing changed. Watched: it was closed.
        """
        if self._lock < 0:
            raise Watched(f"{self.path} was closed: another process may have it")
        text = _text(dict(state))
        told = f'{{"format": {FORMAT}, "digest": "{digest(text.encode())}", "state": {text}}}'
        try:
            for name, content in fresh.items():
                if not (self.path / name).exists():
                    disk.put(self.path / name, content)
            disk.put(self.path / STATE, told.encode())
        except OSError as problem:
            raise StoreError(f"the state of the watch cannot be kept in {self.path}: {problem.strerror or problem}"
                             ) from problem
        with contextlib.suppress(OSError):              # the next commit tries again
            for path in self.path.iterdir():
                if (path.suffix == NAME and path.name not in wanted) or path.name.startswith("."):
                    disk.remove(path)

    def forget(self) -> None:
        """Begin anew."""
        disk.remove(self.path / STATE)
        disk.keep_names(self.path)

    def close(self) -> None:
        """Let another process have it."""
        if self._lock >= 0:
            os.close(self._lock)
        self._lock = -1

    def _damaged(self, why: str) -> StoreError:
        return StoreError(f"{self.path / STATE} cannot be gone on from: {why}. Watch afresh (--afresh), or remove that "
                          "file: the log is read from its beginning")


def _text(value: Any) -> str:
    """`canonical`, of large states in many short calls: others run in between."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return canonical(value)
    return "{" + ",".join(f"{canonical(key)}:{_text(value[key])}" for key in sorted(value)) + "}"


def named(what: str, content: bytes) -> str:
    """What a tally is called: what it counts, and a digest of its bytes."""
    return f"{what}@{digest(content)[:32]}{NAME}"
