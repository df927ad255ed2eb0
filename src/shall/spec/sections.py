"""Reads every table of a shall file but the requirements."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, cast

from shall.core.log import ROLES, Column, GroupDef
from shall.core.units import UNITS
from shall.spec.file import BuildOptions, Subject, WatchOptions
from shall.spec.problems import Problems, did_you_mean, misspelt, nearest
from shall.spec.table import Table, kind_of

KINDS: Final = ("classifier",)
LATER: Final = ("regressor", "ranker", "generator", "policy", "dataset")
RESERVED_DATA: Final = ("previous", "logged", "overall")
RESERVED_GROUPS: Final = ("class", "feature")
PERIODS: Final = "minute|hour|day|week|month|quarter|year"
WINDOW: Final = re.compile(rf"\s*0*[1-9][\d_,]*\s*(?:row|{PERIODS})s?\s*")
RATE: Final = re.compile(rf"\s*(?=[\d.]*[1-9])\d+(?:\.\d+)?\s*per\s*(?:0*[1-9]\d*)?\s*(?:{PERIODS})s?\s*")
SIGNERS: Final = ("regulator", "producer", "user")
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("name", "kind", "target", "positive", "threshold", "model"),
    "build": ("maximise", "seconds", "trials", "use_groups"),
    "watch": ("windows", "false_alarms"),
    "serve": ("durable",),
    "trust": (*SIGNERS, "required", "smallest_cell"),
}
TABLES: Final = ("subject", "data", "columns", "groups", "requirements", "build", "watch", "serve", "trust")
TOP: Final = ("shall", "confidence", "extends")
HOMES: Final = {
    **{key: f"in [{table}]" for table, keys in KEYS.items() for key in keys if key not in ("name", "user")},
    **{key: "at the top of the file, before the first [table]" for key in TOP},
    "looks": "in [data]",
}


def read_subject(root: Mapping[str, Any], folder: Path, problems: Problems) -> Subject:
    """``[subject]``; that it lacks a target or a positive value is told where a requirement needs them."""
    table = Table(root, ("subject",), problems)
    if "subject" not in root and not misspelt("subject", root):
        problems.at_key((), "there is no [subject]", 'add: [subject] with target = "…" and positive = "1"')
    table.only(KEYS["subject"], HOMES)
    kind = table.text("kind", "classifier", "classifier")
    if kind in LATER:
        table.wrong("kind", f'kind = "{kind}" cannot be examined yet', f"there is: {', '.join(KINDS)}")
    elif kind not in KINDS:
        table.wrong("kind", f'there is no kind "{kind}"', did_you_mean(kind, KINDS, "there is"))
    model = table.text("model", "", "model.onnx") or None
    return Subject(
        name=table.text("name", "", "employment"), kind=kind if kind in KINDS else KINDS[0],
        target=table.text("target", "", "employed") or None,
        positive=_positive(table),
        threshold=table.number("threshold", 0, 1, "0.5"),
        model=model and _place(model, folder))


def _positive(table: Table) -> str | None:
    value = table.given.get("positive")
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    fix = 'write it as the column does: positive = "1"'
    table.wrong("positive", f"`positive` is a text, not {kind_of(value)}", fix)
    return None


def read_data(root: Mapping[str, Any], folder: Path, problems: Problems) -> tuple[dict[str, str], int | None]:
    """``[data]``: files and folders by name, and the budget of looks at the gate."""
    table = Table(root, ("data",), problems)
    found: dict[str, str] = {}
    for key in table.given:
        if key in RESERVED_DATA:
            problems.at_key(("data", key), f"`{key}` has a meaning of its own in a line", "choose another name")
        elif key != "looks":
            path = table.text(key, "", f"{key}.parquet")
            found[key] = _place(path, folder)
    looks = table.whole("looks", 1, "20")
    if looks is not None and "gate" not in found:
        table.wrong("looks", "`looks` is the budget of looks at the gate, and there is no `gate`",
                    'add: gate = "gate.parquet"')
    return found, looks


def _place(path: str, folder: Path) -> str:
    return path if "://" in path else str(folder / path)


def read_columns(root: Mapping[str, Any], problems: Problems) -> tuple[dict[str, Column], tuple[tuple[str, str], ...]]:
    """``[columns]``: the column that plays each role, and the units of other columns."""
    table = Table(root, ("columns",), problems)
    roles: dict[str, Column] = {}
    units: list[tuple[str, str]] = []
    for key in table.given:
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
    return roles, tuple(units)


def _role_fix(key: str, column: Column) -> str:
    if column.unit:
        return f'write: {column.name} = {{ unit = "{column.unit}" }}'
    if near := nearest(key, ROLES):
        return f"did you mean `{near}`?"
    return f'the roles are: {", ".join(ROLES)}; of another column only its unit is said: {key} = {{ unit = "ms" }}'


def _column(table: Table, key: str) -> Column:
    if not isinstance(table.given[key], dict):
        return Column(table.text(key, "", "COLUMN"))
    inner = Table(table.given, ("columns", key), table.problems)
    inner.only(("column", "unit"))
    unit = inner.choice("unit", tuple(UNITS), "") if "unit" in inner else ""
    return Column(inner.text("column", key, "COLUMN"), unit)


def read_groups(root: Mapping[str, Any], problems: Problems) -> tuple[GroupDef, ...]:
    """``[groups]``."""
    table = Table(root, ("groups",), problems)
    return tuple(_group(table, key) for key in table.given)


def _group(table: Table, name: str) -> GroupDef:
    if name in RESERVED_GROUPS:
        table.problems.at_key(("groups", name), f"`{name}` is a group that exists without being defined",
                              "choose another name")
    if not isinstance(table.given[name], dict):
        column = table.text(name, "", "COLUMN")
        table.problems.mention(("groups", name), column)
        return GroupDef(name, column)
    inner = Table(table.given, ("groups", name), table.problems)
    inner.only(("column", "cut", "at_least", "rest"))
    at_least = inner.whole("at_least", 1, "200") or 0
    rest = cast(Literal["pool", "show"], inner.choice("rest", ("pool", "show"), "show"))
    if "rest" in inner and "at_least" not in inner:
        inner.wrong("rest", "`rest` is what becomes of groups below `at_least`, and there is none",
                    "add: at_least = 200")
    if "column" not in inner:
        table.problems.at_key(("groups", name), f"the group `{name}` has no column", 'add: column = "COLUMN"')
    column = inner.text("column", "", "COLUMN")
    table.problems.mention(("groups", name, "column"), column)
    return GroupDef(name, column, _cut(inner), at_least, rest)


def _cut(table: Table) -> tuple[float, ...]:
    edges = table.given.get("cut", [])
    right = isinstance(edges, list) and all(type(edge) in (int, float) for edge in edges)
    if not right or ("cut" in table and not edges) or not all(map(math.isfinite, edges)):
        table.wrong("cut", "`cut` is a list of numbers, the lower edges of the bands", "write: cut = [25, 45, 65]")
        return ()
    if any(low >= high for low, high in itertools.pairwise(edges)):
        ordered = ", ".join(f"{edge:g}" for edge in sorted(set(edges)))
        table.wrong("cut", "the edges of `cut` ascend", f"write: cut = [{ordered}]")
    return tuple(map(float, edges))


def read_watch(root: Mapping[str, Any], problems: Problems) -> WatchOptions:
    """``[watch]``."""
    table = Table(root, ("watch",), problems)
    table.only(KEYS["watch"], HOMES)
    windows = table.texts("windows", '"1 day", "10000 rows"')
    for index, window in enumerate(windows):
        if not WINDOW.fullmatch(window.lower()):
            problems.at_value(("watch", "windows", index), f'"{window}" is no window',
                              f'write "10000 rows" or "1 day"; the words are: rows, {PERIODS.replace("|", ", ")}')
    false_alarms = table.text("false_alarms", WatchOptions().false_alarms, "1 per year")
    if not RATE.fullmatch(false_alarms.lower()):
        fix = 'write: false_alarms = "1 per year", or "2 per 10 years"'
        table.wrong("false_alarms", f'"{false_alarms}" is no rate', fix)
    return WatchOptions(windows, false_alarms)


def read_serve(root: Mapping[str, Any], problems: Problems) -> dict[str, object]:
    """``[serve]``: whether a decision that cannot be logged may be answered."""
    table = Table(root, ("serve",), problems)
    table.only(KEYS["serve"], HOMES)
    return {"durable": table.choice("durable", ("must", "try"), "must")}


def read_trust(root: Mapping[str, Any], problems: Problems) -> dict[str, object]:
    """``[trust]``: who signs what."""
    table = Table(root, ("trust",), problems)
    table.only(KEYS["trust"], HOMES)
    found: dict[str, object] = {key: table.text(key, "", "keys/team.pub") for key in SIGNERS if key in table}
    required = table.texts("required", '"regulator"')
    for index, signer in enumerate(required):
        if signer not in SIGNERS:
            problems.at_value(("trust", "required", index), f'there is no signer "{signer}"',
                              did_you_mean(signer, SIGNERS, "there are"))
    if required:
        found["required"] = required
    if (cell := table.whole("smallest_cell", 1, "10")) is not None:
        found["smallest_cell"] = cell
    return found


def read_build(root: Mapping[str, Any], problems: Problems) -> BuildOptions:
    """``[build]``; its names are checked where the measures and groups are known."""
    table = Table(root, ("build",), problems)
    table.only(KEYS["build"], HOMES)
    return BuildOptions(table.text("maximise", "", "roc_auc") or None, table.number("seconds", 1, math.inf, "60"),
                        table.whole("trials", 1, "40"), table.texts("use_groups", '"sex"'))
