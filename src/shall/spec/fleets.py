"""Reads the table of one name in a serve file: its bundles by version, and what each is there for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path as Folder
from typing import Any, Final

from shall.spec.places import Path
from shall.spec.problems import Problems, did_you_mean
from shall.spec.table import Table, kind_of

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
SHARE: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*%\s*")
KEYS: Final = ("bundles", "in_charge", "canary", "shadow", "apprentice", "take_over", "durable", "labels", "sample",
               "whole", "fall_back")
WAYS: Final = ("propose", "at once")


@dataclass(frozen=True, slots=True)
class Served:
    """One name. ``bundles``: an absolute path by version; ``canary``: the share of requests, from 0 to 1, by version.
    """

    name: str
    bundles: Mapping[str, str]
    in_charge: str
    canary: Mapping[str, float]
    shadow: tuple[str, ...] = ()
    apprentice: str = ""
    take_over: str = "propose"
    durable: str = ""
    labels: str = ""                        # a file or folder of labels, where none are sent to the service
    sample: float | None = None             # the share of decisions that is logged; None: all
    whole: tuple[tuple[str, str | bool], ...] = ()      # of rows with one of these values all are logged
    fall_back: str = ""                     # who answers where the one in charge falls back; else who was before it


def read_served(root: Mapping[str, Any], name: str, folder: Folder, problems: Problems) -> Served:
    """The table of a name."""
    table = Table(root, (name,), problems)
    table.only(KEYS)
    bundles = _bundles(table, folder)
    canary = _canary(table, bundles)
    shadow = tuple(_version(table, ("shadow", place), value, bundles) for place, value in enumerate(_listed(table)))
    apprentice = _version(table, ("apprentice",), table.given["apprentice"], bundles) if "apprentice" in table else ""
    beside = {"canary": [*canary], "shadow": [*shadow], "apprentice": [apprentice]}
    in_charge = _in_charge(table, bundles, {one for some in beside.values() for one in some})
    _once(table, {"in_charge": [in_charge], **beside})
    take_over = table.choice("take_over", WAYS, "propose")
    labels = table.text("labels", "", "labels.parquet")
    return Served(name, bundles, in_charge, canary, tuple(filter(None, shadow)), apprentice, take_over,
                  table.choice("durable", ("must", "try"), "must") if "durable" in table else "",
                  labels if not labels or "://" in labels else str(folder / labels), *_sample(table),
                  _fall_back(table, bundles, in_charge))


def _bundles(table: Table, folder: Folder) -> dict[str, str]:
    if "bundles" not in table:
        table.problems.at_key(table.path, f"`{table.path[-1]}` has no bundles", 'add: bundles = { 7 = "income-7.zip" }')
        return {}
    inner = Table(table.given, (*table.path, "bundles"), table.problems, 'bundles = { 7 = "income-7.zip" }')
    for version in inner.given:
        if not NAME.fullmatch(version):
            table.problems.at_key((*inner.path, version), f"`{version[:80]}` is no version",
                                  "a version has a-z, 0-9, _ and -, and is at most 64 long")
    if not inner.given and isinstance(table.given["bundles"], dict):
        table.wrong("bundles", "`bundles` is empty", 'write: bundles = { 7 = "income-7.zip" }')
    return {version: str(folder / inner.text(version, "", f"income-{version}.zip")) for version in inner.given}


def _canary(table: Table, bundles: Mapping[str, str]) -> dict[str, float]:
    if "canary" not in table:
        return {}
    inner = Table(table.given, (*table.path, "canary"), table.problems, 'canary = { 8 = "10%" }')
    found = {}
    for version, said in inner.given.items():
        share = _share(said)
        if share is None:
            inner.wrong(version, f"the share of a canary is above 0% and at most 100%, not {_shown(said)}",
                        f'write: canary = {{ {version} = "10%" }}')
        if _version(table, ("canary", version), version, bundles, at_key=True):
            found[version] = share or 0.0
    if (whole := sum(found.values())) > 1 + 1e-12:
        table.wrong("canary", f"the shares add up to {whole:.6g} of 1, and nothing is left",
                    "lower them: what is left of 100% is for the one in charge")
    return found


def _sample(table: Table) -> tuple[float | None, tuple[tuple[str, str | bool], ...]]:
    """Which decisions are logged: ``sample = "10%"`` of them, and every one with a value of ``whole``."""
    inner = Table(table.given, (*table.path, "whole"), table.problems, 'whole = { decision = "no" }')
    for column, value in inner.given.items():
        if not isinstance(value, str | bool):
            inner.wrong(column, f"the value of `{column}` is a text, true or false, not {kind_of(value)}",
                        'write: whole = { decision = "no", abstained = true }')
    whole = tuple((column, value) for column, value in inner.given.items() if isinstance(value, str | bool))
    if "sample" not in table:
        if "whole" in table:
            table.wrong("whole", "`whole` says which rows are all kept, and no `sample` of the rest is named",
                        'add: sample = "10%"')
        return None, ()
    share = _share(table.given["sample"])
    if share is None:
        table.wrong("sample", f"`sample` is above 0% and at most 100%, not {_shown(table.given['sample'])}",
                    'write: sample = "10%"')
    return share, whole


def _share(said: Any) -> float | None:
    """A share as ``10%``; None where it is none, or not from above 0 to 1."""
    match = SHARE.fullmatch(said) if isinstance(said, str) else None
    share = float(match.group(1)) / 100 if match else 0.0
    return share if 0 < share <= 1 else None


def _listed(table: Table) -> list[Any]:
    """What stands under ``shadow``."""
    said = table.given.get("shadow", [])
    if isinstance(said, list):
        return said
    table.wrong("shadow", f"`shadow` is a list of versions, not {kind_of(said)}", 'write: shadow = ["9"]')
    return []


def _in_charge(table: Table, bundles: Mapping[str, str], others: set[str]) -> str:
    if "in_charge" in table:
        return _version(table, ("in_charge",), table.given["in_charge"], bundles)
    left = [version for version in bundles if version not in others]
    if len(left) == 1:
        return left[0]
    if bundles:
        table.problems.at_key(table.path, f"`{table.path[-1]}` does not say which version is in charge",
                              f'add: in_charge = "{left[0] if left else next(iter(bundles))}"')
    return ""


def _fall_back(table: Table, bundles: Mapping[str, str], in_charge: str) -> str:
    """The version that answers where a promise was broken; not the one that broke it."""
    if "fall_back" not in table:
        return ""
    version = _version(table, ("fall_back",), table.given["fall_back"], bundles)
    if version and version == in_charge:
        table.wrong("fall_back", f"version {version} is in charge, so it cannot take its own place",
                    "name another version, or leave it out: then the one that was in charge before answers")
    return version


def _version(table: Table, keys: Path, said: Any, bundles: Mapping[str, str], at_key: bool = False) -> str:
    """A version that there is a bundle of; nothing where there is none."""
    path = (*table.path, *keys)
    version = str(said) if type(said) is int else said
    at = table.problems.at_key if at_key else table.problems.at_value
    if not isinstance(version, str):
        at(path, f"a version is a text, not {kind_of(said)}", f'write: "{next(iter(bundles), "7")}"')
    elif version not in bundles and bundles:
        at(path, f"there is no bundle of version {_shown(version)}", did_you_mean(version, bundles, "the versions are"))
    elif bundles:
        return version
    return ""


def _once(table: Table, roles: Mapping[str, list[str]]) -> None:
    """A version is there for one thing."""
    seen: dict[str, str] = {}
    for role, versions in roles.items():
        for version in filter(None, versions):
            if version in seen:
                table.wrong(role, f"version {version} is named under {seen[version]} already",
                            f"take it out of {role}, or out of {seen[version]}")
            seen.setdefault(version, role)


def _shown(value: object) -> str:
    return f'"{value[:40]}"' if isinstance(value, str) else str(value)[:40]
