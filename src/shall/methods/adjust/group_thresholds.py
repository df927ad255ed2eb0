"""A threshold of its own for each group, where the file allows the groups at prediction.

On a grid of thresholds a group, a linear programme finds the mixture of thresholds that is most accurate under the
constraints. Hardt et al. draw a threshold at random from it; here one is chosen, so that decisions are deterministic:
of the thresholds that have a part in the mixture the most accurate choice that keeps the constraints, improved for two
groups at a time.

Reference: Hardt, Price and Srebro (2016), "Equality of opportunity in supervised learning", section 3.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, product
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.methods.adjust._dual import Constraint, linear
from shall.methods.adjust.plug_in import TIGHTNESS, constraints_of, shortfall
from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Floats, Group, Ints, Sample, Target

try:
    from scipy.optimize import linprog
except ImportError as error:
    raise MissingExtra("scipy", "build", "a linear programme") from error

KINDS: Final = ("binary",)
GRID: Final = 100                           # thresholds a group
FEWEST: Final = 30                          # rows of a group that has a threshold of its own
MIXED: Final = 1e-6                         # parts of a mixture under this are none
CHOICES: Final = 4096                       # choices out of a mixture that are tried
SWEEPS: Final = 20
UNKEPT: Final = 1.0                         # more than any accuracy is worth


def rules(held: HeldOut, targets: Callable[[float], tuple[Target, ...]]) -> Iterator[tuple[str, Rule]]:
    """A rule for each tightness for which there is one; nothing where a target's groups may not be used."""
    wanted = targets(1.0)
    names = tuple(sorted({name for target in wanted for name in target.names}))
    if not wanted or not set(names) <= set(held.groups):
        return
    cell, groups = cells(held, names)
    for tightness in TIGHTNESS:
        asked = targets(tightness)
        sample = Sample(held.probabilities, held.label, held.everyone)
        member = np.concatenate([target.members(sample) for target in asked], axis=1)
        found = thresholds(held.score, held.label, cell, member, constraints_of(asked))
        if found is not None:
            by_group = tuple(zip(groups, found[1:].tolist(), strict=True))
            yield f"group thresholds ×{tightness:g}", Rule(float(found[0]), by_group=by_group)


def cells(held: HeldOut, names: Sequence[str]) -> tuple[Ints, tuple[Group, ...]]:
    """int64[n] the cell of each row, and the groups of cells 1, 2, …; cell 0 has groups that are too small."""
    rows = list(zip(*(held.groups[name].tolist() for name in names), strict=True))
    known, code, count = np.unique(np.array(rows, dtype=np.str_).reshape(len(rows), len(names)), axis=0,
                                   return_inverse=True, return_counts=True)
    large = np.flatnonzero(count >= FEWEST)
    place = np.zeros(len(known), dtype=np.int64)
    place[large] = np.arange(1, len(large) + 1)
    return place[code.reshape(-1)], tuple(tuple(zip(names, known[one].tolist(), strict=True)) for one in large)


def thresholds(score: Floats, label: Ints, cell: Ints, member: NDArray[np.bool_], constraints: Sequence[Constraint]
               ) -> Floats | None:
    """float64[K]: the threshold of each cell, with which every constraint holds on these rows; None if none was found.

    ``cell`` int64[n] in 0…K-1: the rows that share a threshold; ``member`` bool[n, E]: the rows of each event.
    """
    if not len(score):
        return None
    tables = [_table(score, label, member, cell == one) for one in range(int(cell.max()) + 1)]
    mixture = _mixture(tables, constraints)
    if mixture is None:
        return None
    first = max(islice(product(*mixture), CHOICES), key=lambda chosen: _value(tables, chosen, constraints))
    best = _improved(tables, first, constraints)
    if shortfall(_rates(tables, best)[None], constraints)[0] > 0:
        return None
    return np.array([table.threshold[place] for table, place in zip(tables, best, strict=True)])


@dataclass(frozen=True, slots=True)
class Table:
    """What each threshold of a cell brings: right decisions as a share of all rows, and its part in each rate."""

    threshold: Floats                       # [T]
    right: Floats                           # [T]
    rates: Floats                           # [T, E]


def _table(score: Floats, label: Ints, member: NDArray[np.bool_], inside: NDArray[np.bool_]) -> Table:
    own = np.unique(score[inside])
    between = (own[1:] + own[:-1]) / 2      # so that no score lies on a threshold
    if len(between) > GRID:
        between = np.quantile(score[inside], np.linspace(0, 1, GRID + 2)[1:-1], method="nearest")
    found = np.unique(np.concatenate([[0.0, 0.5, 2.0], between]))       # everybody, one half, nobody
    positive = score[inside][:, None] >= found
    right = np.where(label[inside, None] == 1, positive, ~positive).sum(axis=0) / len(score)
    rates = positive.T.astype(np.float64) @ (member[inside] / np.maximum(member.sum(axis=0), 1))
    return Table(found, right, rates)


def _mixture(tables: Sequence[Table], constraints: Sequence[Constraint]) -> list[list[int]] | None:
    """The places of the thresholds in the best mixture, by cell, the largest parts first; None where none keeps all."""
    asked = linear(constraints, tables[0].rates.shape[1])
    levels = asked.of_levels.shape[1]
    lengths = [len(table.threshold) for table in tables]
    one_each = np.zeros((len(tables), sum(lengths) + levels))
    for place, (first, length) in enumerate(zip(np.cumsum([0, *lengths]), lengths, strict=False)):
        one_each[place, first:first + length] = 1
    solved = linprog(np.concatenate([*(-table.right for table in tables), np.zeros(levels)]),
                     np.column_stack([*(asked.of_rates @ table.rates.T for table in tables), asked.of_levels]),
                     asked.most, one_each, np.ones(len(tables)), bounds=(0, 1), method="highs")
    if solved.status:
        return None
    parts = np.split(solved.x, np.cumsum(lengths))[:len(tables)]
    return [[int(place) for place in np.argsort(-part, kind="stable") if part[place] > MIXED] for part in parts]


def _rates(tables: Sequence[Table], chosen: Sequence[int]) -> Floats:
    return np.asarray(sum(table.rates[place] for table, place in zip(tables, chosen, strict=True)))


def _value(tables: Sequence[Table], chosen: Sequence[int], constraints: Sequence[Constraint]) -> float:
    right = sum(table.right[place] for table, place in zip(tables, chosen, strict=True))
    missing = float(shortfall(_rates(tables, chosen)[None], constraints)[0])
    return float(right) - (UNKEPT + missing if missing > 0 else 0.0)


def _improved(tables: Sequence[Table], chosen: Sequence[int], constraints: Sequence[Constraint]) -> list[int]:
    """The best thresholds of two cells at a time, as long as some are better."""
    now = list(chosen)
    if len(now) == 1:
        return [max(range(len(tables[0].threshold)), key=lambda place: _value(tables, [place], constraints))]
    for _ in range(SWEEPS):
        before = list(now)
        for one, other in combinations(range(len(tables)), 2):
            now[one], now[other] = _best_pair(tables, now, (one, other), constraints)
        if now == before:
            break
    return now


def _best_pair(tables: Sequence[Table], now: Sequence[int], pair: tuple[int, int], constraints: Sequence[Constraint]
               ) -> tuple[int, int]:
    """The places of the best thresholds of two cells, all others as they are; the same where none are better."""
    first, second = (tables[place] for place in pair)
    rest = _rates(tables, now) - first.rates[now[pair[0]]] - second.rates[now[pair[1]]]
    rates = rest + first.rates[:, None] + second.rates
    missing = shortfall(rates.reshape(-1, rates.shape[2]), constraints).reshape(rates.shape[:2])
    value = first.right[:, None] + second.right - np.where(missing > 0, UNKEPT + missing, 0)
    if value.max() <= value[now[pair[0]], now[pair[1]]]:
        return now[pair[0]], now[pair[1]]
    best = np.unravel_index(int(np.argmax(value)), value.shape)
    return int(best[0]), int(best[1])
