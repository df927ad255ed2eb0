"""Numbers as people read them: in the unit of the limit, with enough digits to tell them from it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from shall.core.errors import ShallError
from shall.core.evidence import Evidence
from shall.core.requirement import Limit, Number, Reference, Requirement
from shall.core.units import in_base
from shall.core.verdict import Verdict
from shall.reports._layout import safe

MOST_DECIMALS = 6
HUGE, TINY = 1e15, 1e-4                     # beyond them a figure is written with an exponent
NOTHING = "-"
ITS_ROWS = "all its rows"                   # of a line with a filter


@dataclass(frozen=True, slots=True)
class Scale:
    """How the figures of one line are written: divided by ``size``, so many decimals, a unit behind."""

    size: float
    decimals: int
    unit: str = ""

    def __call__(self, value: float | None) -> str:
        """A figure with its unit."""
        return self.bare(value) + (self.unit if value is not None and math.isfinite(value) else "")

    def bare(self, value: float | None) -> str:
        """A figure without its unit."""
        if value is None or math.isnan(value):
            return NOTHING
        if math.isinf(value):
            return "-inf" if value < 0 else "inf"
        figure = value / self.size
        if abs(figure) >= HUGE or 0 < abs(figure) < TINY:
            return f"{figure:.3g}"
        if self.unit.startswith(" ") and 0 < abs(figure) < 10 ** (1 - self.decimals):   # of a time or a size
            return f"{figure:.3g}"
        text = f"{figure:,.{self.decimals}f}"
        return text if float(text.replace(",", "")) else text.removeprefix("-")

    def between(self, low: float | None, high: float | None) -> str:
        """Two bounds; `none` on a side where nothing may be asserted."""
        if low is None or high is None:
            return NOTHING
        return f"[{', '.join('none' if math.isinf(bound) else self.bare(bound) for bound in (low, high))}]"


def scale_of(verdict: Verdict, part: Evidence) -> Scale:
    """The scale of one part of a verdict."""
    return scale_for(part.value, (part.low, part.high), _number(limit_on(verdict, part)))


def scale_for(value: float | None, bounds: Iterable[float | None], limit: Number) -> Scale:
    """The scale of a value and its bounds, in base units, beside a limit as written."""
    size = in_base(1.0, limit.unit) if limit.unit else 1.0
    unit = limit.unit if limit.unit in ("", "%") else f" {limit.unit}"
    value, *rest = (None if figure is None or not math.isfinite(figure) else figure / size
                    for figure in (value, *bounds))
    return Scale(size, _decimals(value, rest, limit.value), unit)


def limit_on(verdict: Verdict, part: Evidence) -> Limit:
    """The limit that a part was held against, as written."""
    bound = verdict.requirement.bound
    limit = bound.low if part.side == ">=" else bound.high
    return limit if limit is not None else Number(verdict.limit)


def bound_text(verdict: Verdict, part: Evidence) -> str:
    """The side and the number of a limit: `>= 0.80`; both numbers of a `between`."""
    low, high = (_number(limit) if limit is not None else None
                 for limit in (verdict.requirement.bound.low, verdict.requirement.bound.high))
    if low is not None and high is not None:
        return f"{low} to {high}"
    return f"{part.side} {_number(limit_on(verdict, part))}"


def limit_text(verdict: Verdict) -> str:
    """The same, and what it is relative to: `>= 80% of previous`; `<= 0.05 against previous`, of the difference."""
    part = verdict.deciding
    limit = limit_on(verdict, part)
    against = f"{' of' if limit.share else ' against'} {limit.name}" if isinstance(limit, Reference) else ""
    return safe(bound_text(verdict, part) + against)


def group_text(group: Iterable[tuple[str, str]]) -> str:
    """A group by the names of its columns: `sex=F race=2`."""
    return safe(" ".join(f"{name}={value}" for name, value in group)) or "all rows"


def rows_of(where: object | None, *, short: bool = False) -> str:
    """The rows that a line is about, where none of its groups is meant: those of its filter, else all. ``short``: there
    is no room for the filter."""
    return "all rows" if not where else ITS_ROWS if short else safe(f"all rows where {where}")


def rows_of_line(line: str, *, short: bool = False) -> str:
    """The same of a line as text; one that cannot be read any more is of some rows."""
    try:
        return rows_of(Requirement.parse(line).where if line else None, short=short)
    except ShallError:
        return ITS_ROWS


def per_cent(part: int, whole: int) -> str:
    """A share of rows; never rounded up to all or down to none."""
    if not whole:
        return NOTHING
    share = 100 * part / whole
    if 0 < part < whole:
        share = min(max(share, 0.1), 99.9)
    return f"{share:.1f}".removesuffix(".0") + "%"


def confidence_text(confidence: float) -> str:
    """0.95 as `95%`, 0.9975 as `99.75%`."""
    return f"{round(100 * confidence, 4):g}%"


def finite(value: float | None) -> float | None:
    """A number, or None where there is none: JSON has neither NaN nor infinity."""
    return float(value) if value is not None and math.isfinite(value) else None


def _number(limit: Limit) -> Number:
    if isinstance(limit, Reference):
        return limit.share or limit.offset or Number(0.0)
    return limit


def _decimals(value: float | None, bounds: list[float | None], limit: float) -> int:
    """Three figures of value and limit (1 counts as 0.999); more where a figure would otherwise read as the limit."""
    shown = [figure for figure in (value, *bounds) if figure is not None]
    largest = max(abs(value or 0.0), abs(limit))
    first = 3 if largest == 0 else min(max(2 - math.floor(math.log10(0.999 * largest)), 0), MOST_DECIMALS)
    if largest >= 10 and all(figure.is_integer() for figure in (*shown, limit)):
        first = 0
    for decimals in range(first, MOST_DECIMALS):
        if all(figure == limit or round(figure, decimals) != round(limit, decimals) for figure in shown):
            return decimals
    return MOST_DECIMALS
