"""The extreme over groups, or over pairs of groups, with two one-sided bounds.

Let theta be the smallest of some comparisons. To assert ``theta >= c`` every comparison must be shown to
be at least c: each at alpha, without correction (intersection-union; Berger 1982, theorem 1). To assert
``theta < c`` one comparison must be shown to be below c: each at alpha / m (Bonferroni). So

    low  = min of the lower bounds at alpha,      high = min of the upper bounds at alpha / m,

and the mirror image for the largest. Nothing is resampled: the bootstrap of an extreme is biased.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np

from shall.stats.arrays import Ints
from shall.stats.families import Estimates

Aggregate = Literal["each", "ratio", "difference"]
Flags = np.ndarray[tuple[int], np.dtype[np.bool_]]
AT_ONCE: Final = 2**18                      # pairs
Blocks = Iterator[tuple[Ints, Ints]]        # of pairs: those of 10,000 groups together are gigabytes


@dataclass(frozen=True, slots=True)
class Extreme:
    """The extreme value (None where there is nothing to compare), its bounds, and the group or pair that sets it."""

    value: float | None
    low: float
    high: float
    worst: tuple[int, ...]


NOTHING = Extreme(None, -np.inf, np.inf, ())


def over_groups(estimates: Estimates, aggregate: Aggregate, side: Literal[">=", "<="], alpha: float, *,
                to: int | None = None, bands: Ints | None = None, judged: Flags | None = None,
                comparisons: int | None = None) -> Extreme:
    """The extreme of ``each`` value, of the ``ratio`` smallest over largest, or of the ``difference``.

    Args:
        estimates: a family of G groups.
        side: of the bound that it is for: ``each >=`` is about the smallest value, ``each <=`` the largest.
        alpha: one-sided.
        to: index of the group that a ratio or difference is taken to.
        bands: int[G]; only groups of one band are compared.
        judged: bool[G]; other groups are left out.
        comparisons: how many the corrected side is corrected for; all of these, if not given.
    """
    judged = np.ones(len(estimates.value), dtype=bool) if judged is None else judged
    if aggregate == "each":
        return _each(estimates, side, alpha, np.flatnonzero(judged), comparisons)
    blocks, largest = partial(pairs, aggregate, judged, bands, to), _largest(aggregate, side, to)
    worst = _furthest(estimates, aggregate, blocks(), largest=largest)
    if worst is None:
        return NOTHING
    corrected = alpha / (comparisons or _number(blocks()))
    low = _bound(estimates, aggregate, "low", blocks(), corrected if largest else alpha, largest=largest)
    high = _bound(estimates, aggregate, "high", blocks(), alpha if largest else corrected, largest=largest)
    if aggregate == "ratio" and to is None:             # of the smallest over the largest
        low, high = min(low, 1.0), min(high, 1.0)
    return Extreme(worst[0], low, high, worst[1])


def worst_of(estimates: Estimates, aggregate: Aggregate, side: Literal[">=", "<="], *, to: int | None = None,
             bands: Ints | None = None, judged: Flags) -> tuple[int, ...]:
    """The group or pair that sets the extreme, as `over_groups` finds it, without any bounds; () where none does."""
    if aggregate == "each":
        return _each_furthest(estimates, side, np.flatnonzero(judged))[1]
    found = _furthest(estimates, aggregate, pairs(aggregate, judged, bands, to), largest=_largest(aggregate, side, to))
    return () if found is None else found[1]


def _largest(aggregate: Aggregate, side: str, to: int | None) -> bool:
    """Whether it is the largest comparison that counts."""
    return aggregate == "difference" or (to is not None and side == "<=")


def _furthest(estimates: Estimates, aggregate: Aggregate, blocks: Blocks, *,
              largest: bool) -> tuple[float, tuple[int, int]] | None:
    """The extreme value of all pairs, and the first pair that has it; None where no pair has a value."""
    value, worst = estimates.value, None
    for i, j in blocks:
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            values = value[i] / value[j] if aggregate == "ratio" else value[i] - value[j]
        known = np.flatnonzero(np.isfinite(values))
        if not len(known):
            continue
        place = known[np.argmax(values[known]) if largest else np.argmin(values[known])]
        found = float(values[place])
        if worst is None or (found > worst[0] if largest else found < worst[0]):
            worst = found, (int(i[place]), int(j[place]))
    return worst


def _bound(estimates: Estimates, kind: Literal["ratio", "difference"], end: Literal["low", "high"],
           blocks: Blocks, alpha: float, *, largest: bool) -> float:
    """The extreme of one end over all pairs."""
    short = getattr(estimates, "extreme_bound", None)
    if short is not None:
        found = [float(short(kind, end, i, j, alpha, largest=largest)) for i, j in blocks]
    else:
        bounded = estimates.ratio if kind == "ratio" else estimates.difference
        both = (bounded(i, j, alpha)[end == "high"] for i, j in blocks)
        found = [float(bounds.max() if largest else bounds.min()) for bounds in both]
    return float(np.max(found) if largest else np.min(found))


def comparisons(aggregate: Aggregate, judged: Flags, bands: Ints | None = None, to: int | None = None) -> int:
    """How many groups, or ordered pairs of groups, are compared: either one of two may be called too small."""
    if aggregate == "each":
        return int(judged.sum())
    return _number(pairs(aggregate, judged, bands, to))


def pairs(aggregate: Aggregate, judged: Flags, bands: Ints | None = None, to: int | None = None) -> Blocks:
    """Ordered pairs int64[P], int64[P] of different groups of one band; with ``to`` those that it is part of.

    In the order of all; about so many at once as `AT_ONCE` says, those of one group together.
    """
    groups = np.flatnonzero(judged)
    for i, j in _crossed(groups) if to is None else _with(groups, to, both=aggregate == "difference"):
        kept = i != j
        if bands is not None:
            kept &= bands[i] == bands[j]
        if kept.any():
            yield i[kept], j[kept]


def _crossed(groups: Ints) -> Blocks:
    """Each with each."""
    step = max(1, AT_ONCE // max(len(groups), 1))
    for start in range(0, len(groups), step):
        some = groups[start:start + step]
        yield np.repeat(some, len(groups)), np.tile(groups, len(some))


def _with(groups: Ints, to: int, *, both: bool) -> Blocks:
    """Each with one of them, and with ``both`` that one with each."""
    if to not in groups:
        return
    one = np.full(len(groups), to)
    i, j = (np.concatenate([groups, one]), np.concatenate([one, groups])) if both else (groups, one)
    order = np.lexsort((j, i))
    yield i[order], j[order]


def _number(blocks: Blocks) -> int:
    return sum(len(i) for i, _ in blocks)


def _each(estimates: Estimates, side: str, alpha: float, groups: Ints, together: int | None) -> Extreme:
    value, worst = _each_furthest(estimates, side, groups)
    if value is None:
        return NOTHING
    plain, careful = (estimates.bounds(level) for level in (alpha, alpha / (together or len(groups))))
    if side == "<=":
        low, high = careful[0][groups].max(), plain[1][groups].max()
    else:
        low, high = plain[0][groups].min(), careful[1][groups].min()
    return Extreme(value, float(low), float(high), worst)


def _each_furthest(estimates: Estimates, side: str, groups: Ints) -> tuple[float | None, tuple[int, ...]]:
    values = estimates.value[groups]
    known = np.flatnonzero(np.isfinite(values))
    if not len(known):
        return None, ()
    place = known[np.argmax(values[known]) if side == "<=" else np.argmin(values[known])]
    return float(values[place]), (int(groups[place]),)
