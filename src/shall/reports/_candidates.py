"""Candidates of a search as figures and marks, for every format alike."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from shall.core.units import UNITS, in_base
from shall.core.verdict import Finding
from shall.reports._figures import Scale
from shall.reports._layout import safe
from shall.reports._lines import MARKS
from shall.reports._shapes import Aim, Built, Tried

NUMBER: Final = re.compile(r"^[<>]= -?[\d.,]+ ?(\S*)$")
LEGEND: Final = ("✓ within its aim, ? within its limit, ✗ beyond it; the aims are stricter than the limits, as far as "
                 "the size of this gate asks for")


@dataclass(frozen=True, slots=True)
class Column:
    """One requirement of the candidates: its name, its limit, its aim, and how its figures are written."""

    place: int
    name: str
    limit: str
    aim: str
    scale: Scale

    def cell(self, tried: Tried) -> tuple[str, Finding]:
        """The value of a candidate with its mark, and the finding that the mark stands for."""
        value, kind = tried.values[self.place], state(tried, self.place)
        return f"{self.scale(value)} {MARKS[kind]}", kind


def columns(built: Built) -> list[Column]:
    """All requirements, in their order."""
    return [_column(built, place) for place in range(len(built.requirements))]


def telling(built: Built) -> list[Column]:
    """Those that some candidate falls short of; all of them where none does."""
    some = [column for column in columns(built) if not all(one.within[column.place] for one in built.tried)]
    return some or columns(built)


def asked(shown: Sequence[Column]) -> list[tuple[str, list[str]]]:
    """The rows above a table of candidates: where the limits are, and where the aims; none where there are none."""
    rows = [("the limit", [column.limit for column in shown]), ("the aim", [column.aim for column in shown])]
    return [(words, texts) for words, texts in rows if any(texts)]


def state(tried: Tried, place: int) -> Finding:
    """Met within its aim, undecided within its limit or without a value, else broken."""
    if tried.within[place]:
        return Finding.MET
    return Finding.UNDECIDED if tried.held[place] or tried.values[place] is None else Finding.BROKEN


def few(built: Built) -> list[Tried]:
    """The candidates to show: some of the frontier, the best objective first; else those nearest to their aims."""
    if built.frontier.few:
        return [built.tried[place] for place in built.frontier.few]
    return sorted(built.tried, key=lambda one: one.shortfall)[:5]


def best(built: Built) -> Tried | None:
    """The candidate with the best objective, whatever it breaks."""
    return None if built.frontier.best is None else built.tried[built.frontier.best]


def costliest(built: Built) -> Column | None:
    """Of the requirements that the best objective breaks the first one; else the first of those that differ."""
    top, shown = best(built), telling(built)
    broken = [column for column in shown if top is not None and not top.within[column.place]]
    return next(iter([*broken, *shown]), None)


def objective_scale(built: Built) -> Scale:
    """How figures of the objective are written: about four of them."""
    largest = max((abs(one.objective) for one in built.tried if math.isfinite(one.objective)), default=0.0)
    return Scale(1.0, max(4 - (math.floor(math.log10(largest)) if largest >= 1 else 0), 0))


def turned(built: Built, objective: float) -> float:
    """The objective as its measure has it: the search turns around what is better when less."""
    return -objective if built.minimised else objective


def counted(built: Built) -> str:
    """`75 candidates of 12 trials`."""
    words = [f"{len(built.tried):,} candidate{'' if len(built.tried) == 1 else 's'}"]
    if built.trials:
        words.append(f"{built.trials:,} trial{'' if built.trials == 1 else 's'}")
    return " of ".join(words)


def priced(built: Built) -> str:
    """What the requirements cost, in a sentence; nothing where there is nothing to compare."""
    top, price, scale = best(built), built.frontier.price, objective_scale(built)
    if top is None or price is None:
        return ""
    if price <= 0:
        return "the requirements cost nothing: the best candidate keeps them all"
    chosen = next(one for one in built.tried if one.chosen)
    return (f"the price of the requirements: {built.objective} {scale(turned(built, chosen.objective))} instead of "
            f"{scale(turned(built, top.objective))}")


def tied(built: Built) -> str:
    """Why a candidate with a better objective was not chosen; nothing where there is none."""
    if not built.frontier.tie:
        return ""
    return ("→ has the least loss of those whose objective is as good as the best one's, for all that so many rows can "
            "tell: the best of many is the luckiest")


def _column(built: Built, place: int) -> Column:
    aims = built.frontier.aims[place] if place < len(built.frontier.aims) else ()
    scale = _scale(aims, [one.values[place] for one in built.tried])
    limits = " ".join(dict.fromkeys(safe(aim.limit) for aim in aims))
    strictest = {side: (max if side == ">=" else min)(aim.aim for aim in aims if aim.side == side)
                 for side in dict.fromkeys(aim.side for aim in aims)}
    return Column(place, safe(built.requirements[place]), limits,
                  " ".join(f"{side} {scale(aim)}" for side, aim in strictest.items()), scale)


def _scale(aims: Sequence[Aim], values: Iterable[float | None]) -> Scale:
    """In the unit of the limit; three figures of the largest value."""
    match = NUMBER.match(aims[0].limit) if aims else None
    unit = match[1] if match is not None and match[1] in UNITS else ""
    size = in_base(1.0, unit) if unit else 1.0
    known = [abs(value) / size for value in (*values, *(aim.bound for aim in aims))
             if value is not None and math.isfinite(value)]
    largest = max(known, default=0.0)
    decimals = 3 if not largest else min(max(2 - math.floor(math.log10(0.999 * largest)), 0), 6)
    return Scale(size, decimals, unit if unit in ("", "%") else f" {unit}")
