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
from shall.phases.windows import Windows, false_alarms_a_year


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
    allowed = false_alarms_a_year(shall_file.watch.false_alarms)
    found = phase.watch(examination, subject.log, windows, references_of(subject, examination, progress),
                        on=on or datetime.date.today(), false_alarms=allowed, progress=progress)
    promise = "a window alarms when it is broken at the confidence of its line"
    if windows.by_time:
        promise = (f"false alarms: at most {shall_file.watch.false_alarms} and requirement, for a model exactly at its "
                   "bound")
    return WatchReport(shall_file.subject.name, found, str(windows), promise, subject.notes, str(shall_file.path or ""))
