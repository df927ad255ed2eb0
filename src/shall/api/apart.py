"""Columns that only some files of a log have: a line that needs one says so, and nobody else is stopped by it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import pyarrow as pa

from shall import registry
from shall.core.errors import DataError
from shall.core.log import Binding
from shall.phases.datasets.probing import OF_ROWS
from shall.phases.parts import FEATURE
from shall.spec import ShallFile
from shall.subjects import guessed

GUESSED: Final = ("score", "decision", "label", "lower", "upper", "set", "abstained")


def expect_whole(file: ShallFile, apart: Mapping[str, str], binding: Binding) -> None:
    """DataError where a column that only some files have would play a role that a line needs and no other plays, and
    where a line asks about whole rows."""
    if not apart:
        return
    cards = [registry.card(call.name) for line in file.requirements for call in line.measures]
    roles = {role for card in cards for role in card.needs} | {"label" for card in cards if card.estimates}
    found = {role: name for role, name in _guessed(file, apart).items() if role in GUESSED}
    if file.subject.target is not None:
        found["label"] = file.subject.target
    for role in sorted(roles):
        if (column := binding.column(role) or found.get(role, "")) in apart:
            raise DataError(apart[column])
    if any(card.probe in OF_ROWS for card in cards):
        raise DataError(next(iter(apart.values())))


def expect_clock(file: ShallFile, apart: Mapping[str, str], binding: Binding) -> None:
    """DataError where a column that only some files have would be the time of rows, by which alarms are as rare as is
    allowed."""
    name = _guessed(file, apart).get("time", "") if apart and binding.column("time") is None else ""
    if name in apart:
        raise DataError(apart[name])


def _guessed(file: ShallFile, apart: Mapping[str, str]) -> dict[str, str]:
    """The columns that would play a role by their names."""
    there = pa.schema([(name, pa.null()) for name in apart]).empty_table()
    names = registry.find("subjects", file.subject.kind).NAMES
    return {role: column.name for role, column in guessed(there, names, {}, None).items()}


def left_out(file: ShallFile, names: Collection[str], log: str) -> Iterator[str]:
    """A sentence on the columns that `over feature` does not ask about, since only some files have them."""
    if names and any(FEATURE in grouping for line in file.requirements for grouping in line.over):
        yield lacking("`over feature` leaves out", names, log)


def lacking(what: str, names: Collection[str], log: str) -> str:
    """A sentence on ``what`` is done about columns that not all files have."""
    return f"{what} {', '.join(names)}, which only some files of {log} had, or not in one type"
