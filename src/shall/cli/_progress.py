"""Progress of long work on stderr: a moving line on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import shutil
import sys
import textwrap
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

import click

from shall.reports._layout import plural

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

QUIET: Final = 0.5                          # seconds that work may take before it is told on a terminal
EVERY: Final = 5.0                          # seconds between plain lines


class Progress:
    """A callable that a verb tells what it is doing and how many rows (or trials) it has done since the last call.

    ``piped``: whether it is told where no terminal is, too.
    """

    def __init__(self, of: str = "row", *, one_line: bool = False, piped: bool = True) -> None:
        self._of, self._piped = of, piped
        self._one_line = one_line           # what is being done changes, and is counted as one
        self._terminal = sys.stderr.isatty()
        self._done: dict[str, int] = {}
        self._began = self._told = time.monotonic()
        self._bar: Bar | None = None
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, what: str, done: int) -> None:
        """Tell of some more work."""
        work = "" if self._one_line else what
        self._done[work] = self._done.get(work, 0) + done
        now = time.monotonic()
        if now - self._began < QUIET:
            return
        if self._terminal:
            self._move(work, what)
        elif self._piped and now - self._told >= EVERY:
            self._told = now
            click.echo(": ".join(filter(None, (what, self._words(work)))), err=True)

    def say(self, sentence: str) -> None:
        """Print a sentence that is to be read while the work goes on."""
        lines = textwrap.fill(sentence, min(shutil.get_terminal_size((120, 24)).columns, 120), subsequent_indent="  ")
        if self._bar is not None:
            self._bar.console.print(lines, markup=False, highlight=False)
        else:
            click.echo(lines, err=True)

    def _words(self, work: str) -> str:
        return plural(self._done[work], self._of) if self._done[work] else ""

    def _move(self, work: str, what: str) -> None:
        bar = self._bar or self._start()
        if work not in self._tasks:
            self._tasks[work] = bar.add_task(what, total=None, words="")
        bar.update(self._tasks[work], description=what, words=self._words(work))

    def _start(self) -> Bar:
        # rich costs a tenth of a second: only work that is long, and seen, pays for it
        from rich.console import Console
        from rich.progress import Progress as Bar
        from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TextColumn("{task.fields[words]}"),
                   TimeElapsedColumn())
        self._bar = Bar(*columns, console=Console(stderr=True), transient=True)
        self._bar.start()
        return self._bar
