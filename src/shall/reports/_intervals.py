"""Values with their intervals beside a limit, for a page and in both forms: one row a value, all on one axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from shall.core.evidence import Evidence
from shall.core.requirement import Requirement
from shall.core.verdict import Verdict, limit_of
from shall.reports._figures import Scale, bound_text, scale_of
from shall.reports._forms import both
from shall.reports._groups import in_order, least_favourable_first, note_of
from shall.reports._layout import clipped, safe
from shall.reports._tracks import Track, Tracks, drawn, interval

LETTERS: Final = 76                         # of the name of a group, in two lines


@dataclass(frozen=True, slots=True)
class Bar:
    """One row: a name, a value with its bounds, the words behind it, and a style of the sheet."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    words: str
    style: str


def of_line(verdict: Verdict, part: Evidence, key: str) -> tuple[Element, ...]:
    """The value of a part with its bounds, against the limit; nothing where there is no value."""
    if part.value is None:
        return ()
    scale = scale_of(verdict, part)
    found = str(verdict.found[verdict.evidence.index(part)])
    said = f"{scale(part.value)} {scale.between(part.low, part.high)}"
    bar = Bar(part.measure if part.aggregate == "each" else f"{part.aggregate} of {part.measure}", part.value,
              part.low, part.high, said, found)
    title = f"{verdict.name}: value, bounds and limit"
    return _figure((title, f"{said}, limit {bound_text(verdict, part)}: {found}"), [bar],
                   limits_of(verdict.requirement), scale, key)


def of_groups(verdict: Verdict, part: Evidence, most: int, key: str) -> tuple[Element, ...]:
    """The groups of a part, the least favourable first; against the limit where it is a limit of each of them."""
    rows = [row for row in least_favourable_first(part)][:most]
    if len(part.groups) < 2 or not rows:
        return ()
    scale = scale_of(verdict, part)
    bars = [Bar(_name([safe(value) for _, value in row.group]), row.value, row.low, row.high,
                f"{scale(row.value)}  {scale.between(row.low, row.high)}" if row.value is not None
                else note_of(row, part),
                "worst" if row.group in part.worst else "judged" if row.judged else "shown") for row in rows]
    title = f"{part.measure} of {len(bars)} of {len(part.groups)} groups, {in_order(part)}"
    said = "; ".join(f"{bar.name} {bar.words}" for bar in bars[:3])
    limits = limits_of(verdict.requirement) if part.aggregate == "each" else (None, None)
    names = _name([safe(name) for name, _ in part.groups[0].group])
    return _figure((title, said), bars, limits, scale, key, names)


def of_bars(said: tuple[str, str], bars: Sequence[Bar], limits: tuple[float | None, float | None], scale: Scale,
            key: str) -> tuple[Element, ...]:
    """Any rows on one axis; ``said``: its title, and what it shows in words."""
    return _figure(said, bars, limits, scale, key)


def limits_of(requirement: Requirement) -> tuple[float | None, float | None]:
    """The limits of a requirement in base units, as they are drawn."""
    bound = requirement.bound
    return (None if bound.low is None else limit_of(requirement, ">="),
            None if bound.high is None else limit_of(requirement, "<="))


def _name(values: Sequence[str]) -> str:
    """The values of a group in the room there is: the longest ones are clipped, so that all of them show."""
    room = LETTERS - 3 * (len(values) - 1)
    widest = max(map(len, values), default=0)
    while sum(min(len(value), widest) for value in values) > room and widest > 1:
        widest -= 1
    return " · ".join(clipped(value, widest) for value in values)


def _figure(said: tuple[str, str], bars: Sequence[Bar], limits: tuple[float | None, float | None], scale: Scale,
            key: str, names: str = "") -> tuple[Element, ...]:
    rows = [Track(bar.name, bar.words, interval(bar.value, (bar.low, bar.high), bar.style),
                  "strong" if bar.style == "worst" else None, "pale" if bar.style == "shown" else None) for bar in bars]
    shown = [figure for bar in bars for figure in (bar.value, bar.low, bar.high)]
    rules = [(limit, f"limit {limit / scale.size:.6g}{scale.unit}") for limit in limits if limit is not None]
    of = Tracks(rows, shown, lambda tick: f"{tick / scale.size:.4g}{scale.unit}", rules, limits, names)
    return both(lambda form: drawn(of, said, key, form))
