"""Our server with a log that keeps nothing, which no user can have: what answering costs. PORT BUNDLE NAME."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from typing import Any

from shall import load_bundle
from shall.core.decisions import Field, Told
from shall.http.access import Entrance
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.metrics import Metrics
from shall.http.server import bound, run
from shall.runtimes.columns import Columns
from shall.runtimes.fleet import Fleet
from shall.runtimes.service import Service
from shall.runtimes.version import Lane, Version


class Nowhere:
    """A sink that says at once that all is kept."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self.fields = fields
        self._ids = itertools.count()

    def next_id(self) -> str:
        """A number."""
        return f"{next(self._ids):x}"

    def submit(self, records: Any, told: Told) -> None:
        """Nothing."""
        told(None)

    def write(self, records: Any) -> None:
        """Nothing."""

    def close(self) -> None:
        """Nothing."""


def app(bundle: str, name: str) -> App:
    """One version."""
    version = Version(name, "1", load_bundle(bundle), Columns())
    service = Service()
    service.swap({name: Fleet(name, "1", {"1": Lane(version, Nowhere(version.fields), "live")})})
    return App(service, Entrance(Hosts("127.0.0.1")), metrics=Metrics())


if __name__ == "__main__":
    run(app(*sys.argv[2:]), bound("127.0.0.1", int(sys.argv[1])), lambda: None, [])
