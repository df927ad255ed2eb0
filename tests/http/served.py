"""A small fleet with a real graph and a real log, and its server as an application that is asked in this process."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from shall.http import tokens
from shall.http.access import Entrance
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.limits import Limits
from shall.http.metrics import Metrics
from shall.http.token_table import ROLES
from shall.http.tokens import Tokens
from shall.runtimes.fleet import Fleet
from shall.runtimes.score import Scorer
from shall.runtimes.service import Service
from shall.runtimes.version import Lane, Version, columns_of
from shall.stores.decisions import open_log
from tests.runtimes import made

HERE = "127.0.0.1"
ROW = {"age": 41.0, "pay": 2.0, "city": "Ulm", "day": "2026-11-21"}


class Reply(NamedTuple):
    """What was answered."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes


def scorer() -> Scorer:
    """A graph of loans, with a typical row so that it can be explained."""
    graph = made.loans()
    about = {"classes": made.ABOUT["classes"], "probabilities": "score", "decision": "decision"}
    typical = {"typical": ROW, "rows": 100, "of": "train", "digests": {}, "shall_baseline": 1}
    return Scorer(graph.onnx, msgspec.json.encode({**msgspec.json.decode(graph.json), "about": about}), "digest",
                  baseline=msgspec.json.encode(typical))


def service(folder: Path, **more: Any) -> Service:
    """``loans``: version 1 in charge, 2 a canary of nothing, 0 recalled; all with one log."""
    versions = [Version("loans", number, scorer()) for number in ("1", "2")]
    log = open_log(folder / "decisions" / "loans", columns_of(versions), **more)
    lanes = {version.version: Lane(version, log, "live") for version in versions}
    return Service({"loans": Fleet("loans", "1", lanes, recalled={"0": "it was wrong"})})


def close(one: Service) -> None:
    """Let go of its logs."""
    for fleet in one.fleets.values():
        fleet.sink.close()      # type: ignore[attr-defined]


def make_tokens(path: Path) -> dict[str, str]:
    """A token of each role, and one that has ended."""
    texts = {role: tokens.new(path, role, role)[0] for role in ROLES}
    texts["expired"] = tokens.new(path, "expired", "user", 1)[0]
    text = path.read_text().split("[[token]]")
    ended = text[-1].replace(next(line for line in text[-1].splitlines() if line.startswith("expires")),
                             "expires = 2026-01-01T00:00:00Z")
    path.write_text("[[token]]".join((*text[:-1], ended)))
    return texts


def app(one: Service, path: Path | None = None, limits: Limits | None = None, **more: Any) -> App:
    """The application; with a file of tokens where ``path`` is given."""
    known = None if path is None else Tokens(path)
    return App(one, Entrance(Hosts(HERE), known), limits or Limits(), metrics=Metrics(), **more)


class Client:
    """Asks an application in one event loop."""

    def __init__(self, application: App) -> None:
        self.application, self.runner = application, asyncio.Runner()

    def __call__(self, method: str, path: str | bytes, headers: Iterable[tuple[bytes, bytes]] = (), body: bytes = b"",
                 client: str = HERE) -> Reply:
        """Ask; ``Host`` is given unless ``headers`` have one."""
        headers = [*headers]
        if not any(name == b"host" for name, _ in headers):
            headers.insert(0, (b"host", b"localhost"))
        if body and not any(name == b"content-length" for name, _ in headers):
            headers.append((b"content-length", b"%d" % len(body)))
        return self.runner.run(self._ask(method, path, headers, body, client))

    async def _ask(self, method: str, path: str | bytes, headers: list[tuple[bytes, bytes]], body: bytes,
                   client: str) -> Reply:
        raw = path if isinstance(path, bytes) else path.encode()
        raw, _, query = raw.partition(b"?")
        scope = {"type": "http", "method": method, "raw_path": raw, "path": raw.decode("latin-1"),
                 "query_string": query, "headers": headers, "client": (client, 5000), "server": (HERE, 8080),
                 "http_version": "1.1"}
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        await self.application(scope, receive, send)
        start = sent[0]
        return Reply(start["status"], dict(start["headers"]), b"".join(part.get("body", b"") for part in sent[1:]))

    def close(self) -> None:
        """Stop the application and its loop."""
        self.application.close()
        self.runner.close()
