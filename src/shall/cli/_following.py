"""`shall watch --follow`: look again and again, and tell what is new, until a signal comes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from shall.api.life import watching
from shall.api.opening import file_of
from shall.cli._faults import tell
from shall.cli._out import look, say
from shall.cli._responding import Wanted, responder, store_for, told
from shall.core.errors import ShallError
from shall.phases.watching.windows import seconds_in
from shall.reports import _following
from shall.reports._layout import safe


def follow(file: str, log: str | None, labels: str | None, window: str | None, *, state: Path | None, afresh: bool,
           as_json: bool, wanted: Wanted) -> int:
    """Tell of windows and alarms as they come; 0 when a signal ends it. What was told is not told again."""
    shall_file = file_of(file)
    seconds = seconds_in(shall_file.watch.every)
    with stopped() as stop, store_for(shall_file, wanted) as store, watching.watching(
            shall_file, log, labels=labels, window=window, state=state, afresh=afresh, store=store,
            subject=wanted.model, rows_of=wanted.model) as going, responder(
                shall_file, wanted, store, sends=True) as respond:
        if not as_json:
            say(f"Watching {safe(str(going.asked.place))}, every {shall_file.watch.every}. Ctrl-C stops it; it goes on "
                "where it stopped.")
        going.ending = stop.is_set
        before = ""
        while not stop.is_set():
            try:
                looked = going.look()
                before = ""
            except ShallError as error:     # it may be well again at the next look: nothing is lost meanwhile
                if str(error) != before:
                    tell(error)
                before = str(error)
            else:
                lines = _following.json_lines(looked) if as_json else _following.lines(looked, look().paint)
                for line in lines:
                    say(line)
                for line in told(respond(looked.alarms, looked.life)):
                    click.echo(line, err=as_json)
            stop.wait(seconds)
    return 0


@contextmanager
def stopped() -> Iterator[threading.Event]:
    """Set by Ctrl-C and SIGTERM: what is being done ends first. A second Ctrl-C ends it at once."""
    event = threading.Event()

    def end(number: int, frame: object) -> None:
        if event.is_set() and number == signal.SIGINT:
            raise click.Abort
        event.set()
    before = {one: signal.signal(one, end) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield event
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
