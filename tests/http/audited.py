"""What this process opens and where it connects, as Python's audit hooks see it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, NamedTuple

FILES = {"open", "os.listdir", "os.scandir", "os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.link", "os.symlink",
         "os.truncate", "os.chmod", "os.chown", "os.utime", "os.exec", "os.posix_spawn", "subprocess.Popen",
         "shutil.copyfile", "shutil.move", "shutil.rmtree", "sqlite3.connect", "tempfile.mkstemp", "ctypes.dlopen",
         "os.system", "glob.glob", "pathlib.Path.glob"}
NET = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname",
       "socket.gethostbyaddr", "urllib.Request", "http.client.connect", "ftplib.connect", "smtplib.connect"}
_heard: list[tuple[str, tuple[Any, ...]]] | None = None
_there = False


class Heard(NamedTuple):
    """What was done, by whom ever in this process."""

    events: list[tuple[str, tuple[Any, ...]]]

    def outside(self, *roots: object) -> list[tuple[str, str]]:
        """Files that are not below one of the ``roots``."""
        below = tuple(os.path.realpath(str(root)) for root in roots)
        found = []
        for event, arguments in self.events:
            if event in FILES and arguments and isinstance(arguments[0], str | bytes | os.PathLike):
                place = os.fsdecode(arguments[0])
                if not os.path.realpath(place).startswith(below):
                    found.append((event, place))
        return found

    def connections(self) -> list[tuple[str, str]]:
        """Where somebody was called, or a name was looked up."""
        return [(event, repr(arguments[1:])) for event, arguments in self.events if event in NET]


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _heard is not None and (event in FILES or event in NET):
        _heard.append((event, arguments))


@contextlib.contextmanager
def listening() -> Iterator[Heard]:
    """Listen. A hook cannot be taken away, so there is one for all."""
    global _heard, _there
    if not _there:
        sys.addaudithook(_hook)
        _there = True
    heard: list[tuple[str, tuple[Any, ...]]] = []
    _heard = heard
    try:
        yield Heard(heard)
    finally:
        _heard = None
