"""What a look of a watch that goes on finds."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from shall.core.alarm import Alarm
from shall.core.verdict import Verdict
from shall.phases.watch import Window
from shall.phases.watching.held import Held


@dataclass(frozen=True, slots=True)
class State:
    """How a line stands: an alarm goes on until a window that began after it is met.

    ``since``: the time of the alarm, else its row; ``about``: of whom it tells; both empty where there is none.
    ``verdict``: of the newest window that was judged, ``window``: what that is called.
    """

    alarm: Literal["alarm", "quiet", "undecided"]
    since: str = ""
    verdict: Verdict | None = None
    window: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A window whose labels are still to come."""

    window: str
    rows: int
    labelled: int

    def __str__(self) -> str:
        share = 100 * self.labelled // self.rows if self.rows else 0      # never all of them, as some are to come
        return f"waiting for labels ({share} % labelled)"


@dataclass(frozen=True, slots=True)
class Looked:
    """What is new since the look before.

    ``windows``: those that were judged now, with the verdicts of the lines that could be; ``alarms``: also those that
    may not have been told before, since the process was killed; ``rows``: how many were read; ``waiting``: windows
    whose labels are still to come; ``life``: what tells this life from one under other lines.
    """

    windows: tuple[Window, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    rows: int = 0
    state: Mapping[str, State] = field(default_factory=dict)
    waiting: tuple[Waiting, ...] = ()
    notes: tuple[str, ...] = ()
    life: str = ""
    total: int = 0                          # rows that were ever read
    at: float = 0.0                         # when it was looked, in seconds since 1970
    held: str = ""                          # which rows are not heard, as one before them waits for its label

    def beside(self, others: Sequence[Looked]) -> Looked:
        """With what was found in windows of other sizes."""
        if not others:
            return self
        every = (self, *others)
        return replace(self, windows=tuple(window for one in every for window in one.windows),
                       waiting=tuple(window for one in every for window in one.waiting),
                       notes=tuple(dict.fromkeys(note for one in every for note in one.notes)))


def held_up(found: Held | None, matured: str) -> str:
    """Which rows wait for whose labels, until when, and what to do; "" where none is held up."""
    if found is None:
        return ""
    row = f"row {found.first}, of {_utc(found.at)}" if found.first else f"the row of {_utc(found.at)}"
    whose = f"of {row}" if found.by == 1 else f"of {found.by:,} rows, from {row}, on"
    behind = "1 row behind it has its own" if found.rows == 1 else f"{found.rows:,} rows behind have theirs"
    return (f"lines that need labels wait for the label {whose}: {behind}, and "
            f"{'is' if found.rows == 1 else 'are'} not heard until {_utc(found.until)}, or these labels come. Send "
            f"them; how long a label is waited for is `matured` under [watch] ({matured})")


def _utc(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
