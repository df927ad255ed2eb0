"""A life as plain data: each requirement window by window, the whole life until then, and its alarms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from shall.core.heard import Heard
from shall.core.span import Span
from shall.core.verdict import Verdict
from shall.reports._alarms import words_of
from shall.reports._figures import Scale, scale_of
from shall.reports._intervals import limits_of
from shall.reports._shapes import Watched, Windowed

WAITS = "waits"                             # for its labels: nothing can be said yet


@dataclass(frozen=True, slots=True)
class At:
    """A requirement in one window: what was found, and the limits that stood then.

    ``verdict`` is a finding, or `waits` where there is no value yet; ``alarm``: this window raised one; ``phase``: who
    looked.
    """

    window: str
    verdict: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: int = 0
    least: float | None = None
    most: float | None = None
    alarm: bool = False
    phase: str = "watch"
    words: str = ""


Kind = Literal["alarm", "response"]


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened to a requirement in a window."""

    window: str
    kind: Kind
    words: str


@dataclass(frozen=True, slots=True)
class Course:
    """One requirement through a life; ``spans``: the whole life until the end of each window; ``unspanned``: why there
    are none, where that was said."""

    name: str
    line: str
    points: Sequence[At]
    scale: Scale
    spans: Sequence[Span] = ()
    marks: Sequence[Mark] = ()
    unspanned: str = ""
    heard: Sequence[Heard] = ()             # where its alarm hears another quantity than the values are


@dataclass(frozen=True, slots=True)
class Lot:
    """The rows of a window; ``labelled`` is None where labels are not looked for."""

    label: str
    rows: int
    labelled: int | None = None


@dataclass(frozen=True, slots=True)
class Lived:
    """A life: its windows in their order, and its requirements."""

    subject: str
    windows: Sequence[Lot]
    courses: Sequence[Course]
    promise: str = ""
    notes: Sequence[str] = ()
    file: str = ""
    what: str = "requirement"               # each course is of
    lot: str = "window"                     # each point is of
    further: Mapping[str, Lived] = field(default_factory=dict)      # by windows of other sizes, which raise no alarm


def newest(lived: Lived, most: int) -> Lived:
    """Its newest windows."""
    lots = lived.windows[-most:]
    kept = {lot.label for lot in lots}
    further = {size: newest(one, most) for size, one in lived.further.items()}
    return replace(lived, windows=lots, further=further, courses=[replace(
        course, points=[point for point in course.points if point.window in kept],
        spans=[span for span in course.spans if span.window in kept],
        marks=[mark for mark in course.marks if mark.window in kept]) for course in lived.courses])


def of_watch(report: Watched) -> Lived:
    """What `watch` found, as a life."""
    courses = []
    for course in _courses(report.windows):
        name = course.name
        marks = [Mark(alarm.window, "alarm", words_of(alarm)) for alarm in report.sounded if alarm.name == name]
        courses.append(replace(course, spans=[span for span in report.spans if span.name == name], marks=marks,
                               unspanned=report.unspanned.get(name, ""),
                               heard=[one for one in report.heard if one.name == name]))
    further = {one.size: Lived(report.subject, _lots(one.windows), _courses(one.windows)) for one in report.further
               if one.windows}
    return Lived(report.subject, _lots(report.windows), courses, report.promise, report.notes, report.file,
                 further=further)


def _lots(windows: Sequence[Windowed]) -> list[Lot]:
    return [Lot(window.label, window.rows, window.labelled) for window in windows]


def _courses(windows: Sequence[Windowed]) -> list[Course]:
    """Each line through some windows."""
    found: dict[str, list[tuple[Windowed, Verdict]]] = {}
    for window in windows:
        for verdict in window.verdicts:
            found.setdefault(verdict.name, []).append((window, verdict))
    return [Course(name, str(some[-1][1].requirement), [_at(window, verdict) for window, verdict in some],
                   scale_of(some[-1][1], _told([verdict for _, verdict in some]).deciding))
            for name, some in found.items()]


def of_whole(course: Course, n: bool = True) -> str:
    """`0.795 [0.790, 0.801], n 130,523`: what is known of all rows until the newest window; "" where nothing is."""
    if not course.spans:
        return ""
    last = course.spans[-1]
    return f"{course.scale(last.value)} {course.scale.between(last.low, last.high)}" + (f", n {last.n:,}" if n else "")


def _told(verdicts: Sequence[Verdict]) -> Verdict:
    """The newest verdict with a value: it says how many figures are worth writing."""
    return next((one for one in reversed(verdicts) if one.deciding.value is not None), verdicts[-1])


def _at(window: Windowed, verdict: Verdict) -> At:
    part, unlabelled = verdict.deciding, window.labelled is not None and window.labelled < window.rows
    waits = part.value is None and unlabelled and part.n == 0 and part.coverage is not None
    words = "waits for its labels" if waits else part.reason
    return At(window.label, WAITS if waits else str(verdict.verdict), part.value, part.low, part.high, part.n,
              *limits_of(verdict.requirement), any(one.name == verdict.name for one in window.alarms), verdict.phase,
              words)
