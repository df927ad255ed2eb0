"""What was counted before, as a help that may fail: whatever is wrong with it is said, and counted again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from shall.core.errors import DataError, StoreError
from shall.stores.tallies import Known, Tallies, is_damaged, opened_afresh
from shall.tally import Plan, Tally

T = TypeVar("T")


class Remembered:
    """The tallies kept at ``path``. ``reread``: trust nothing of them, and hold what is counted against them."""

    def __init__(self, path: Path, *, reread: bool = False) -> None:
        self._path = path
        self._reread = reread
        self._said: dict[str, None] = {}
        self._tallies: Tallies | None = self._opened()

    @property
    def notes(self) -> tuple[str, ...]:
        """What was wrong."""
        return tuple(self._said)

    def files(self, folder: str) -> dict[str, Known]:
        """The files below a folder whose digest is known."""
        known: dict[str, Known] = self._tried(lambda tallies: tallies.files(folder.rstrip("/") + "/"), {})
        return {path: Known("", one.content) for path, one in known.items()} if self._reread else known

    def keep_file(self, path: str, known: Known) -> None:
        """Remember the digest of a file."""
        self._tried(lambda tallies: tallies.keep_file(path, known), None)

    def gone(self, paths: list[str]) -> None:
        """Files that are no longer there."""
        if paths:
            self._tried(lambda tallies: tallies.forget(paths), None)

    def tally(self, key: str, log: str, plan: Plan) -> Tally | None:
        """A tally that was kept; None where it has to be counted."""
        return None if self._reread else self._read(key, log, plan)

    def keep_tally(self, key: str, log: str, tally: Tally) -> None:
        """Remember a tally."""
        if self._reread and (kept := self._read(key, log, tally.plan)) is not None and kept != tally:
            self._say("a tally that was kept is not what the same rows give now; it was replaced: if it happens again, "
                      "report it")
        self._tried(lambda tallies: tallies.keep_tally(key, log, tally.to_bytes()), None)

    def forget(self, key: str, logs: Iterable[str]) -> None:
        """Tallies of what is gone."""
        self._tried(lambda tallies: tallies.drop(key, logs), None)

    def _read(self, key: str, log: str, plan: Plan) -> Tally | None:
        try:
            content = self._tried(lambda tallies: tallies.tally(key, log), None)
            return None if content is None else Tally.from_bytes(content, plan)
        except (ValueError, DataError):
            self._say(f"{self._path}: a tally that was kept is damaged; its files were counted again")
            return None

    def _opened(self) -> Tallies | None:
        try:
            return Tallies(self._path)
        except StoreError as error:
            return self._after(error)

    def _tried(self, work: Callable[[Tallies], T], otherwise: T) -> T:
        """The work; where the file fails, it is left alone from then on."""
        if self._tallies is None:
            return otherwise
        try:
            return work(self._tallies)
        except StoreError as error:
            self._tallies = self._after(error)
            return otherwise

    def _after(self, error: StoreError) -> Tallies | None:
        """What to go on with: an empty file in the place of a damaged one, else none."""
        if is_damaged(error):
            self._say(f"{error}: it only saves work, so it was begun anew and the files were counted again")
            try:
                return opened_afresh(self._path)
            except StoreError as again:
                error = again
        self._say(f"{error}: what was counted before could not be used or kept")
        return None

    def _say(self, note: str) -> None:
        self._said[note] = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._tried(lambda tallies: tallies.close(), None)
