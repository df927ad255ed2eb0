"""Reads ``[columns]``: the column that plays each role, scores by class, and the units of other columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from shall.core.log import ROLES, Column
from shall.core.units import UNITS
from shall.spec.problems import Problems, nearest
from shall.spec.table import Table

TYPES: Final = "types"                              # a table: what a column of a file holds
KINDS: Final = ("string", "integer", "number", "boolean", "date", "timestamp")
SCORES: Final = "scores"                            # a table: the column of each class's probability


@dataclass(frozen=True, slots=True)
class Columns:
    """What the columns of a log are."""

    roles: dict[str, Column] = field(default_factory=dict)
    units: tuple[tuple[str, str], ...] = ()         # of columns without a role
    scores: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


def read_columns(root: Mapping[str, Any], problems: Problems) -> Columns:
    """``[columns]``."""
    table = Table(root, ("columns",), problems)
    roles: dict[str, Column] = {}
    units: list[tuple[str, str]] = []
    for key in table.given:
        if key in (SCORES, TYPES):
            continue
        column = _column(table, key)
        inner = ("columns", key, "column")
        if key in ROLES:
            roles[key] = column
            if key != "label":                      # labels may come later
                problems.mention(inner if isinstance(table.given[key], dict) else inner[:2], column.name)
        elif isinstance(table.given[key], dict) and column.name == key and "unit" in table.given[key]:
            units.append((key, column.unit))
            problems.mention(("columns", key), key)
        else:
            problems.at_key(("columns", key), f"there is no role `{key}`", _role_fix(key, column))
    return Columns(roles, tuple(units), _scores(table, roles, problems), _types(table, problems))


def _types(table: Table, problems: Problems) -> dict[str, str]:
    """``[columns.types] zip = "string"``: of files that do not say what their columns hold."""
    if TYPES not in table:
        return {}
    inner = Table(table.given, ("columns", TYPES), problems)
    subject = problems.document.data.get("subject")
    for name in inner.given:
        if not isinstance(subject, dict) or name != subject.get("target"):      # labels may come later
            problems.mention((*inner.path, name), name)
    return {name: inner.choice(name, KINDS, "string") for name in inner.given}


def _scores(table: Table, roles: Mapping[str, Column], problems: Problems) -> dict[str, str]:
    """``scores = { bus = "p_bus", car = "p_car" }``."""
    if SCORES not in table:
        return {}
    inner = Table(table.given, ("columns", SCORES), problems, 'scores = { bus = "p_bus", car = "p_car" }')
    found = {name: inner.text(name, "", f"p_{name}") for name in inner.given}
    for name, column in found.items():
        problems.mention((*inner.path, name), column)
    if isinstance(table.given[SCORES], dict) and len(found) < 2:
        table.wrong(SCORES, "`scores` names a column for each of two classes or more",
                    'write: scores = { bus = "p_bus", car = "p_car" }; of two classes one column is enough: score')
    if "score" in roles:
        table.wrong(SCORES, "`score` is the column of one probability, `scores` of one for each class",
                    "leave one of both out")
    return found


def _role_fix(key: str, column: Column) -> str:
    if column.unit:
        return f'write: {column.name} = {{ unit = "{column.unit}" }}'
    if near := nearest(key, (*ROLES, SCORES, TYPES)):
        return f"did you mean `{near}`?"
    unit = f'{key} = {{ unit = "ms" }}'
    return f"the roles are: {', '.join((*ROLES, SCORES, TYPES))}; of another column only its unit is said: {unit}"


def _column(table: Table, key: str) -> Column:
    if not isinstance(table.given[key], dict):
        return Column(table.text(key, "", "COLUMN"))
    inner = Table(table.given, ("columns", key), table.problems)
    inner.only(("column", "unit"))
    unit = inner.choice("unit", tuple(UNITS), "") if "unit" in inner else ""
    return Column(inner.text("column", key, "COLUMN"), unit)
