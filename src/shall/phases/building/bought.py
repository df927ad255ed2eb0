"""What each option of a search came to beside the plain one, and the trials that came to nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from shall.phases.building.candidates import Tried, best_of
from shall.phases.building.frontier import NONE, kind_of, rule_of

ONE: Final = "one threshold"                # a rule that is no more than that
PARTS: Final = {"learner": "learner", "preparation": "prepare", "calibration": "calibrate"}
ERROR: Final = re.compile(r"^(\w+)(Error|Extra|Spent): ?(.*)", re.DOTALL)
SPOKEN: Final = {"Memory": "there was not enough memory", "LinAlg": "the equations have no solution"}


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its candidate that would be chosen if there were no other option."""

    name: str
    best: Tried
    candidates: int
    gain: float | None = None                   # of the objective, beside the plain option


@dataclass(frozen=True, slots=True)
class Bought:
    """The options of one part of the configurations, the plain one first where there is one."""

    part: str                                   # mitigation, learner, preparation, calibration
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why some trials came to nothing, in plain words."""

    reason: str
    trials: tuple[str, ...]


def bought_of(tried: Sequence[Tried], floor: float) -> tuple[Bought, ...]:
    """A table for each part that had a choice: mitigations first, then learners, preparations and calibrations."""
    useful = [one for one in tried if one.objective > floor]
    by_part = {"mitigation": [kind_of(one.made) for one in useful]}
    if len({rule_of(one.made) for one in useful}) > 1 and _several(useful, "mitigate"):
        by_part["rule"] = [rule_of(one.made) or ONE for one in useful]
    for part, key in PARTS.items():
        by_part[part] = [_option(one, key) for one in useful]
    return tuple(Bought(part, _options(useful, names, floor, part == "mitigation"))
                 for part, names in by_part.items() if len(set(names)) > 1)


def grouped(failed: Sequence[tuple[str, str]]) -> tuple[Fault, ...]:
    """The trials that came to nothing by their reason, the most frequent first."""
    found: dict[str, tuple[str, list[str]]] = {}
    for trial, why in failed:
        words = in_words(why)
        found.setdefault(re.sub(r"\d+", "#", words), (words, []))[1].append(trial)
    return tuple(Fault(words, tuple(trials))
                 for words, trials in sorted(found.values(), key=lambda one: -len(one[1])))


def in_words(why: str) -> str:
    """A reason without the name of an exception."""
    match = ERROR.match(why)
    if match is None:
        return why
    said = " ".join(match[3].split("\n\n")[0].split())
    return ": ".join(filter(None, (SPOKEN.get(match[1], ""), said))) or match[1]


def _several(tried: Sequence[Tried], key: str) -> bool:
    return len({_option(one, key) for one in tried}) > 1


def _option(one: Tried, key: str) -> str:
    return str(one.made.get("config", {}).get(key, "")).replace("_", " ") or NONE


def _options(tried: Sequence[Tried], names: Sequence[str], floor: float, price: bool) -> tuple[Option, ...]:
    """The options, the nearest to the aims and the best first; ``price``: the plain one is taken at its best."""
    found = []
    for name in dict.fromkeys(names):
        some = [one for one, its in zip(tried, names, strict=True) if its == name]
        best = best_of(some, floor)
        if best is not None and best.shortfall > 0 and price and name == NONE:
            best = max(some, key=lambda one: one.objective)
        if best is not None:
            found.append(Option(name, best, len(some)))
    plain = next((option.best.objective for option in found if option.name in (NONE, ONE)), math.nan)
    ordered = sorted(found, key=lambda one: (one.name not in (NONE, ONE), one.best.shortfall, -one.best.objective))
    return tuple(option if option.name in (NONE, ONE) or math.isnan(plain) else
                 Option(option.name, option.best, option.candidates, option.best.objective - plain)
                 for option in ordered)
