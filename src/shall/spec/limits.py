"""Whether a limit has a unit that the measure has, and lies where the measure can lie."""

from __future__ import annotations

from collections.abc import Mapping

from shall.core.line import Line, MeasureCall, Number, Reference
from shall.core.units import BASE, UNITS, in_base
from shall.registry import Named
from shall.spec.arguments import Complain

KINDS = {"time": "a time", "size": "a size", "share": "a plain number"}


def check_limits(line: Line, call: MeasureCall, found: Named, units: Mapping[str, str], complain: Complain) -> None:
    """Tell what is wrong with the limits of one measure of a line."""
    for side, limit in (("low", line.bound.low), ("high", line.bound.high)):
        number = limit.offset if isinstance(limit, Reference) else limit
        if number is None:
            continue
        wrong, fix = _unit(line, call, found, number, units)
        if not wrong and isinstance(limit, Number):
            wrong, fix = _range(line, call, found, limit, side)
        if wrong:
            complain(("limit", side), wrong, fix)


def _unit(line: Line, call: MeasureCall, found: Named, limit: Number, units: Mapping[str, str]) -> tuple[str, str]:
    kind = UNITS[limit.unit][0] if limit.unit else ""
    if line.aggregate == "ratio":
        return ("", "") if kind in ("", "share") else (f"a ratio has no unit, and {limit} has one", "write: >= 0.80")
    if found.card.takes == "column":
        return _unit_of_column(call, limit, kind, units)
    unit = found.card.unit
    if unit not in UNITS and kind in ("", "share"):
        counted = unit and kind == "share"
        return (f"`{call.name}` is a number of {unit}, not a share", f"write: {limit.numeral}") if counted else ("", "")
    if kind == (UNITS[unit][0] if unit in UNITS else ""):
        return "", ""
    what = KINDS[UNITS[unit][0]] if unit in UNITS else "a plain number"
    return f"`{call.name}` is {what}, and {str(limit).lstrip('-')} is {KINDS.get(kind, 'none')}", _unit_fix(limit, unit)


def _unit_of_column(call: MeasureCall, limit: Number, kind: str, units: Mapping[str, str]) -> tuple[str, str]:
    unit = units.get(call.columns[0], "") if call.columns else ""
    if not unit or kind == UNITS[unit][0]:
        return "", ""
    if not limit.unit:
        return f"`{call.columns[0]}` is in {unit}, and the limit has no unit", f"write: {limit} {unit}"
    return f"`{call.columns[0]}` is in {unit}, and {limit} is {KINDS[kind]}", _unit_fix(limit, unit)


def _unit_fix(limit: Number, unit: str) -> str:
    return f"write: {limit.numeral} {unit}" if unit in UNITS else "leave the unit out"


def _range(line: Line, call: MeasureCall, found: Named, limit: Number, side: str) -> tuple[str, str]:
    low, high = found.card.low, found.card.high
    if line.aggregate == "ratio":
        low, high = 0.0, float("inf") if line.to is not None else 1.0
    elif line.aggregate == "difference":
        low, high = 0.0, high - low
    value = in_base(limit.value, limit.unit)
    if low <= value <= high:
        return "", ""
    what = f"`{call.name}`" if line.aggregate == "each" else f"a {line.aggregate} of `{call.name}`"
    base = BASE[UNITS[found.card.unit][0]] if found.card.unit in UNITS else ""
    limits = f"lies between {low:g} and {high:g}" if high < float("inf") else f"is never below {low:g}"
    percent = high == 1.0 and not limit.unit and 1 < limit.value <= 100
    always = (value < low) == (side == "low")
    fix = f"did you mean {limit.value:g}%?" if percent else f"such a limit is {'always' if always else 'never'} met"
    return f"{what} {limits}{base and f' {base}'}, and the limit is {limit}", fix
