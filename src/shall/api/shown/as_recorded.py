"""Verdicts as they were recorded, back from their JSON: the same objects as when they were found, to the last bit."""

from __future__ import annotations

import contextlib
import datetime
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from shall import registry
from shall.core.errors import FileError, InputError, StoreError
from shall.core.evidence import Coverage, Evidence, GroupRow, Outcome
from shall.core.requirement import Requirement, Waiver
from shall.core.verdict import Finding, Verdict

Said = Mapping[str, Any]


def verdict_of(said: Said) -> Verdict:
    """The verdict that JSON of `reports.json.of_verdict` tells. StoreError where it tells none."""
    try:
        return _verdict(said)
    except (AttributeError, FileError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"a verdict in the store cannot be read: {type(error).__name__}: {error}") from error


def _verdict(said: Said) -> Verdict:
    parts: Sequence[Said] = said["parts"] or [{**said, "found": said.get("found", said["verdict"])}]
    waived = said.get("waived")
    waiver = None if waived is None else Waiver(datetime.date.fromisoformat(waived["until"]), waived["by"],
                                                waived["why"])
    requirement = replace(
        Requirement.parse(said["requirement"]), name=said["name"], why=said["why"], controls=tuple(said["controls"]),
        on_broken=tuple(said["on_broken"].split(" and ")), waive=waiver, origin=said.get("pack", ""))
    better = _better(requirement)
    return Verdict(requirement, Finding(said["verdict"]), tuple(_part(part, better) for part in parts),
                   tuple(Finding(part["found"]) for part in parts), said["phase"],
                   datetime.date.fromisoformat(said["on"]), said["needs"])


def _better(requirement: Requirement) -> Mapping[str, str]:
    """What is better of each measure; of one that is not installed here nobody knows."""
    found = {}
    for call in requirement.measures:
        with contextlib.suppress(InputError):
            found[str(call)] = registry.card(call.name).better
    return found


def _part(said: Said, better: Mapping[str, str]) -> Evidence:
    cover = said["coverage"]
    return Evidence(
        said["measure"], said["aggregate"], tuple(said["over"]), said["side"], Outcome(said["outcome"]), said["value"],
        *_bounds(said), said["n"], said["confidence"], said["unit"], better.get(said["measure"], "neither"),
        groups=tuple(map(_row, said["groups"])),
        worst=tuple(map(_group, said["worst"])), compared=said["compared"], reason=said["reason"],
        coverage=None if cover is None else Coverage(**cover))


def _row(said: Said) -> GroupRow:
    return GroupRow(_group(said["group"]), said["rows"], said["n"], said["value"], *_bounds(said), said["judged"],
                    said["note"])


def _bounds(said: Said) -> tuple[float | None, float | None]:
    """JSON has no infinity: where there is a value, a bound that is not there is one that asserts nothing."""
    low, high = said["low"], said["high"]
    if said["value"] is None:
        return low, high
    return -math.inf if low is None else low, math.inf if high is None else high


def _group(said: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(said.items())
