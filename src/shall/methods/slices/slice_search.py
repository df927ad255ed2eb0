"""The worst slices of some rows, exactly: those that trying every slice would give.

A slice is a predicate on each of up to three columns. Two or three columns are counted together at once, rows and
loss, by the code of each row; the predicates of these columns are sums over ranges of that table. Predicates whose
ceiling lies below the worst slices found so far are never looked at further.

Reference: Sagadeeva and Boehm (2021), "SliceLine: fast, linear-algebra-based slice finding for ML model debugging",
sections 2 and 3, for the problem and its pruning by size and error; ranges and joint tables are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError
from shall.core.filters import And, Filter
from shall.methods.slices.best import Best, Entry
from shall.methods.slices.columns import Column, Floats, Ints
from shall.methods.slices.joint import Counter
from shall.methods.slices.scores import Excess, Score, Whole

DEEPEST: Final = 3
SLACK: Final = 1e-9                         # of a ceiling, for rounding
Ceilings = Mapping[tuple[int, ...], Floats]


@dataclass(frozen=True, slots=True)
class Slice:
    """``terms``: a column and one of its predicates each. ``loss`` is the mean of its rows; greater is worse."""

    terms: tuple[tuple[int, int], ...]
    filters: tuple[Filter, ...]
    rows: float
    loss: float
    score: float

    @property
    def filter(self) -> Filter:
        """What selects these rows, in the language."""
        flat = tuple(inner for term in self.filters for inner in (term.terms if isinstance(term, And) else (term,)))
        return flat[0] if len(flat) == 1 else And(flat)

    def holds(self, columns: Sequence[Column]) -> NDArray[np.bool_]:
        """bool[rows]: the rows of this slice."""
        return reduce(np.logical_and, (columns[place].holds(predicate) for place, predicate in self.terms))


@dataclass(frozen=True, slots=True)
class Found:
    """The worst slices, the worst first. ``possible``: how many slices were to be chosen from."""

    slices: tuple[Slice, ...]
    possible: int
    whole: Whole                            # of losses from 0 on: less the least loss, where that is negative
    tables: int                             # joint tables that had to be counted


def search(columns: Sequence[Column], loss: Floats, *, top: int = 10, depth: int = DEEPEST, support: int = 1,
           score: Score | None = None, weight: Floats | None = None, looked: Callable[[], None] = lambda: None,
           ) -> Found:
    """The ``top`` slices of up to ``depth`` columns with the greatest score among those of ``support`` rows or more.

    Args:
        columns: what a slice may be made of, `numbers` and `categories`.
        loss: float64[rows], greater is worse; a row whose loss is nan does not count.
        score: `Excess` or `SliceLine`.
        weight: float64[rows]; weighted rows count as the rows that a sample of their effective size has.
        looked: called after each joint table of some columns, for those who wait.

    Of equal slices the one with fewer columns comes first, then the one whose columns come first. A predicate that
    every row satisfies makes no slice. InputError where columns and losses do not go together.
    """
    if not 1 <= depth <= DEEPEST or top < 1 or support < 1:
        raise InputError(f"a slice has 1 to {DEEPEST} features, and `top` and `support` are 1 or more")
    if any(len(column.codes) != len(loss) for column in columns):
        raise InputError("every column has a code for each loss")
    counter = Counter(columns, np.asarray(loss, dtype=np.float64), weight, support)
    best = Best(top)
    if counter.whole.most > 0:
        _Lattice(counter, best, score or Excess(), support, looked).descend(depth)
    found = tuple(_slice(entry, columns, counter) for entry in best.entries)
    return Found(found, possible([len(column.low) for column in counter.columns], depth), counter.whole, counter.tables)


class _Lattice:
    """All slices, from one column to three."""

    def __init__(self, counter: Counter, best: Best, score: Score, support: int, looked: Callable[[], None]) -> None:
        self._counter, self._best, self._score, self._support = counter, best, score, float(support)
        self._looked = looked

    def descend(self, depth: int) -> None:
        """Look at every slice that could be among the worst."""
        ones: Ceilings = {(place,): self._look((place,), [np.arange(len(column.low))])
                for place, column in enumerate(self._counter.columns) if len(column.low)}
        twos = dict(self._pairs(ones)) if depth > 1 else {}
        if depth == DEEPEST:
            self._triples(twos)

    def _pairs(self, ones: Ceilings) -> Iterator[tuple[tuple[int, ...], Floats]]:
        """The ceilings of each pair of columns: -inf where it was not looked at. The most promising pair first."""
        peaks = {place: float(ceiling.max()) for (place,), ceiling in ones.items()}
        for pair in sorted(combinations(peaks, 2), key=lambda pair: -min(peaks[place] for place in pair)):
            alive = [self._alive(ones[place,]) for place in pair]
            if all(map(len, alive)):
                ceiling = np.full([len(ones[place,]) for place in pair], -np.inf)
                ceiling[np.ix_(*alive)] = self._look(pair, alive)
                yield pair, ceiling

    def _triples(self, twos: Ceilings) -> None:
        """Every three columns of which each two may go on; the most promising first."""
        peaks = {pair: float(ceiling.max()) for pair, ceiling in twos.items() if self._alive(ceiling.max(axis=1)).size}
        columns = sorted({place for pair in peaks for place in pair})
        bounds = {three: min(peaks.get(pair, -np.inf) for pair in combinations(three, 2))
                  for three in combinations(columns, 3)}
        for three in sorted(bounds, key=lambda three: -bounds[three]):
            if bounds[three] < self._least:
                return
            one, two, both = (twos[pair] for pair in combinations(three, 2))
            first = self._alive(np.minimum(one.max(axis=1), two.max(axis=1)))
            second = self._alive(np.minimum(one[first].max(axis=0, initial=-np.inf), both.max(axis=1)))
            third = self._alive(np.minimum(two[first].max(axis=0, initial=-np.inf),
                                           both[second].max(axis=0, initial=-np.inf)))
            if len(first) and len(second) and len(third):
                self._look(three, [first, second, third])

    def _look(self, places: tuple[int, ...], predicates: Sequence[Ints]) -> Floats:
        """Count these slices, keep the worst of them, and say what their parts can reach."""
        whole, support = self._counter.whole, self._support
        rows, loss = self._counter.table(places, predicates)
        safe = np.maximum(rows, 1e-300)
        scores = np.where(rows >= support, self._score.of(safe, loss, whole), -np.inf)
        origins = [self._counter.columns[place].origin[some] for place, some in zip(places, predicates, strict=True)]
        self._best.offer(places, origins, scores, (rows, loss))
        self._looked()
        if len(places) == DEEPEST:
            return scores
        return np.where(rows >= support, self._score.ceiling(safe, loss, whole, support), -np.inf)

    @property
    def _least(self) -> float:
        return self._best.floor - SLACK * (1 + abs(self._best.floor)) if self._best.floor > -np.inf else -np.inf

    def _alive(self, ceilings: Floats) -> Ints:
        """The places that may still hold one of the worst."""
        return np.flatnonzero((ceilings >= self._least) & (ceilings > -np.inf))


def _slice(entry: Entry, columns: Sequence[Column], counter: Counter) -> Slice:
    terms = tuple(zip(entry.places, entry.predicates, strict=True))
    return Slice(terms, tuple(columns[place].filters[predicate] for place, predicate in terms), entry.rows,
                 entry.loss / entry.rows + counter.least, -entry.minus_score)


def possible(predicates: Sequence[int], depth: int) -> int:
    """How many slices of up to ``depth`` predicates on different columns there are."""
    ways = [1] + [0] * depth
    for number in predicates:
        for size in range(depth, 0, -1):
            ways[size] += ways[size - 1] * number
    return sum(ways[1:])
