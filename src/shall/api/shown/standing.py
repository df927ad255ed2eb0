"""What the store knows of a line as it stands in a shall file: a verdict on a line before it is no verdict on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shall.api.shown.courses import Point
from shall.api.shown.evidence import Evidence
from shall.core.errors import Unknown
from shall.core.requirement import Requirement


@dataclass(frozen=True, slots=True)
class Standing:
    """A line of a file. ``judged``: the newest verdict on it; None: it was not judged yet.

    ``other``: the verdict that is the model's by its name, where that is on another line, which is ``line``: an earlier
    one, or that of a version which was shipped with it.
    """

    judged: Point | None = None
    other: Point | None = None
    line: str = ""


def standing(evidence: Evidence, model: str, name: str, line: Requirement, version: str = "") -> Standing:
    """What is known of one line of a model's file; of no other ``version`` than this one, where one is named."""
    try:
        course = evidence.followed(model, name)
    except Unknown:
        return Standing()
    newest = course.newest_of(version or evidence.model(model).decides)
    newest = newest if newest is not None or version else course.point(-1)
    last = "" if newest is None else course.line_at(newest)
    return Standing(course.of_line(str(line), version), None if last == str(line) else newest, last)


def elsewhere(evidence: Evidence, model: str, name: str, lines: Sequence[Requirement]) -> Standing | None:
    """The standing of the line of a name in a file, where the newest verdict is on another one; else None."""
    line = next((one for one in lines if one.name == name), None)
    found = None if line is None else standing(evidence, model, name, line)
    return None if found is None or found.other is None else found
