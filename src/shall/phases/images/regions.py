"""How far images may be changed by several changes together, and from where on a model fails; told as filters.

It rests on one thing: that more of a change never helps. What is shown at the corners of a box is then shown for all of
it, and what fails at a corner fails at all that is stronger.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.filters import And, Comparison, Filter
from shall.phases.images.rays import Asking, Bools, Ints, Ray
from shall.stats.monotone import Bounded, Point, climbed, surface, weakest

FIRST: Final = 64                           # images that a point is first looked at with
LOOSE: Final = 0.1                          # alpha at which a look is enough
RUNGS: Final = (3, 2, 1, 0)                 # steps from what was found
MOST: Final = 3                             # regions told


@dataclass(frozen=True, slots=True)
class Region:
    """Combined changes as a filter (none: all of them), and the tests that show it."""

    where: Filter | None
    shown: tuple[tuple[Mapping[str, float], Bounded], ...]     # at which strengths

    @property
    def filter(self) -> str:
        """In the language; nothing where it is all of them."""
        return "" if self.where is None else str(self.where)


def regions(asking: Asking, every: Sequence[Ray], index: Ints, alpha: float,
            seed: int) -> tuple[Region | None, tuple[Region, ...]]:
    """The largest box that is met, and where it fails, of changes together.

    Half of the images choose, the other half shows: all that is told is wrong with a chance of at most alpha.
    """
    order = np.random.default_rng(seed).permutation(index)
    look, show = order[:len(order) // 2], order[len(order) // 2:]
    orthants = list(itertools.product(*_by_change(every)))
    maps = {which: surface([every[ray].steps for ray in which], _looked(asking, every, which, look))
            for which in orthants}
    box = _largest(maps, every)
    corners = _failing(maps, every)
    level = alpha / (1 + len(corners))
    met = _box(asking, every, orthants, box, show, level) if box is not None else None
    failing = (_corner(asking, every, which, point, show, level) for which, point in corners)
    return met, tuple(region for region in failing if region is not None)


def _by_change(every: Sequence[Ray]) -> list[list[int]]:
    names = dict.fromkeys(ray.name for ray in every)
    return [[place for place, ray in enumerate(every) if ray.name == name] for name in names]


def _looked(asking: Asking, every: Sequence[Ray], which: tuple[int, ...], look: Ints) -> Callable[[Point], bool]:
    """Whether a point seems to be within: with few images where that is plain, else with more."""
    def within(point: Point) -> bool:
        count, strengths = min(FIRST, len(look)), _at(every, which, point)
        while True:
            found = asking.test(look[:count], strengths, LOOSE)
            if found.low >= asking.limit or found.high < asking.limit or count == len(look):
                return found.rate >= asking.limit
            count = min(2 * count, len(look))
    return within


def _at(every: Sequence[Ray], which: tuple[int, ...], point: Point) -> dict[str, float]:
    return {every[ray].name: every[ray].strengths[step] for ray, step in zip(which, point, strict=True) if step}


def _largest(maps: Mapping[tuple[int, ...], Bools], every: Sequence[Ray]) -> Point | None:
    """Steps along each ray of the box with the most points of the grid, all corners of which are within."""
    whole = None
    for which, within in maps.items():
        shape = [1] * len(every)
        for axis, ray in enumerate(which):
            shape[ray] = within.shape[axis]
        placed = within.transpose(np.argsort(which)).reshape(shape)
        whole = placed if whole is None else whole & placed
    assert whole is not None
    if not whole.any():
        return None
    width = reduce(np.multiply, _widths(every, whole.shape))
    best = np.unravel_index(int(np.where(whole, width, 0).argmax()), whole.shape)
    return tuple(int(step) for step in best)


def _widths(every: Sequence[Ray], shape: tuple[int, ...]) -> Iterator[NDArray[Any]]:
    """Of each change, how many of its points a box has, by the steps of its rays."""
    for places in _by_change(every):
        grids = [np.arange(shape[place]).reshape([-1 if axis == place else 1 for axis in range(len(shape))])
                 for place in places]
        yield np.asarray(1 + sum(grids))


def _failing(maps: Mapping[tuple[int, ...], Bools], every: Sequence[Ray]) -> list[tuple[tuple[int, ...], Point]]:
    """The weakest corners from which on it seems to fail, those first that cover most; a few."""
    found: dict[tuple[tuple[str, float], ...], tuple[tuple[int, ...], Point]] = {}
    left = {which: ~within for which, within in maps.items()}
    while len(found) < MOST:
        best = max(((int(outside[tuple(slice(step, None) for step in point)].sum()), which, point)
                    for which, outside in left.items() for point in weakest(~maps[which])), default=(0, (), ()))
        if best[0] == 0:
            break
        found[tuple(_at(every, best[1], best[2]).items())] = best[1:]
        for which, outside in left.items():
            signed = [best[2][best[1].index(ray)] if ray in best[1] else None for ray in which]
            if all(step is not None or best[2][axis] == 0 for axis, step in enumerate(signed)):
                outside[tuple(slice(step or 0, None) for step in signed)] = False
    return [*found.values()]


def _box(asking: Asking, every: Sequence[Ray], orthants: Sequence[tuple[int, ...]], box: Point, show: Ints,
         level: float) -> Region | None:
    def tests(steps: Point) -> list[tuple[dict[str, float], Bounded]]:
        places = [_at(every, which, tuple(steps[ray] for ray in which)) for which in orthants]
        return [(place, asking.test(show, place, level)) for place in places]

    ladder = dict.fromkeys(tuple(max(step - back, 0) for step in box) for back in RUNGS)
    reached = climbed([*ladder], lambda steps: all(found.low >= asking.limit for _, found in tests(steps)))
    if reached is None:
        return None
    return Region(_all([*_inside(every, reached)]), tuple(tests(reached)))


def _corner(asking: Asking, every: Sequence[Ray], which: tuple[int, ...], point: Point, show: Ints,
            level: float) -> Region | None:
    ends = [every[ray].steps for ray in which]
    ladder = dict.fromkeys(tuple(min(step + back, end) if step else 0 for step, end in zip(point, ends, strict=True))
                           for back in RUNGS)
    reached = climbed([*ladder], lambda at: asking.test(show, _at(every, which, at), level).high < asking.limit)
    if reached is None:
        return None
    terms = [every[ray].beyond(step) for ray, step in zip(which, reached, strict=True) if step]
    place = _at(every, which, reached)
    return Region(_all(terms), ((place, asking.test(show, place, level)),))


def _inside(every: Sequence[Ray], steps: Point) -> Iterator[Comparison]:
    """The ends of a box; one that is not changed at all is 0."""
    for places in _by_change(every):
        if any(steps[place] for place in places):
            yield from (every[place].up_to(steps[place]) for place in places)
        else:
            yield Comparison(every[places[0]].name, "=", 0)


def _all(terms: Sequence[Filter]) -> Filter | None:
    return And(tuple(terms)) if len(terms) > 1 else next(iter(terms), None)
