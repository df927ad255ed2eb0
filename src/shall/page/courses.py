"""From recorded verdicts to the plain data that the pictures of a life are drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from shall.api.shown.courses import Course, Group, Point
from shall.api.shown.evidence import Model
from shall.core.requirement import Number
from shall.core.units import in_base
from shall.core.verdict import Verdict
from shall.page.alarms import marks, sounded
from shall.page.site import Site
from shall.reports import _life
from shall.reports._figures import Scale, group_text, scale_of
from shall.reports._life import At, Lived, Lot, Mark

PLAIN = Scale(1.0, 4)


def lived(site: Site, model: Model, most: int, names: Sequence[str] = (), size: str = "") -> Lived:
    """The newest windows of a model, with the requirements that were judged in them: all, or some ``names``.
    ``size``: windows of this other size, which raise no alarm."""
    windows = site.evidence.windows(model.name, most, size)
    labels = {window.label for window in windows}
    courses, heard = [], {} if size else sounded(site, model.name)
    for name in names or (site.evidence.requirements(model.name, size) if size else model.newest):
        newest = {point.window: point for point in site.evidence.course(model.name, name, most=3 * most, size=size)
                  if point.phase == "watch" and point.window in labels}
        if newest:
            alarms = marks(heard.get(name, {}), newest.items())
            made = _course(name, site.evidence.latest(model.name, name, size), [*newest.values()], [*newest], alarms)
            course = site.evidence.followed(model.name, name, size)
            courses.append(_spanned(made, course, [*newest.values()], [*newest]))
    lots = {window.label: Lot(window.label, window.rows, window.labelled) for window in windows}
    return Lived(model.name, [*lots.values()], courses)


def through(site: Site, model: Model, name: str, points: Sequence[Point]) -> Lived:
    """One requirement through all phases."""
    labels = labels_of(points)
    alarms = marks(sounded(site, model.name).get(name, {}), zip(labels, points, strict=True))
    course = _course(name, site.evidence.latest(model.name, name), points, labels, alarms)
    course = _spanned(course, site.evidence.followed(model.name, name), points, labels)
    return Lived(model.name, [Lot(label, point.n) for label, point in zip(labels, points, strict=True)], [course],
                 lot="verdict")


def _spanned(made: _life.Course, course: Course, points: Sequence[Point], labels: Sequence[str]) -> _life.Course:
    """With the whole life until each window, as it was recorded with the window; of the version of the newest one."""
    version = next((point.version for point in reversed(points) if point.phase == "watch"), "")
    spans = [replace(span, window=label) for label, point in zip(labels, points, strict=True)
             if point.version == version and (span := course.span(point)) is not None]
    return replace(made, spans=spans, unspanned="" if spans else course.unspanned, heard=course.heard)


def by_group(site: Site, of: tuple[Model, Course], groups: Sequence[Group], shown: tuple[int, int],
             least: int = 1) -> Lived:
    """The groups of one requirement at some places, each with a course of its own; none of fewer than ``least`` rows.
    """
    model, course = of
    points = course.points(*shown)
    label = dict(zip((point.record for point in points), labels_of(points), strict=True))
    verdict = site.evidence.latest(model.name, course.name)
    courses = []
    for group in groups:
        own = [point for point in course.points(*shown, group) if not 0 < point.n < least]
        made = _course(group_text(group), verdict, own, [label[point.record] for point in own], [])
        courses.append(replace(made, line="", points=[_of_one(point, verdict) for point in made.points]))
    return Lived(model.name, [Lot(label[point.record], point.n) for point in points], courses, what="group",
                 lot="verdict")


def _of_one(at: At, verdict: Verdict | None) -> At:
    """A group has no verdict of its own, and a limit only where it is one of each group."""
    if verdict is not None and verdict.deciding.aggregate == "each":
        return replace(at, verdict="")
    return replace(at, verdict="", least=None, most=None)


def labels_of(points: Sequence[Point]) -> list[str]:
    """A name for each verdict: its window, else its phase and day, and of which version where these are of several; the
    same one twice is counted."""
    several = len({point.version for point in points if point.version}) > 1
    seen: dict[str, int] = {}
    found = []
    for point in points:
        of = f" of version {point.version}" if several and point.version else ""
        told = point.window if point.phase == "watch" else f"{point.phase}{of} {point.at[:10]}"
        seen[told] = seen.get(told, 0) + 1
        found.append(told if seen[told] == 1 else f"{told} ({seen[told]})")
    return found


def _course(name: str, verdict: Verdict | None, points: Sequence[Point], labels: Sequence[str],
            alarms: Sequence[Mark]) -> _life.Course:
    last = next((point for point in reversed(points) if point.value is not None), None)
    scale = PLAIN if verdict is None else scale_of(verdict, verdict.deciding)
    line = "" if verdict is None else str(verdict.requirement)
    made = [_at(point, label, verdict) for point, label in zip(points, labels, strict=True)]
    return _life.Course(name, line, made, scale if last is not None else PLAIN, (), alarms)


def _at(point: Point, label: str, verdict: Verdict | None) -> At:
    limits = {point.side: point.limit}
    if verdict is not None:                 # of a `between` the other side too
        for side, limit in ((">=", verdict.requirement.bound.low), ("<=", verdict.requirement.bound.high)):
            if isinstance(limit, Number) and side != point.side:
                limits[side] = in_base(limit.value, limit.unit)
    return At(label, point.verdict, point.value, point.low, point.high, point.n, limits.get(">="), limits.get("<="),
              phase=point.phase)

