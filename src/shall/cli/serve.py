"""`shall serve BUNDLE`: answer over HTTP, and log every decision before it is answered."""

from __future__ import annotations

import json
import logging
import os
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import click

import shall
from shall.api import storing
from shall.api.service.serving import Serving, serving
from shall.cli._entrance import PORT, entrance_of
from shall.cli._out import say
from shall.cli.verify import by_role
from shall.http import watching
from shall.http.access import Entrance
from shall.http.app import App
from shall.http.events import Event, Events
from shall.http.limits import Limits
from shall.http.lines import Faults, Lines, line, readable
from shall.http.metrics import Metrics
from shall.http.server import Beside, listening, reserved, run
from shall.page.in_service import site_of
from shall.reports._layout import safe
from shall.runtimes.service import Told
from shall.spec.serving import ServeFile

EXAMPLES: Final = """\b
Examples:
  shall serve income.zip                      on http://127.0.0.1:8080
  shall serve income.zip --port 0 --json      any free port, told as JSON
  shall serve serve.toml --host 0.0.0.0 --tokens tokens.toml

\b
Ctrl-C or SIGTERM stops it: what is under way is answered and kept, then it
ends. A second Ctrl-C ends it at once.
"""
log: Final = logging.getLogger("shall.serve")
SAMPLE: Final = {"number": 0, "text": "", "hashed": "", "date": "2026-01-01", "truth": False}
WITHOUT: Final = ("none, so no recall is heard, no verdict and no alarm is recorded, and what is done about a broken "
                  "promise ends with this server: --store shall.db")
FEW: Final = 40                             # fields of an example that are shown


@click.command(epilog=EXAMPLES)
@click.argument("place", metavar="BUNDLE|FILE.toml")
@click.option("--host", metavar="ADDRESS", help="Where to listen: 127.0.0.1, this machine only.")
@click.option("--port", type=PORT, help="8080 unless the file says another; 0: any that is free.")
@click.option("--name", default="", metavar="NAME", help="What a single bundle is called.")
@click.option("--log", "folder", metavar="FOLDER", help="Where decisions/ lies; here unless the file says.")
@click.option("--store", metavar="ADDRESS", help="A store, for recalls: its file, or postgresql://…")
@click.option("--tokens", "tokens_", metavar="FILE", help="Who may ask, and what: shall tokens new.")
@click.option("--host-name", "names", metavar="NAME", multiple=True, help="A name that others call this server by.")
@click.option("--key", "keys", metavar="[ROLE=]KEY", multiple=True, callback=by_role,
              help="Refuse bundles that this key has not signed.")
@click.option("--trust", metavar="FILE", help="Refuse those that [trust] of this shall file has not signed.")
@click.option("--access-log", is_flag=True, help="Write one line of JSON a request, on stdout.")
@click.option("--log-format", type=click.Choice(("text", "json")), default="text", show_default=True,
              help="How a line of what happens looks, on stderr.")
@click.option("--json", "as_json", is_flag=True, help="Tell in one line of JSON when it answers, and where.")
def command(place: str, *, host: str | None, port: int | None, name: str, folder: str | None, store: str | None,
            tokens_: str | None, names: tuple[str, ...], keys: dict[str, list[str]], trust: str | None,
            access_log: bool, log_format: str, as_json: bool) -> int:
    """Serve a bundle, or what a serve file names: the Open Inference Protocol V2, plain JSON, and Arrow streams."""
    door: list[tuple[Entrance, socket.socket]] = []

    def ahead(file: ServeFile) -> None:
        """Whether others may ask, and whether the port is free, is known before a folder is made."""
        entrance = entrance_of(host or file.host, (*file.hosts, *names), tokens_ or file.tokens)
        door.append((entrance, reserved(host or file.host, file.port if port is None else port)))

    try:
        started = serving(place, folder=folder, store=store, keys=keys, trust=trust, name=name, ahead=ahead)
    except BaseException:
        for _, taken in door:
            taken.close()
        raise
    [(entrance, taken)] = door
    lines = Lines(sys.stderr, line if log_format == "json" else readable)
    asked = Lines(sys.stdout) if access_log else None
    faults = Faults(lines)
    log.setLevel(logging.INFO)
    logging.getLogger().addHandler(faults)      # what libraries say, too: one line an event
    try:
        app = made(started, entrance, asked)
        address = taken.getsockname()[:2]
        events = Events(started, app.entrance.tokens, app.later)
        work = [Beside(1.0, partial(refresh, started, events)), Beside(60.0, partial(look, started, events))]
        work.append(Beside(1.0, partial(watch, started)))
        if (rows := app.pages.site.served) is not None:
            work.append(Beside(60.0, rows.sweep))
        if (alerts := started.enforcing.alerts) is not None:
            work.append(Beside(1.0, alerts.send))

        def tell() -> None:
            say(json.dumps(machine(started, address)) if as_json else "\n".join(people(started, app, address)))

        run(app, listening(taken), tell, work)
        write(events(last=True))
    finally:
        taken.close()
        started.close()
        logging.getLogger().removeHandler(faults)
        for some in (lines, *([] if asked is None else [asked])):
            some.close()
    return 0


def refresh(started: Serving, events: Events) -> None:
    """Take what has changed, and say what happened."""
    started.refresh()
    write(events())


def look(started: Serving, events: Events) -> None:
    """Look at the apprentices, and say what was found."""
    write(events.looked(started.look()))


def watch(started: Serving) -> None:
    """Watch every version that answers, and say what is to be said of it; its alarms are told as the status is."""
    for sentence in started.watch():
        log.info("%s", sentence)


def write(events: Sequence[Event]) -> None:
    """A line on stderr each."""
    for event in events:
        log.log(event.level, "%s", event.what)


def made(started: Serving, entrance: Entrance, lines: Lines | None) -> App:
    """The app of what was started."""
    metrics = Metrics()
    metrics.ask(partial(watching.files, started))
    metrics.ask(partial(watching.responses, started))
    metrics.ask(partial(watching.watched, started))
    limits = replace(Limits(), **started.file.limits)       # type: ignore[arg-type]
    return App(started.service, entrance, limits, metrics=metrics, access=None if lines is None else lines.request,
               site=site_of(started))


def machine(started: Serving, address: tuple[str, int]) -> dict[str, Any]:
    """What a program has to know."""
    return {"shall": shall.__version__, "command": "serve", "ready": True, "url": url(address), "host": address[0],
            "port": address[1], "pid": os.getpid(), "durable": started.durable, "log": started.file.log.folder,
            "store": storing.shown(started.address) if started.store else None,
            "models": [{"name": one.name, "in_charge": one.in_charge, "modes": one.modes, **standing(started, one.name),
                        "notes": one.notes} for one in started.service.models()]}


def standing(started: Serving, name: str) -> dict[str, Any]:
    """The versions of a name that may not answer from the start, and why; how that ends is in the notes."""
    wanted = started.wanted[name]
    return {"recalled": {version: {"why": one.why, "by": one.by, "on": one.on, "record": one.sequence}
                         for version, one in wanted.recalled.items()},
            "stopped": {version: {"way": way, "why": why} for version, (way, why) in wanted.stopped.items()}}


def people(started: Serving, app: App, address: tuple[str, int]) -> Iterator[str]:
    """What a person wants to know."""
    where = url(address)
    models = started.service.models()
    yield f"shall {shall.__version__} answers on {where}"
    for one in models:
        told = ", ".join(f"{version} {mode}" for version, mode in one.modes.items())
        logged = Path(started.file.log.folder) / "decisions" / one.name
        yield f"  {safe(one.name)}: {told}; decisions in {safe(str(logged))}, kept before they are answered" + (
            "" if started.service.fleets[one.name].durable == "must" else " if that is possible (durable = \"try\")")
    yield "  Tokens: " + ("none, so only this machine can ask" if app.entrance.tokens is None else "asked for")
    kept = storing.shown(started.address)
    yield "  Store: " + (f"{safe(kept)}, whose recalls and responses are obeyed" if started.store else WITHOUT)
    yield f"  Page for people: {where}/page"
    yield from (f"  Note: {safe(note)}" for note in started.status)
    if models:
        yield "Try it:"
        here = url(("127.0.0.1" if address[0] in EVERY else address[0], address[1]))
        yield curl(here, models[0], app.entrance.tokens is not None)
    yield "Ctrl-C stops it."


def curl(where: str, model: Told, token: bool) -> str:
    """A request to begin with, for a shell."""
    row = {one.name: one.values[0] if one.values else SAMPLE.get(one.what) for one in model.inputs[:FEW]}
    body = json.dumps({"inputs": row}).replace("'", "'\\''")
    bearer = " -H 'Authorization: Bearer TOKEN'" if token else ""
    return (f"  curl {where}/models/{model.name}/decide -H 'Content-Type: application/json'{bearer} "
            f"-d '{safe(body)}'")


EVERY: Final = ("0.0.0.0", "::")            # addresses to listen on, and none to ask


def url(address: tuple[str, int]) -> str:
    """Where it answers."""
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    return f"http://{host}:{address[1]}"
