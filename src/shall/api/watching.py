"""`watch`: fold a log into windows, judge each, and say which alarms they raise."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

from shall.api.checking import references_of
from shall.api.opening import File, file_of, opened
from shall.phases import watch as phase
from shall.phases.check import Progress
from shall.phases.measuring import prepare
from shall.phases.watch import WatchReport
from shall.phases.windows import Allowed, Windows
from shall.spec import ShallFile


def watch(file: File = "shall.toml", data: Any = None, *, labels: Any = None, window: str | None = None,
          on: datetime.date | None = None, progress: Progress | None = None) -> WatchReport:
    """Hold a log of decisions to every requirement, window by window.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the log of decisions: a path (a folder of Parquet files), or any frame; else `log` of the file.
        labels: labels that came later, joined by id: a path or a frame.
        window: ``"1 month"`` or ``"10000 rows"``; else the first of `[watch] windows`.
        on: the date, for waivers; today.
        progress: called with what is being done and the rows done since the last call.

    Raises FileError where the file has problems, DataError where the data have.
    """
    shall_file = file_of(file)
    kept = tuple(line for line in shall_file.requirements if "watch" in line.phases)
    shall_file = replace(shall_file, requirements=kept)
    subject = opened(shall_file, data, labels)
    examination = prepare(shall_file.requirements, subject.binding, shall_file.confidence, subject.features)
    windows = Windows.parse(window or next(iter(shall_file.watch.windows), "10000 rows"))
    allowed = Allowed.parse(shall_file.watch.false_alarms)
    found = phase.watch(examination, subject.log, windows, references_of(subject, examination, progress),
                        on=on or datetime.date.today(), allowed=allowed, progress=progress)
    return WatchReport(shall_file.subject.name, found.windows, str(windows), _promise(shall_file, windows, found),
                       (*subject.notes, *_by_window(found)), str(shall_file.path or ""), found.sounded)


def _promise(file: ShallFile, windows: Windows, found: phase.Watched) -> str:
    """What the alarms promise, of which lines."""
    rare = f"false alarms: at most {file.watch.false_alarms} and requirement, for a model exactly at its bound"
    told = windows.between(Allowed.parse(file.watch.false_alarms)) is not None
    if told or not found.by_window:
        return rare
    alone = "a window alarms when it is broken at the confidence of its line"
    return f"{rare}; by window, {alone}" if len(found.by_window) < len(file.requirements) else alone


def _by_window(found: phase.Watched) -> list[str]:
    """Which lines are not looked at after every row, and why."""
    reasons: dict[str, list[str]] = {}
    for name, why in found.by_window.items():
        reasons.setdefault(why, []).append(name)
    return [f"{', '.join(names)}: alarms by window, since {why}" for why, names in reasons.items()]
