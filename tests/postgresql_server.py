"""A PostgreSQL of our own for a while: made anew in a folder, on a free port of this machine only."""

from __future__ import annotations

import os
import pwd
import shlex
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Where initdb and pg_ctl are; None where the machine has none, or would have to run them as root."""
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    return places[-1] if places and _user() is not False else None


@contextmanager
def server() -> Iterator[str]:
    """The address of a database that nobody else has."""
    place, folder, user = programs(), Path(tempfile.mkdtemp(prefix="shall-pg-")), _user()
    assert place is not None and user is not False
    if user is not None:
        os.chown(folder, user.pw_uid, user.pw_gid)

    def call(*command: str) -> None:
        subprocess.run([str(place / command[0]), *command[1:]], check=True, stdout=subprocess.DEVNULL, cwd=folder,
                       user=None if user is None else user.pw_uid, group=None if user is None else user.pw_gid)

    try:
        call("initdb", "-D", "data", "-U", "shall", "-A", "trust", "--no-sync")
        for left in (2, 1, 0):              # somebody else may take the port just then
            port = _free_port()
            try:
                call("pg_ctl", "-D", "data", "-l", "log", "-w", "-o", f"-p {port} -c listen_addresses=127.0.0.1 "
                     f"-c unix_socket_directories={shlex.quote(str(folder))} -c fsync=off", "start")
                break
            except subprocess.CalledProcessError:
                if not left:
                    raise
        try:
            yield f"postgresql://shall@127.0.0.1:{port}/postgres"
        finally:
            call("pg_ctl", "-D", "data", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _user() -> pwd.struct_passwd | bool | None:
    """Who it runs as: None for ourselves, False where root has nobody for it."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return False


def _free_port() -> int:
    with socket.socket() as some:
        some.bind(("127.0.0.1", 0))
        return int(some.getsockname()[1])
