"""Files of a folder, read without following a link, and written so that half a bundle is never seen."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from shall.bundle import names
from shall.core.errors import InputError, Refused

OPEN: Final = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
DEEPEST: Final = 3
Ahead = Callable[[], object]


def nothing() -> None:
    """What is to be done ahead where nothing is."""


def contents(place: Path, most: int, largest: int) -> dict[str, bytes]:
    """Every file below a folder by its name, ``most`` files and ``largest`` bytes at most. Refused for all else."""
    found: dict[str, bytes] = {}
    size = 0
    for path, name in _files(place, ""):
        if len(found) == most:
            raise Refused(f"{place} is refused: more than {most} files")
        found[name] = content_of(path, largest - size)
        size += len(found[name])
    if fault := next(names.faults(found), ""):
        raise Refused(f"{place} is refused: {fault}")
    return found


def content_of(path: Path, most: int) -> bytes:
    """The bytes of a plain file. Refused where it is a link, a device or larger; InputError where it cannot be read."""
    try:
        number = os.open(path, OPEN)
        with os.fdopen(number, "rb") as file:
            told = os.fstat(number)
            if not stat.S_ISREG(told.st_mode):
                raise Refused(f"{path} is refused: it is no plain file")
            content = file.read(most + 1) if told.st_size <= most else None
    except OSError as error:
        if path.is_symlink():
            raise Refused(f"{path} is refused: it is a link") from None
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    if content is None or len(content) > most:
        raise Refused(f"{path} is refused: more than {most:,} bytes")
    return content


def _files(folder: Path, before: str) -> Iterator[tuple[Path, str]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise InputError(f"{folder} cannot be read: {error.strerror}") from None
    for entry in entries:
        if entry.is_symlink():
            raise Refused(f"{entry.path} is refused: it is a link")
        if entry.is_dir(follow_symlinks=False):
            if before.count("/") == DEEPEST:
                raise Refused(f"{entry.path} is refused: a bundle has no deeper folders")
            yield from _files(Path(entry.path), f"{before}{entry.name}/")
        else:
            yield Path(entry.path), before + entry.name


def expect_room(place: Path) -> None:
    """InputError where nothing can be written at a place, since nothing can be beside it."""
    with _beside(place):
        pass


def expect_ours(place: Path, known: str) -> None:
    """InputError where something lies at a place that `write_folder` does not replace."""
    if place.exists() and not ((place / known).is_file() or (place.is_dir() and not any(place.iterdir()))):
        raise InputError(f"{place} exists and is no bundle: name another place, or remove it")


def write_folder(place: Path, files: Mapping[str, bytes], known: str, ahead: Ahead = nothing) -> None:
    """A folder of files, all or none. A folder that has the file ``known`` is replaced; no other is touched.

    ``ahead``: called when every byte is on the disk, before it is at its place: what it raises leaves all as it was.
    """
    expect_ours(place, known)
    with _beside(place) as temporary:
        made, old = temporary / "new", temporary / "old"
        for name, content in files.items():
            (made / name).parent.mkdir(parents=True, exist_ok=True)
            _put(made / name, (content,))
        for folder in (made, *(path for path in made.rglob("*") if path.is_dir())):
            _keep_names(folder)
        ahead()
        try:
            if place.exists():
                place.rename(old)
            made.rename(place)
        except BaseException:               # also Ctrl-C in between
            if old.exists() and not place.exists():
                old.rename(place)
            raise
        _keep_names(place.absolute().parent)


def write_file(path: Path, parts: Iterable[bytes], ahead: Ahead = nothing) -> None:
    """A file, all or nothing of it; ``ahead``: as of `write_folder`."""
    with _beside(path) as temporary:
        made = temporary / "new"
        _put(made, parts)
        made.chmod(0o644)
        ahead()
        made.replace(path)
        _keep_names(path.absolute().parent)


def _put(path: Path, parts: Iterable[bytes]) -> None:
    with path.open("wb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())


def _keep_names(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


@contextmanager
def _beside(place: Path) -> Iterator[Path]:
    try:
        temporary = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.absolute().parent))
        try:
            yield temporary
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except OSError as error:
        raise InputError(f"{place} cannot be written: {error.strerror}") from None
