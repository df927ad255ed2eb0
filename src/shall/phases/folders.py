"""Counting a folder of files: what was counted before is not read again, and what changed is told."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shall.adapters.files import ParquetLog, digest_of_files, together
from shall.core.errors import DataError
from shall.phases.check import Progress
from shall.phases.remembered import Remembered
from shall.stores.tallies import Known
from shall.tally import Plan, Tally, accumulate

COUNTING: Final = 1                         # raised whenever the same rows would be counted otherwise
SETTLED: Final = 2.0                        # seconds after which a clock tells one write of a file from the next
MERGE: Final = 16                           # tallies kept before they are added up
NAMED: Final = 5                            # files that a note names

Listing = tuple[tuple[str, str], ...]       # name and digest of each file, in order


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, the digest of the log, its files where it is a folder, and what there is to say."""

    tally: Tally
    digest: str
    listing: Listing = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """The files of the folder at the check before, and its day."""

    listing: Listing
    day: str


def count_folder(plan: Plan, log: ParquetLog, remembered: Remembered, earlier: Earlier | None = None,
                 progress: Progress | None = None) -> Counted:
    """The tally of a folder, equal to that of one pass; only files that are new or changed are read.

    A file whose size and times are as they were is trusted to have its content, where it was left alone for
    two seconds before it was digested. Raises DataError where a file changes while it is read.
    """
    key = _key(plan, log)
    folder = _Folder(plan, log, remembered, key)
    listing = folder.listing()
    digest = together([identity for _, identity in listing])
    before = earlier.listing if earlier else ()
    total, todo = folder.start(listing, before)
    fresh, read = 0, []
    for tally, counted in folder.tallies(todo, progress):
        read.append(tally)
        fresh += counted
        if len(read) == MERGE:
            total, read = Tally.added([total, *read]), []
    total = Tally.added([total, *read])
    remembered.keep_tally(key, digest, total)
    sums = {together([identity for _, identity in before])} if before else set()
    kept = {digest, *(identity for _, identity in listing)}
    remembered.forget(key, {*sums, *(identity for _, identity in before)} - kept)
    return Counted(total, digest, listing, (*_told(listing, earlier, fresh), *remembered.notes))


class _Folder:
    """The files of one log, counted by one plan."""

    def __init__(self, plan: Plan, log: ParquetLog, remembered: Remembered, key: str) -> None:
        self._plan, self._log, self._remembered, self._key = plan, log, remembered, key
        self._home = Path(log.name)
        self._stamps: dict[Path, str] = {}

    def listing(self) -> Listing:
        """Every file with the digest of its rows; one that is as it was is not read for it."""
        known = self._remembered.files(str(self._home.absolute()))
        present = {str(path.absolute()): path for path in self._log.files}
        self._remembered.gone([path for path in known if path not in present])
        contents = {path: self._content(path, known.get(at)) for at, path in present.items()}
        return tuple((path.relative_to(self._home).as_posix(), self._log.identity(path, content))
                     for path, content in contents.items())

    def start(self, listing: Listing, before: Listing) -> tuple[Tally, list[tuple[Path, str]]]:
        """The sum of all that was there before, if all of it still is; and what is to be added."""
        files = [(path, identity) for path, (_, identity) in zip(self._log.files, listing, strict=True)]
        had = Counter(identity for _, identity in before)
        if not had or had - Counter(identity for _, identity in listing):
            return Tally.zero(self._plan), files
        total = self._remembered.tally(self._key, together([identity for _, identity in before]), self._plan)
        if total is None:
            return Tally.zero(self._plan), files
        left = []
        for path, identity in files:
            if had[identity]:
                had[identity] -= 1
            else:
                left.append((path, identity))
        return total, left

    def tallies(self, files: Sequence[tuple[Path, str]], progress: Progress | None) -> Iterator[tuple[Tally, bool]]:
        """The tally of each file, and whether it had to be counted; each is kept as soon as it is there."""
        for path, identity in files:
            tally = self._remembered.tally(self._key, identity, self._plan)
            if counted := tally is None:
                tally = self._count(path, progress)
                self._remembered.keep_tally(self._key, identity, tally)
            assert tally is not None
            yield tally, counted

    def _content(self, path: Path, known: Known | None) -> str:
        stamp = self._stamps[path] = _stamp(path)
        if known is not None and known.stamp == stamp:
            return known.content
        content = digest_of_files((path,))
        self._still(path)
        if _settled(path):
            self._remembered.keep_file(str(path.absolute()), Known(stamp, content))
        return content

    def _count(self, path: Path, progress: Progress | None) -> Tally:
        def told(rows: int) -> None:
            if progress is not None:
                progress(f"counting {self._log.name}", rows)
        tally = accumulate(self._plan, self._log.batches_of(path, self._plan.columns), progress=told)
        self._still(path)
        return tally

    def _still(self, path: Path) -> None:
        if _stamp(path) != self._stamps[path]:
            raise DataError(f"{path} was changed while it was read: start again; what was counted is kept")


def _key(plan: Plan, log: ParquetLog) -> str:
    """What tells how a file is counted: the plan, and the types that the whole folder gives its columns."""
    types = [str(log.schema.field(name).type) for name in plan.columns if name in log.schema.names]
    return hashlib.sha256(json.dumps([COUNTING, plan.digest, types]).encode()).hexdigest()


def _stamp(path: Path) -> str:
    """Size and times; the time of change too, which no program can set back."""
    try:
        found = path.stat()
    except OSError as error:
        raise DataError(f"{path} is gone while the folder is read: start again") from error
    return f"{found.st_size} {found.st_mtime_ns} {found.st_ctime_ns}"


def _settled(path: Path) -> bool:
    found = path.stat()
    return max(found.st_mtime, found.st_ctime) + SETTLED < time.time()


def _told(listing: Listing, earlier: Earlier | None, fresh: int) -> Iterator[str]:
    if earlier is None:
        return
    then, now = dict(earlier.listing), dict(listing)
    new = [name for name in now if name not in then]
    changed = [name for name in now if name in then and now[name] != then[name]]
    gone = [name for name in then if name not in now]
    if changed or gone:
        parts = [f"{word} {_named(names)}" for word, names in (("changed:", changed), ("gone:", gone)) if names]
        yield f"HISTORY CHANGED, rows that were checked before are not as they were: {'; '.join(parts)}"
    words = [f"{len(new)} new {'file' if len(new) == 1 else 'files'}", f"{len(changed)} changed", f"{len(gone)} gone"]
    yield (f"since the check of {earlier.day}: {', '.join(words)}; of {len(now)}, {fresh} "
           f"{'was' if fresh == 1 else 'were'} read and {len(now) - fresh} counted before")


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
