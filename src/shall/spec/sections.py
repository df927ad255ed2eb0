"""Reads every table of a shall file but the requirements."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Literal, cast
from urllib.parse import quote

from shall.core.log import GroupDef
from shall.spec.file import BuildOptions, Subject, WatchOptions
from shall.spec.problems import Problems, did_you_mean, misspelt
from shall.spec.table import Table, kind_of

KINDS: Final = ("classifier", "regressor", "dataset")
LATER: Final = ("ranker", "generator", "policy")
POSITIVE: Final = 'positive = "1"'           # examples in hints
CLASSES: Final = 'classes = ["bus", "car", "van"]'
KINDS_ELSEWHERE: Final = {
    **dict.fromkeys(("binary", "binary_classification", "classification"), 'write: kind = "classifier"'),
    "multiclass": f'write: kind = "classifier", and {CLASSES}',
}
RESERVED_DATA: Final = ("previous", "logged", "overall")
RESERVED_GROUPS: Final = ("class", "feature")
PERIODS: Final = "minute|hour|day|week|month|quarter|year"
WINDOW: Final = re.compile(rf"\s*0*[1-9][\d_,]*\s*(?:row|{PERIODS})s?\s*")
TIME: Final = re.compile(rf"\s*0*[1-9][\d_,]*\s*(?:second|{PERIODS})s?\s*")
RATE: Final = re.compile(rf"\s*(?=[\d.]*[1-9])\d+(?:\.\d+)?\s*per\s*(?:0*[1-9][\d_,]*)?\s*(?:row|{PERIODS})s?\s*")
SWITCH: Final = ("on", "off")
CLUSTERS: Final = ("here", "ray")          # where trials are learned: on this machine, or on a Ray cluster
SIGNERS: Final = ("regulator", "producer", "user")
KEYS: Final[dict[str, tuple[str, ...]]] = {
    "subject": ("name", "kind", "target", "positive", "classes", "threshold", "model"),
    "build": ("maximise", "minimise", "seconds", "trials", "use_groups", "learners", "mitigations",
              "increasing", "decreasing", "interactions", "seed", "workers", "cluster", "study",
              "readiness", "blend"),
    "watch": ("windows", "false_alarms", "matured", "every"),
    "serve": ("durable",),
    "trust": (*SIGNERS, "required", "smallest_cell"),
}
TABLES: Final = ("subject", "data", "columns", "groups", "packs", "requirements", "build", "watch", "serve", "trust")
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
        table.wrong("kind", f'kind = "{kind}" cannot be examined yet', f"there are: {', '.join(KINDS)}")
    elif kind not in KINDS:
        fix = KINDS_ELSEWHERE.get(kind.lower()) or did_you_mean(kind, KINDS, "there are")
        table.wrong("kind", f'there is no kind "{kind}"', fix)
    model = table.text("model", "", "model.onnx") or None
    return Subject(
        name=table.text("name", "", "employment"), kind=kind if kind in KINDS else KINDS[0],
        target=table.text("target", "", "employed") or None,
        positive=_positive(table),
        classes=_classes(table),
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


def _classes(table: Table) -> tuple[str, ...]:
    classes = table.texts("classes", '"bus", "car", "van"')
    if classes and "positive" in table:
        table.wrong("positive", "a subject of several `classes` has no positive one", "leave one of both out")
    elif len(classes) == 1:
        table.wrong("classes", "`classes` are two or more", 'name the others too, or write: positive = "1"')
    return classes


def read_data(root: Mapping[str, Any], folder: Path, problems: Problems) -> tuple[dict[str, str], int | None]:
    """``[data]``: files and folders by name, and the budget of looks at the gate."""
    table = Table(root, ("data",), problems)
    found: dict[str, str] = {}
    for key in table.given:
        if key in RESERVED_DATA:
            problems.at_key(("data", key), f"`{key}` has a meaning of its own in a line", "choose another name")
        elif key != "looks":
            found[key] = _source(table, key, folder)
    looks = table.whole("looks", 1, "20")
    if looks is not None and "gate" not in found:
        table.wrong("looks", "`looks` is the budget of looks at the gate, and there is no `gate`",
                    'add: gate = "gate.parquet"')
    return found, looks


def _source(table: Table, key: str, folder: Path) -> str:
    """A path or an address; ``{ table = "decisions", in = "warehouse.duckdb" }``, or ``sql``, as an address."""
    if not isinstance(table.given[key], dict):
        return _place(table.text(key, "", f"{key}.parquet"), folder)
    inner = Table(table.given, ("data", key), table.problems)
    inner.only(("table", "sql", "in"))
    asked = [word for word in ("table", "sql") if word in inner]
    example = f'{key} = {{ table = "decisions", in = "warehouse.duckdb" }}'
    if len(asked) != 1 or "in" not in inner:
        table.wrong(key, f"`{key}` is a `table` or a query, `sql`, `in` a database", f"write: {example}")
        return ""
    place = _place(inner.text("in", "", "warehouse.duckdb"), folder)
    return f"{place}{'&' if '?' in place else '?'}{asked[0]}={quote(inner.text(asked[0], '', 'decisions'), safe='')}"


def _place(path: str, folder: Path) -> str:
    return path if "://" in path else str(folder / path)


def read_groups(root: Mapping[str, Any], problems: Problems) -> tuple[GroupDef, ...]:
    """``[groups]``."""
    table = Table(root, ("groups",), problems)
    return tuple(_group(table, key) for key in table.given)


def _group(table: Table, name: str) -> GroupDef:
    if name in RESERVED_GROUPS:
        table.problems.at_key(("groups", name), f"`{name}` is a group that exists without being defined",
                              "choose another name")
    if isinstance(table.given[name], list):
        table.wrong(name, f"the group `{name}` is one column, not a list",
                    "define a group of each; a line crosses them: over sex by race")
        return GroupDef(name, "")
    if not isinstance(table.given[name], dict):
        column = table.text(name, "", "COLUMN")
        table.problems.mention(("groups", name), column)
        return GroupDef(name, column)
    inner = Table(table.given, ("groups", name), table.problems)
    inner.only(("column", "cut", "at_least", "rest"))
    if isinstance(share := inner.given.get("at_least"), float | str):
        inner.wrong("at_least", f"`at_least` is a number of rows, not {share}", "write: at_least = 200")
    at_least = 0 if isinstance(share, float | str) else inner.whole("at_least", 1, "200") or 0
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
    return WatchOptions(windows, false_alarms, _time(table, "matured", "", "30 days"),
                        _time(table, "every", WatchOptions().every, "1 minute"))


def _time(table: Table, key: str, default: str, example: str) -> str:
    """A time: ``"30 days"``."""
    given = table.text(key, default, example)
    if key in table and given and not TIME.fullmatch(given.lower()):
        table.wrong(key, f'"{given}" is no time',
                    f'write: {key} = "{example}"; the words are: second, {PERIODS.replace("|", ", ")}')
        return default
    return given


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
    return BuildOptions(
        maximise=table.text("maximise", "", "roc_auc") or None, minimise=table.text("minimise", "", "log_loss") or None,
        seconds=table.number("seconds", 1, math.inf, "60"), trials=table.whole("trials", 1, "40"),
        use_groups=table.texts("use_groups", '"sex"'), learners=table.texts("learners", '"lightgbm"'),
        mitigations=table.texts("mitigations", '"reweighing"'), increasing=table.texts("increasing", '"income"'),
        decreasing=table.texts("decreasing", '"debt"'), interactions=table.lists("interactions", '["age", "hours"]'),
       
        seed=table.whole("seed", 0, "1") or 0, workers=table.whole("workers", 1, "2") or 1,
        cluster=table.choice("cluster", CLUSTERS, "here"), readiness=table.choice("readiness", SWITCH, "on"),
        blend=table.choice("blend", SWITCH, "") if "blend" in table else "",
        study=table.text("study", "", "sqlite:///search.db") or None)
