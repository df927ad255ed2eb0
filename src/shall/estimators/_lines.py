"""Requirements as an estimator is given them, read like those of a shall file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit

from shall import registry, spec
from shall.core.errors import FileError, InputError
from shall.core.log import Binding, Column, GroupDef
from shall.core.requirement import Requirement
from shall.estimators._rows import LABEL, WEIGHT, WrongInput
from shall.phases.parts import FEATURE
from shall.spec import ShallFile

Lines = str | Requirement | Mapping[str, Any] | Sequence[Any] | None
MADE = ("class", FEATURE)                   # groups that exist without being defined
NOTHING = {"nothing": "accuracy >= 0"}, {"nothing": "root_mean_squared_error >= 0"}  # a file has a line


def read(lines: Lines, groups: Mapping[str, Any] | None, subject: Mapping[str, Any],
         build: Mapping[str, Any], confidence: float) -> ShallFile:
    """The requirements of the phase build and their groups; every name after `over` is a column, unless ``groups``
    says more. ValueError with every problem at once."""
    said = named(lines)
    known = {**{name: name for name in names_of(said)}, **(groups or {})}
    told = {"shall": 1, "confidence": confidence, "subject": {**subject, "target": LABEL}, "groups": known,
            "requirements": said or NOTHING[subject.get("kind") == "regressor"], "build": build}
    try:
        file = spec.loads(tomlkit.dumps(told), "requirements")
    except FileError as error:
        raise WrongInput(str(error)) from error
    return file if said else ShallFile(None, file.subject, (), file.confidence, groups=file.groups, build=file.build)


def named(lines: Lines) -> dict[str, Any]:
    """Each line under its name; those without one are counted."""
    if lines is None:
        return {}
    if isinstance(lines, Mapping):
        return {str(name): line if isinstance(line, Mapping) else str(line) for name, line in lines.items()}
    if isinstance(lines, str | Requirement):
        lines = [lines]
    if not isinstance(lines, Sequence):
        raise WrongInput(f"requirements are lines, or a mapping from names to lines, not {type(lines).__name__}")
    return {getattr(line, "name", "") or f"requirement {place}": str(line) for place, line in enumerate(lines, 1)}


def names_of(named: Mapping[str, Any]) -> tuple[str, ...]:
    """The names after `over` of lines that can be read, in their order."""
    found: list[str] = []
    for line in named.values():
        try:
            parsed = Requirement.parse(line if isinstance(line, str) else str(line.get("that", "")))
        except InputError:                  # the file tells it, with all that is wrong besides
            continue
        found += [name for grouping in parsed.over for name in grouping if name not in MADE]
    return tuple(dict.fromkeys(found))


def objective_of(name: str | None) -> dict[str, str]:
    """`[build]` with a measure to be maximised or minimised, as it goes."""
    if not name:
        return {}
    better = registry.card(name).better if name in registry.names() else "higher"
    return {"minimise" if better == "lower" else "maximise": name}


def binding_of(file: ShallFile, kind: str, classes: Sequence[str], *, weighted: bool) -> Binding:
    """The roles of the columns of `Given.table`."""
    roles = [("label", Column(LABEL)), *([("weight", Column(WEIGHT))] if weighted else [])]
    several = tuple(classes) if kind == "multiclass" else ()
    return Binding(tuple(roles), positive="1", groups=file.groups, kind=kind, classes=several)   # type: ignore[arg-type]


def expect(groups: Sequence[GroupDef], columns: Sequence[str]) -> None:
    """ValueError where the column of a group is neither a feature nor a protected one."""
    for group in groups:
        if group.column not in columns:
            raise WrongInput(f"the requirements need {group.column}, which is neither a column of X nor of "
                             f"sensitive_features: give fit(…, sensitive_features=frame[[\"{group.column}\"]])")
