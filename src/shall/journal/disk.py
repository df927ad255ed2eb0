"""All that is asked of the disk to write a log; nothing else there changes a file. Everything raises OSError."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path


def make(path: Path) -> int:
    """Open a file to be written, new or not."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)


def write(place: int, content: bytes, at: int) -> None:
    """Write all of it, ``at`` bytes from the start."""
    done = os.pwrite(place, content, at)
    while done < len(content):
        done += os.pwrite(place, memoryview(content)[done:], at + done)


def cut(place: int, end: int) -> None:
    """Let go of what lies after ``end`` bytes."""
    os.ftruncate(place, end)


def keep(place: int) -> None:
    """Wait until the content of a file is on the disk."""
    os.fdatasync(place)


def keep_names(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    place = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(place)
    finally:
        os.close(place)


def rename(old: Path, new: Path) -> None:
    """Give a file the name of another, which is gone then."""
    old.replace(new)


def remove(path: Path) -> None:
    """Remove a file, if it is there."""
    path.unlink(missing_ok=True)


def link(old: Path, new: Path) -> None:
    """Give a file another name. FileExistsError where that is taken."""
    os.link(old, new)


def put_first(path: Path, content: bytes) -> None:
    """Write a whole file, unless somebody else did just now."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    put(waiting, content)
    with contextlib.suppress(FileExistsError):
        link(waiting, path)
    remove(waiting)
    keep_names(path.parent)


def put(path: Path, content: bytes) -> None:
    """Write a whole file so that it is there or not, and stays."""
    waiting = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        place = make(waiting)
        try:
            cut(place, 0)
            write(place, content, 0)
            keep(place)
        finally:
            os.close(place)
        rename(waiting, path)
    except OSError:
        waiting.unlink(missing_ok=True)
        raise
    keep_names(path.parent)


def add(path: Path, content: bytes, end: int) -> None:
    """Write at the ``end`` of a file, all or nothing, and keep it."""
    fresh = not path.exists()
    place = make(path)
    try:
        try:
            cut(place, end)
            write(place, content, end)
            keep(place)
        except OSError:
            cut(place, end)
            raise
    finally:
        os.close(place)
    if fresh:
        keep_names(path.parent)
