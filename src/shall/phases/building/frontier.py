"""The candidates of a search as a whole: which of them no other beats, and what the requirements cost."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from shall.phases.building.aims import Aim
from shall.phases.building.candidates import Tried

FEW: Final = 6
FINEST: Final = 0.005                       # of the range of a value: less is no gain
NONE: Final = "none"


@dataclass(frozen=True, slots=True)
class Frontier:
    """Candidates by their place in ``tried``, and what there is to say of them together."""

    aims: tuple[tuple[Aim, ...], ...] = ()      # of each requirement
    places: tuple[int, ...] = ()                # that none beats both in objective and in nearness to the aims
    few: tuple[int, ...] = ()                   # some of these, well apart: the best objective first
    fronts: tuple[tuple[int, ...], ...] = ()    # the same for each requirement alone, by its value
    best: int | None = None                     # with the best objective, whatever it breaks
    price: float | None = None                  # how much of that the chosen one gives up for the requirements
    kinds: tuple[str, ...] = ()                 # the mitigation of each candidate
    tie: bool = False                           # whether others have a better objective, and the chosen one less loss


def frontier_of(tried: Sequence[Tried], aims: Sequence[Sequence[Aim]], floor: float) -> Frontier:
    """What no candidate beats; those at or below ``floor`` are of no use and never on it."""
    useful = [place for place, one in enumerate(tried) if one.objective > floor]
    if not useful:
        return Frontier(aims=tuple(map(tuple, aims)), kinds=tuple(kind_of(one.made) for one in tried))
    places = _unbeaten(useful, tried, nearness)
    chosen = next((place for place, one in enumerate(tried) if one.chosen), None)
    return Frontier(
        tuple(map(tuple, aims)), places, _apart(places, tried, chosen),
        tuple(_front(useful, tried, place, some) for place, some in enumerate(aims)), places[0],
        None if chosen is None else _price(tried[places[0]], tried[chosen]), tuple(kind_of(one.made) for one in tried),
        chosen is not None and any(all(one.within) and one.objective > tried[chosen].objective for one in tried))


def _price(best: Tried, chosen: Tried) -> float:
    """What the requirements take of the objective: nothing where the best candidate keeps them."""
    return 0.0 if all(best.within) else best.objective - chosen.objective


def kind_of(made: Mapping[str, Any]) -> str:
    """The mitigation of a candidate: of the learning and of the decision, `reweighing + plug-in`; `none`."""
    while_learning = str(made.get("config", {}).get("mitigate", "")).replace("_", " ")
    return " + ".join(filter(None, (while_learning, rule_of(made)))) or NONE


def rule_of(made: Mapping[str, Any]) -> str:
    """What a rule does besides one threshold for everybody; "" where that is all."""
    rule = made.get("rule", {})
    words = {"by_group": "group thresholds", "events": "plug-in", "abstain": "abstaining"}
    return " + ".join(word for key, word in words.items() if rule.get(key))


def _front(useful: Iterable[int], tried: Sequence[Tried], place: int, aims: Sequence[Aim]) -> tuple[int, ...]:
    """The front of one requirement; none where it has a limit on both sides."""
    sides = {aim.side for aim in aims}
    known = [index for index in useful if tried[index].values[place] is not None]
    if len(sides) != 1 or not known:
        return ()
    sign = 1 if sides == {">="} else -1
    values = [tried[index].values[place] or 0.0 for index in known]
    finest = FINEST * (max(values) - min(values)) or 1.0
    return _unbeaten(known, tried, lambda one: (round(sign * (one.values[place] or 0.0) / finest), 0.0))


def nearness(one: Tried) -> tuple[float, float]:
    """More is nearer to the aims: how many requirements are within theirs, then how far the worst one is."""
    return sum(one.within), -one.shortfall


def _unbeaten(some: Iterable[int], tried: Sequence[Tried], good: Callable[[Tried], tuple[float, float]]
              ) -> tuple[int, ...]:
    """By falling objective those that are better than all before them."""
    found: list[int] = []
    for place in sorted(sorted(some, key=lambda place: good(tried[place]), reverse=True),
                        key=lambda place: -tried[place].objective):
        if not found or good(tried[place]) > good(tried[found[-1]]):
            found.append(place)
    return tuple(found)


def _apart(places: Sequence[int], tried: Sequence[Tried], chosen: int | None) -> tuple[int, ...]:
    """The ends, and between them those nearest to equal steps of the objective; the chosen one always."""
    first, last = tried[places[0]].objective, tried[places[-1]].objective
    steps = [first + (last - first) * step / (FEW - 1) for step in range(FEW)]
    ends = {places[0], places[-1]} | ({chosen} if chosen is not None else set())
    few: list[int] = []
    for place in [*ends, *(min(places, key=lambda place: abs(tried[place].objective - step)) for step in steps)]:
        near = min((abs(tried[place].objective - tried[other].objective) for other in few), default=math.inf)
        if place in ends or near > (first - last) / (2 * FEW):
            few.append(place)
    return tuple(sorted(set(few), key=lambda place: -tried[place].objective))
