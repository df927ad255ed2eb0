"""`watch`: fold a log into windows, judge each, and say which alarms they raise."""

from __future__ import annotations

import datetime
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from shall import adapters
from shall.adapters.decisions import LoggedDecisions
from shall.adapters.growing import is_empty
from shall.api.apart import expect_clock
from shall.api.checking import references_of
from shall.api.keeping import FOLDER, home
from shall.api.life.beginning import MATURED, Asked, begin, no_rows, of_service
from shall.api.life.going_on import Watching
from shall.api.life.looked import Looked, State
from shall.api.life.recording import Lived
from shall.api.life.resuming import life_of
from shall.api.opening import File, file_of, log_at, opened, source_of
from shall.core.errors import InputError, ShallError
from shall.core.store import Store
from shall.phases import watch as phase
from shall.phases.check import Progress
from shall.phases.measuring import Examination, prepare
from shall.phases.watch import WatchReport
from shall.phases.watching.labels import needs_labels
from shall.phases.watching.life import has_clock
from shall.phases.watching.windows import Allowed, Windows, seconds_in
from shall.spec import ShallFile

__all__ = ["Looked", "State", "Watching", "life_of_pass", "report_of", "state_of", "watch", "watching"]


def watch(file: File = "shall.toml", data: Any = None, *, labels: Any = None, window: str | None = None,
          on: datetime.date | None = None, progress: Progress | None = None, state: str | Path | None = None,
          afresh: bool = False, rows_of: str = "") -> WatchReport:
    """Hold a log of decisions to every requirement, window by window.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the log of decisions: a path (a folder of Parquet files), or any frame; else `log` of the file.
        labels: labels that came later, joined by id: a path or a frame.
        window: ``"1 month"`` or ``"10000 rows"``; else those of `[watch] windows`, of which the first raise alarms.
        on: the date, for waivers; today.
        progress: called with what is being done and the rows done since the last call.
        state: a folder that keeps how far it came: only what is new in the log is read then (see `watching`).
        afresh: forget what the folder keeps.
        rows_of: only the rows of this model, "income@7", of a log of decisions.

    Raises FileError where the file has problems, DataError where the data have.
    """
    shall_file = file_of(file)
    place = _place(shall_file, data)
    if state is not None:
        with watching(shall_file, data, labels=labels, window=window, state=state, afresh=afresh,
                      rows_of=rows_of) as going:
            if not is_empty(going.asked.place):
                log_at(shall_file, place)   # one that is not there at all may be mistyped
            going.look(on)
            return report_of(going, on)
    if _has_nothing(shall_file, place):
        return _of_nothing(shall_file, no_rows(Path(place)), _windows(shall_file, window)[0])
    kept = tuple(line for line in shall_file.requirements if "watch" in line.phases)
    shall_file = replace(shall_file, requirements=kept)
    late = labels is not None or (data is None and "labels" in shall_file.data)
    if rows_of and isinstance(log := log_at(shall_file, place), LoggedDecisions):
        if not (own := log.of_model(rows_of)).rows:
            return _of_nothing(shall_file, no_rows(Path(place), rows_of), _windows(shall_file, window)[0])
        labels = shall_file.data["labels"] if late and labels is None else labels
        shall_file, data = of_service(shall_file, log), own
    subject = opened(shall_file, data, labels)
    expect_clock(shall_file, subject.apart, subject.binding)
    examination = prepare(shall_file.requirements, subject.binding, shall_file.confidence, subject.features)
    windows, *further = _windows(shall_file, window)
    allowed = Allowed.parse(shall_file.watch.false_alarms)
    found = phase.watch(examination, subject.log, windows, references_of(subject, examination, progress),
                        on=on or datetime.date.today(), allowed=allowed, further=further, progress=progress)
    if not found.windows:
        return _of_nothing(shall_file, f"no rows yet: {subject.log.name} has none", windows, subject.notes)
    waits = _waits(examination) and (late or bool(shall_file.watch.matured))
    promise = _promise(shall_file, windows, found.by_window, has_clock(examination, allowed))
    return _of(shall_file, found, (windows, *further), subject.notes, waits, promise)


def watching(file: File = "shall.toml", data: Any = None, *, labels: Any = None, window: str | None = None,
             state: str | Path | None = None, afresh: bool = False, subject: str = "", store: Store | None = None,
             rows_of: str = "", clock: Callable[[], float] = time.time) -> Watching:
    """A watch that goes on: each `Watching.look` reads what came since the last one, in this process or in another.

    Args:
        file, data, labels, window: as for `watch`; data and labels are paths of what grows: a folder of Parquet files
            to which files are added, or a log of decisions in service.
        state: the folder that keeps how far it came; else `.shall/watch/NAME` (or ``rows_of``) beside the shall file.
        afresh: forget what the folder keeps.
        subject: what is watched, as the store names it; else as the file says.
        store: where verdicts and alarms are recorded.
        rows_of: only the rows of this model, "income@7", of a log of decisions.
        clock: seconds since 1970.

    Raises StoreError where another process watches with the same state.
    """
    shall_file = file_of(file)
    asked = _asked(shall_file, data, labels, window, rows_of)
    place = state_of(shall_file, rows_of) if state is None else Path(state)
    return Watching(asked, place, subject=subject, store=store, afresh=afresh, clock=clock)


def life_of_pass(file: ShallFile, data: Any = None, *, labels: Any = None, window: str | None = None,
                 subject: str = "", rows_of: str = "") -> Lived | None:
    """The life that one pass over a log is of: that of a watch of the same log that goes on. None where none could."""
    if _place(file, data) is None:
        return None                         # a model that is put to its gate decides rows of no log
    try:
        asked = _asked(file, data, labels, window, rows_of)
        begun = begin(asked, compared=False)
    except ShallError:
        return None
    tracks = () if begun is None else begun.tracks
    late = {line.name for track in tracks if track.waits for line in track.examination.requirements}
    lives = [life_of(subject or file.subject.name, replace(asked, windows=one), begun)
             for one in (asked.windows, *asked.further)]
    return Lived(lives[0], frozenset(late), tuple(lives[1:]))


def _asked(file: ShallFile, data: Any, labels: Any, window: str | None, rows_of: str = "") -> Asked:
    """What a watch that goes on is asked. InputError for rows that cannot grow."""
    place = source_of(file) if data is None else data
    late = file.data.get("labels") if labels is None and data is None else labels
    for one in (place, late):
        if not isinstance(one, str | Path | None) or "://" in str(one):
            raise InputError("a watch that goes on reads a folder that grows: give the path of one, not "
                             f"{one if isinstance(one, str) else type(one).__name__}")
    windows, *further = _windows(file, window)
    return Asked(file, Path(place), None if late is None else Path(late), windows, rows_of, further=tuple(further))


def state_of(file: ShallFile, rows_of: str = "") -> Path:
    """Where the state of the watch of a file lies, unless another folder is named; ``rows_of``: of one model."""
    if file.path is None:
        raise InputError("the shall file is not on the disk, so name a folder for the state of the watch")
    path = Path(file.path)
    name = re.sub(r"[^A-Za-z0-9._@-]+", "_", rows_of or file.subject.name or path.stem).lstrip(".") or "watch"
    return home(path.parent) / FOLDER / "watch" / name


def report_of(going: Watching, on: datetime.date | None = None) -> WatchReport:
    """All that a watch has found so far, also before this process."""
    file, windows, by_window = going.asked.file, going.asked.windows, going.by_window
    if not going.tracks:
        return _of_nothing(file, no_rows(going.asked.place, going.asked.rows_of), windows)
    found, held = going.windows(on), [going.held] if going.held else []
    clock = has_clock(going.tracks[0].examination, Allowed.parse(file.watch.false_alarms))
    return WatchReport(file.subject.name, found, str(windows), _promise(file, windows, by_window, clock),
                       (*going.notes, *_by_window(by_window), *held, *_doubts(found, going.ahead)),
                       str(file.path or ""), going.alarms,
                       going.spans, going.unspanned, going.heard, going.settled,
                       tuple(phase.Further(str(one.asked.windows), one.windows(on), one.settled)
                             for one in going.further))


def _of(file: ShallFile, found: phase.Watched, sizes: Sequence[Windows], notes: Sequence[str], waits: bool,
        promise: str) -> WatchReport:
    """What one pass found, by windows of some sizes."""
    further = tuple(replace(some, settled=_settled(file, one, some, waits))
                    for one, some in zip(sizes[1:], found.further, strict=True))
    return WatchReport(file.subject.name, found.windows, str(sizes[0]), promise,
                       (*notes, *_by_window(found.by_window), *_doubts(found.windows, found.ahead)),
                       str(file.path or ""), found.sounded, found.spans,
                       found.unspanned, found.heard, _settled(file, sizes[0], found, waits), further)


def _doubts(windows: Sequence[phase.Window], ahead: str) -> list[str]:
    """What may be wrong with the rows: their times, and their labels in the newest window of which that is said."""
    chosen = [f"{window.label}: {window.doubt}" for window in windows if window.doubt]
    return [*filter(None, [ahead]), *chosen[-1:]]


def _waits(examination: Examination) -> bool:
    """Whether some line needs labels of these rows."""
    return any(needs_labels(parts, examination.binding) for parts in examination.parts)


def _settled(file: ShallFile, windows: Windows, found: phase.Watched | phase.Further, waits: bool) -> tuple[str, ...]:
    """The windows of which nothing is still to come: they are over, and their labels are there or too old to come."""
    now, old = time.time(), seconds_in(file.watch.matured or MATURED)
    over = [(window, index) for window, index in zip(found.windows, found.indices, strict=True)
            if windows.is_over(index, now, max(found.indices), window.rows)]
    return tuple(window.label for window, index in over if not waits or window.labelled == window.rows
                 or (windows.by_time and windows.until(index) + old <= now))


def _place(file: ShallFile, data: Any) -> Any:
    """Where the rows are; None where the model of the file is put to its gate."""
    if data is None and file.subject.model is not None:
        return None
    return source_of(file) if data is None else data


def _has_nothing(file: ShallFile, place: Any) -> bool:
    """Whether a log has not even columns yet."""
    if not isinstance(place, str | Path) or "://" in str(place):
        return False
    return is_empty(Path(place)) or not adapters.shared(log_at(file, place)).schema.names


def _of_nothing(file: ShallFile, why: str, windows: Windows, notes: Sequence[str] = ()) -> WatchReport:
    """Where there is no row nothing is available, and no verdict either."""
    told = f"{why}, so nothing is available. Give a log that has some, or wait for them: --follow"
    return WatchReport(file.subject.name, (), str(windows), _promise(file, windows, {}, True), (*notes, told),
                       str(file.path or ""))


def _windows(file: ShallFile, window: str | None) -> tuple[Windows, ...]:
    return Windows.several([window] if window else file.watch.windows)


def _promise(file: ShallFile, windows: Windows, by_window: Mapping[str, str], clock: bool) -> str:
    """What the alarms promise, of which lines; ``clock``: whether that can be held to by windows, too."""
    rare = f"false alarms: at most {file.watch.false_alarms} and requirement, for a model exactly at its bound"
    if clock or not by_window or windows.between(Allowed.parse(file.watch.false_alarms)) is not None:
        return rare
    return ("a window alarms when it is broken at the confidence of its line, as the log has no time by which to be "
            "rarer ([columns] time)")


def _by_window(by_window: Mapping[str, str]) -> list[str]:
    """Which lines are not looked at after every row, and why."""
    reasons: dict[str, list[str]] = {}
    for name, why in by_window.items():
        reasons.setdefault(why, []).append(name)
    return [f"{', '.join(names)}: alarms by window, since {why}" for why, names in reasons.items()]
