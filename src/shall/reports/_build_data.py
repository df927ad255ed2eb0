"""What a search tried and found, as plain data."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from shall.reports._figures import finite
from shall.reports._shapes import Aim, Bought, Built, Ready, Tried


def searched(built: Built) -> dict[str, Any]:
    """Aims, candidates, frontier and what each option bought; a candidate is named by its place in `tried`."""
    places = {id(one): place for place, one in enumerate(built.tried)}
    return {
        "aims": [_aim(aim) for aim in built.aims],
        "tried": [_tried(built, place) for place in range(len(built.tried))],
        "trials": built.trials, "minimised": built.minimised, "lines": list(built.lines),
        "frontier": {"places": list(built.frontier.places), "few": list(built.frontier.few),
                     "fronts": [list(front) for front in built.frontier.fronts], "best": built.frontier.best,
                     "price": finite(built.frontier.price)},
        "chosen": next((_plain(one.made) for one in built.tried if one.chosen), None),
        "bought": [_bought(bought, places) for bought in built.bought],
        "importance": [{"setting": name, "share": finite(share)} for name, share in built.importance],
        "failed": [{"reason": fault.reason, "trials": list(fault.trials)} for fault in built.faults],
        "helps": list(built.helps), "readiness": None if built.ready is None else _readiness(built.ready),
    }


def _aim(aim: Aim) -> dict[str, Any]:
    return {"name": aim.name, "limit": aim.limit, "aim": finite(aim.aim), "why": aim.why, "side": aim.side,
            "bound": finite(aim.bound)}


def _tried(built: Built, place: int) -> dict[str, Any]:
    one: Tried = built.tried[place]
    return {"name": one.name, "objective": finite(one.objective), "chosen": one.chosen,
            "values": [finite(value) for value in one.values], "within": list(one.within), "held": list(one.held),
            "shortfall": finite(one.shortfall), "trial": one.trial, "span": [finite(end) for end in one.span],
            "spans": [None if span is None else [finite(end) for end in span] for span in one.spans],
            "mitigation": built.frontier.kinds[place] if built.frontier.kinds else "",
            "config": _plain(one.made.get("config", {}))}


def _bought(bought: Bought, places: Mapping[int, int]) -> dict[str, Any]:
    return {"part": bought.part, "options": [
        {"name": option.name, "candidates": option.candidates, "gain": finite(option.gain),
         "best": places.get(id(option.best))} for option in bought.options]}


def _readiness(ready: Ready) -> dict[str, Any]:
    return {"rows": ready.rows, "kept": ready.kept, "features": list(ready.features), "without": dict(ready.without),
            "notes": list(ready.notes), "findings": [
                {"name": finding.name, "severity": finding.severity, "what": finding.what, "remedy": finding.remedy,
                 "applied": finding.applied, "limit": finite(finding.limit)} for finding in ready.findings]}


def _plain(value: Any) -> Any:
    """As JSON has it: an infinite number is no number there."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value
