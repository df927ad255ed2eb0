"""The options of `shall watch` that say whether alarms are responded to, as whom, and who hears of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import partial, reduce
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import click

from shall.api.keeping import FOLDER, home, store_of
from shall.api.life import heard
from shall.api.life.alerting import Alerts, alerts_for
from shall.api.life.recalling import named
from shall.api.life.recording import Lived, record
from shall.api.life.responding import Responding
from shall.api.life.standing import about_of, gone_on
from shall.core.alarm import Alarm
from shall.core.branches import DOT
from shall.core.errors import InputError, ShallError
from shall.core.responses import Response
from shall.core.store import Store
from shall.phases.watch import WatchReport
from shall.reports._layout import safe
from shall.spec import ShallFile
from shall.stores import open_store

TRIES: Final = 3                            # of a single run, to tell a webhook before it ends
OPTIONS: Final = (
    click.option("--respond", is_flag=True, help="Do what `on_broken` says about each alarm; --follow does anyway."),
    click.option("--as", "model", default="", metavar="NAME@VERSION",
                 help="Whose log it is, as `shall serve` calls it: of a log of decisions in service its rows alone are "
                      "watched, and servers that share the store obey."),
    click.option("--store", metavar="ADDRESS",
                 help="A path or postgresql://…; else SHALL_STORE, else .shall/shall.db beside FILE."),
    click.option("--webhook", "webhooks", multiple=True, metavar="URL", help="Tell this address of each alarm."),
    click.option("--webhook-secret", "secret", default="", metavar="VARIABLE",
                 help="The variable of the environment with the key that signs what is told."),
    click.option("--allow-private", is_flag=True, help="Webhooks may be on this machine or network."),
)
Respond = Callable[[Sequence[Alarm], str], list[Response]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the options said."""

    respond: bool = False
    model: str = ""
    store: str | None = None
    webhooks: tuple[str, ...] = ()
    secret: str = ""
    allow_private: bool = False

    def __post_init__(self) -> None:
        if self.model:
            named(self.model, branches=True)

    @property
    def any(self) -> bool:
        """Whether anything is to be done about an alarm."""
        return self.respond or bool(self.webhooks)


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with these options; its own `Wanted(**told)` takes them."""
    return reduce(lambda made, option: option(made), reversed(OPTIONS), command)


@contextmanager
def responder(file: ShallFile, wanted: Wanted, store: Store | None, *, sends: bool = False) -> Iterator[Respond]:
    """What responds to alarms by a file. ``sends``: webhooks are told by a thread while the block lasts."""
    with alerts(file, wanted, sends) as telling:
        one = Responding(file, wanted.model or file.subject.name, store, telling)

        def respond(alarms: Sequence[Alarm], life: str) -> list[Response]:
            one.settle()
            return one.of(alarms, life)

        yield respond


@contextmanager
def store_for(file: ShallFile, wanted: Wanted, record: bool = True) -> Iterator[Store | None]:
    """The store that is named, else that of the file; None where nothing is to be recorded. Unknown where it has never
    heard of the version whose log it is."""
    opened = store_of(file, record) if wanted.store is None or not record else closing(open_store(wanted.store))
    with opened as store:
        if wanted.model and store is not None:
            heard.expect(wanted.model.partition(DOT)[0], store, "leave --as out: then no server obeys")
        yield store


def respond_to(report: WatchReport, file: ShallFile, wanted: Wanted, life: Lived) -> list[Response]:
    """Respond to every alarm of a report that was not responded to before; alarms and verdicts are recorded."""
    until = accumulate(window.rows for window in report.windows)
    windows = [Alarm(verdict.name, str(verdict.requirement), rows, "", window.label, about_of(verdict))
               for window, rows in zip(report.windows, until, strict=True) for verdict in window.alarms]
    with store_for(file, wanted) as store, responder(file, wanted, store) as respond:
        alarms = gone_on([*report.sounded, *windows], report.windows)
        found = respond(alarms, life.name)
        if store is not None:
            record(report, alarms, store, (wanted.model or file.subject.name, life))
        return found


def told(found: Sequence[Response]) -> Iterator[str]:
    """What was done, a line a response."""
    yield from (f"Response to {safe(one.name)}: {safe(one.way)} ({safe(one.did)})" for one in found)


@contextmanager
def alerts(file: ShallFile, wanted: Wanted, sends: bool) -> Iterator[Alerts | None]:
    """The webhooks of the command line. In the end those are told that take it; what none takes waits on the disk."""
    if wanted.webhooks and file.path is None:
        raise InputError("the shall file is not on the disk, so there is no place for alerts that wait")
    folder = home(Path(file.path or ".").parent) / FOLDER
    found = alerts_for(wanted.webhooks, folder, secret=wanted.secret, allow_private=wanted.allow_private)
    if found is None:
        yield None
        return
    stop = threading.Event()
    thread = threading.Thread(target=partial(_send, found, stop), daemon=True)
    if sends:
        thread.start()
    try:
        yield found
    finally:
        stop.set()
        if sends:
            thread.join()
        _last(found)


def _send(found: Alerts, stop: threading.Event) -> None:
    while not stop.wait(1.0):
        with suppress(ShallError, OSError):     # it stays in the queue
            found.send()


def _last(found: Alerts) -> None:
    stop = threading.Event()
    for _ in range(TRIES):
        found.send()
        if not found.waiting:
            return
        stop.wait(1.0)
    click.echo(f"{found.queued} in {found.outbox.folder}: {found.problem or 'they were not taken'}. The "
               "next `shall watch --webhook` tells them.", err=True)


__all__ = ["Wanted", "alerts", "options", "respond_to", "responder", "store_for", "told"]
