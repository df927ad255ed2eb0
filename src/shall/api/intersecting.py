"""`intersections`: open what the file names, and measure every intersection of its groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from shall import registry
from shall.api.opening import File, file_of, opened
from shall.core.errors import InputError
from shall.core.requirement import Requirement
from shall.phases.check import Progress
from shall.phases.slices.intersections import Asked, Intersections, measured_by
from shall.phases.slices.intersections import intersections as crossed
from shall.spec import ShallFile
from shall.spec.arguments import settle
from shall.spec.problems import did_you_mean


def intersections(file: File = "shall.toml", data: Any = None, *, measure: str = "accuracy",
                  over: Sequence[str] | None = None, order: int = 3, at_least: int = 30,
                  progress: Progress | None = None) -> Intersections:
    """One measure in every group of a file, and in every intersection of up to three of them.

    Args:
        file: path of a shall file, or a mapping with its keys.
        data: the log: a path, or any frame; else `log` or `gate` of the file.
        measure: the name of a requirement, or a measure such as "false_negative_rate".
        over: groups; else all that the file declares.
        order: so many groups are crossed at most.
        at_least: rows of a group that is judged; smaller ones are told, and set aside.
        progress: called with what is being done and the rows done since the last call.

    Bounds hold for all groups at once, so no group is called worse by chance more often than the confidence allows.
    Raises FileError where the file has problems, DataError where the data have, InputError where there is no group.
    """
    shall_file = file_of(file)
    base = _line(shall_file, measure)
    subject = opened(replace(shall_file, requirements=(base,)), data)
    groups = [group.name for group in shall_file.groups]
    names = tuple(groups if over is None else over)
    if strange := [name for name in names if name not in groups]:
        meant = did_you_mean(strange[0], groups, "the file declares")
        raise InputError(f"there is no group {strange[0]}; {meant}")
    found = crossed(subject.log, subject.binding, base, names,
                    Asked(order, at_least, shall_file.confidence), progress)
    return replace(found, subject=shall_file.subject.name, file=str(shall_file.path or ""), notes=subject.notes)


def _line(file: ShallFile, measure: str) -> Requirement:
    """The requirement of a name, or one made of a measure alone."""
    named = {requirement.name: requirement for requirement in file.requirements}
    if measure in named:
        return named[measure]
    if measure.isidentifier() and measure not in registry.names():
        raise InputError(f"there is neither a requirement nor a measure {measure}; requirements: "
                         f"{', '.join(named) or 'none'}; `shall list` shows the measures")
    base = measured_by(measure)
    _expect_asked(base)
    return base


def _expect_asked(base: Requirement) -> None:
    """InputError where the measure lacks what it is asked of, as a line of a file would."""
    call, wrong = base.measures[0], list[str]()
    settle(call, registry.named(call.name), 0, lambda _, said, fix: wrong.append(f"{said}; {fix}"), by_feature=False)
    if registry.card(call.name).reference:
        wrong.append(f"`{call.name}` compares with other data, and groups are compared in one log: "
                     "write it as a requirement, over groups")
    if wrong:
        raise InputError(wrong[0])
