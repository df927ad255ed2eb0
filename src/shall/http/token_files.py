"""The file of tokens: their digests, never the tokens; TOML, yours alone, written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import stat
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from shall.core.errors import InputError
from shall.http import token_table
from shall.http.token_table import MOST, Token

MOST_BYTES: Final = 262_144


def read(path: Path) -> tuple[Token, ...]:
    """The tokens of a file. InputError where others may read or change it, or where it is not as it must be."""
    _refuse_open_to_others(path)
    try:
        with path.open("rb") as file:
            text = file.read(MOST_BYTES + 1)
        if len(text) > MOST_BYTES:
            raise InputError(f"{path}: a file of tokens has at most {MOST_BYTES // 1024} KB")
        content = tomllib.loads(text.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"{path}: the tokens cannot be read: {type(error).__name__}") from None
    return token_table.tokens(path, content)


def readable_by_group(path: Path) -> bool:
    """Whether the group may read it, which some platforms cannot avoid: told, not refused."""
    return os.name == "posix" and bool(path.stat().st_mode & stat.S_IRGRP)


@contextlib.contextmanager
def changing(path: Path) -> Iterator[list[Token]]:
    """The tokens of a file (none where it is not there yet), to be changed; nobody else changes it meanwhile."""
    path = path.resolve()                   # a link stays one
    with _alone(path) as beside:
        tokens = [*read(path)] if path.exists() else []
        yield tokens
        _put(path, beside, tokens)


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[Path]:
    """A file beside ``path`` that one process alone can make: it is the lock, and then the new file."""
    beside = path.with_name(path.name + ".new")
    try:
        os.close(os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        raise InputError(f"{path}: somebody else is changing it. If nobody is, delete {beside}") from None
    except OSError as error:
        raise InputError(f"{path}: it cannot be written: {error.strerror}") from None
    try:
        yield beside
    except BaseException:                   # not `finally`: once it was put in place, such a file is somebody else's
        beside.unlink(missing_ok=True)
        raise


def _put(path: Path, beside: Path, tokens: Sequence[Token]) -> None:
    if len(tokens) > MOST:
        raise InputError(f"{path}: at most {MOST} tokens; take revoked ones out of the file")
    with beside.open("w", encoding="utf-8") as file:
        file.write(token_table.text(tokens))
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _refuse_open_to_others(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except OSError:
        raise InputError(f"{path}: there is no such file of tokens. `shall tokens new` makes one") from None
    if not stat.S_ISREG(mode):
        raise InputError(f"{path}: this is not a file")
    if os.name == "posix" and mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise InputError(f"{path}: others may read or change it: chmod 600 {path}")
