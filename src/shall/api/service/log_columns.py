"""What the shall file of a bundle wants to find in the log of its decisions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, Literal

from shall import registry
from shall.adapters.timed import LATENCY
from shall.core.decisions import Field, What
from shall.core.filters import Comparison, Filter, Missing, Not, OneOf
from shall.core.log import ROLES as EVERY
from shall.core.log import Column
from shall.core.requirement import Requirement
from shall.core.units import UNITS
from shall.runtimes.columns import USUAL, Columns, Filling
from shall.runtimes.score import Scorer
from shall.spec import ShallFile

DECLARED: Final[Mapping[str, What]] = {"string": "text", "integer": "number", "number": "number", "boolean": "truth",
                                       "date": "date", "timestamp": "date"}
ROLES: Final[Mapping[str, What]] = {"weight": "number", "id": "text", "time": "date", "unit": "text"}
OWN: Final = ("label", "set", *USUAL)       # roles whose columns the service writes, or labels that come later
FILLED: Final[tuple[Literal["id"], Literal["time"]]] = ("id", "time")
PLAIN: Final = ("missing:", "category:")    # axes that take a column of any kind


def log_columns(file: ShallFile, scorer: Scorer) -> Columns:
    """The columns of the log of a bundle."""
    inputs = {one.name for one in scorer.inputs}
    own = {file.columns[role].name for role in OWN if role in file.columns} | {*file.scores.values()}
    own |= {file.subject.target} if file.subject.target else set()
    named = dict.fromkeys(mention.name for mention in file.mentions)
    context = tuple(Field(name, kind_of(name, file)) for name in named if name not in inputs | own)
    filled: dict[str, Filling] = {file.columns[role].name: role for role in FILLED if role in file.columns}
    units = dict(file.units)
    filled |= {LATENCY: "latency"} if LATENCY in units else {}
    filled = {name: what for name, what in filled.items() if name not in inputs}
    return Columns(
        kind=_kind(file, scorer), context=tuple(one for one in context if one.name not in filled), filled=filled,
        names={role: file.columns[role].name for role in USUAL if role in file.columns}, scores=file.scores,
        positive=file.subject.positive or "", threshold=file.subject.threshold, labels=file.subject.classes,
        tick=UNITS[units.get(LATENCY) or "s"][1])


def own_columns(file: ShallFile, names: Sequence[str]) -> ShallFile:
    """The file, with columns that the service had to call otherwise because an input has their name."""
    moved = {"score" if role == "prediction" else role: Column(f"decision_{role}") for role in (*USUAL, "prediction")
             if f"decision_{role}" in names}
    roles = {role: column for role, column in moved.items() if role in EVERY and role not in file.columns}
    return replace(file, columns={**file.columns, **roles})


def kind_of(name: str, file: ShallFile) -> What:
    """What a column holds of which the file says how it is used; text where nothing else is known."""
    if name in file.types:
        return DECLARED[file.types[name]]
    for role, column in file.columns.items():
        if column.name == name and role in ROLES:
            return ROLES[role]
    if name in dict(file.units) or any(group.cut for group in file.groups if group.column == name):
        return "number"
    return next((what for requirement in file.requirements for what in _used(requirement, name)), "text")


def _used(requirement: Requirement, name: str) -> Iterator[What]:
    for one in (requirement.where, *(call.filter for call in requirement.measures)):
        yield from _in_filter(one, name)
    for call in requirement.measures:
        if name in call.columns:
            module = registry.find("measures", registry.named(call.name).id)
            asked = [*getattr(module, "AXES", ()), *getattr(module, "SUMS", ())]
            if any("{column" in text and not text.startswith(PLAIN) for text in asked):
                yield "number"


def _in_filter(term: Filter | None, name: str) -> Iterator[What]:
    if isinstance(term, Comparison | OneOf):
        value = term.value if isinstance(term, Comparison) else term.values[0]
        if term.column == name:
            yield "truth" if isinstance(value, bool) else "text" if isinstance(value, str) else "number"
    elif isinstance(term, Not):
        yield from _in_filter(term.term, name)
    elif term is not None and not isinstance(term, Missing):
        for one in term.terms:
            yield from _in_filter(one, name)


def _kind(file: ShallFile, scorer: Scorer) -> Literal["binary", "multiclass", "regressor"]:
    if file.subject.kind == "regressor":
        return "regressor"
    classes = file.subject.classes or scorer.about.get("classes", ())
    return "multiclass" if file.subject.positive is None and len(classes) > 2 else "binary"
