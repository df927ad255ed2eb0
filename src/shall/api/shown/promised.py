"""What the bundle in charge asks for, and how each of its lines stands in service: also before a window was judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from shall.api.shown.evidence import Evidence
from shall.api.shown.standing import Standing, standing
from shall.core.branches import called
from shall.core.requirement import Requirement

if TYPE_CHECKING:
    from shall.api.service.in_service import Serving

NOT_WATCHED = "is not watched"
NOT_LOOKED = "is looked at soon"
NOT_OVER = "no window is over yet"


@dataclass(frozen=True, slots=True)
class Promise:
    """A line of the bundle. ``recorded``: what the store knows of it; ``found``: its verdict, of the newest window
    where nothing is recorded; "" where there is none, and ``why`` there is none."""

    line: Requirement
    recorded: Standing
    found: str
    why: str
    alarm: bool


@dataclass(frozen=True, slots=True)
class Promised:
    """The lines of what answers: the version in charge, or its branch. ``rows``: that were looked at so far, None:
    nobody looked yet; ``window``: how long one is, as the file says it."""

    version: str
    window: str
    rows: int | None
    lines: Sequence[Promise]


def promised(serving: Serving | None, evidence: Evidence, model: str) -> Promised | None:
    """What a model in service promises; None where none of that name is, it was recalled, or has no shall file."""
    wanted = None if serving is None else serving.wanted.get(model)
    if serving is None or wanted is None or wanted.in_charge in wanted.recalled:
        return None
    version = called(wanted.in_charge, wanted.branched.get(wanted.in_charge, ""))
    loaded = wanted.every.get(version)
    if loaded is None or loaded.file is None:
        return None
    looked, alarms = serving.watched.get(f"{model}@{version}"), evidence.model(model).alarms
    lines = []
    for line in loaded.file.requirements:
        state = None if looked is None else looked.state.get(line.name)
        recorded = standing(evidence, model, line.name, line, version)
        found = "" if state is None or state.verdict is None else str(state.verdict.verdict)
        found = found if recorded.judged is None else recorded.judged.verdict
        why = NOT_WATCHED if "watch" not in line.phases else NOT_LOOKED if looked is None else NOT_OVER
        sounds = any(event.name == line.name and event.version == version for event in alarms)
        lines.append(Promise(line, recorded, found, "" if found else why,
                             sounds or (state is not None and state.alarm == "alarm")))
    return Promised(version, " and ".join(loaded.file.watch.windows),
                    None if looked is None else looked.total, lines)
