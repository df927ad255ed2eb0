"""Which rows an alarm is about, as a filter over the columns of a row."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final

from shall import registry
from shall.core.filters import And, Comparison, Filter, Missing
from shall.core.log import MISSING, REST, GroupDef
from shall.core.requirement import Requirement
from shall.tally.codes import band_names

AGAINST: Final = " against "                # between two groups; the measure of the first lies on the wrong side


def affected(line: Requirement, about: str, groups: Sequence[GroupDef]) -> Filter | None:
    """The rows of the group that an alarm is about, of those that its line is about; None for all rows.

    ``about``: "sex = F against sex = M". Of two groups it is the one that is worse off: of which the measure is lower,
    or higher where lower is better. Where nobody can say which group it is, all rows of the line are affected.
    """
    known = {group.name: group for group in groups}
    found: Mapping[str, str] = {}
    for grouping in sorted(line.over, key=len, reverse=True):       # the longest one that fits
        found = found or _worse_off(line, about, [*line.within, *grouping])
    terms = [term for name, value in found.items() for term in _within(known.get(name, GroupDef(name, name)), value)]
    whole = [] if line.where is None else [*line.where.terms] if isinstance(line.where, And) else [line.where]
    every = tuple(dict.fromkeys([*terms, *whole]))
    return None if not every else every[0] if len(every) == 1 else And(every)


def _worse_off(line: Requirement, about: str, names: Sequence[str]) -> Mapping[str, str]:
    """The values of the group that is worse off; nothing where the text is about something else."""
    if not names:
        return {}
    parted = [match.start() for match in re.finditer(re.escape(f"{AGAINST}{names[0]} = "), about)]
    if not parted:
        return _values(about.partition(AGAINST)[0] if line.aggregate != "each" else about, names)
    middle = parted[len(parted) // 2]
    lower, higher = about[:middle], about[middle + len(AGAINST):]
    if line.aggregate == "difference" or line.bound.low is None:        # the first one is higher
        lower, higher = higher, lower
    worse = higher if registry.card(line.measures[0].name).better == "lower" else lower
    return _values(worse, names)


def _values(text: str, names: Sequence[str]) -> Mapping[str, str]:
    """Of "sex = F, race = 2" the value of each name."""
    starts = [text.find(f"{name} = ") for name in names]
    if starts[0] != 0 or starts != sorted(starts):
        return {}
    ends = [*(start - len(", ") for start in starts[1:]), len(text)]
    return {name: text[start + len(f"{name} = "):end] for name, start, end in zip(names, starts, ends, strict=True)}


def _within(group: GroupDef, value: str) -> tuple[Filter, ...]:
    """What a row of a group satisfies; nothing where nobody can say."""
    if value == MISSING:
        return (Missing(group.column),)
    if value == REST:
        return ()
    if not group.cut:
        return (Comparison(group.column, "=", value),)
    ends = dict(zip(band_names(group.cut), [(None, group.cut[0]), *pairwise(group.cut), (group.cut[-1], None)],
                    strict=True))
    low, high = ends.get(value, (None, None))
    return (*(() if low is None else (Comparison(group.column, ">=", _edge(low)),)),
            *(() if high is None else (Comparison(group.column, "<", _edge(high)),)))


def _edge(value: float) -> int | float:
    """As one writes it."""
    return int(value) if value.is_integer() else value
