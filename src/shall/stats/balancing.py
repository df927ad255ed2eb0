"""The most even weights that make weighted means those of another sample (entropy balancing).

Of all weights whose means of some columns are those that are asked for, these are nearest to even ones, by the
Kullback-Leibler divergence: ``exp(c z)``. Columns are numbers and their squares, or the values of a column one by one
where it has few.
Only those are balanced that differ by more than their noise, one after the other: a small sample's accidents are not
copied, and where both samples are alike the weights are even.

Reference: Hainmueller (2012), "Entropy balancing for causal effects: a multivariate reweighting method to produce
balanced samples in observational studies", equations 2 to 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from shall.stats.arrays import Bools, Floats, floats

FEW: Final = 20                             # different values, up to which each is balanced on its own
RARE: Final = 5                             # rows of a value, below which it is not balanced
PER_ROW: Final = 0.1                        # columns that are balanced, a row of the other sample
MOST: Final = 200                           # columns that are balanced
FITTED: Final = 50_000                      # rows that the change is found on
FAR: Final = 4.0                            # standard deviations, beyond which a number counts as that far
NOISE: Final = 2.0                          # standard errors, from which on a difference is balanced
AT_ONCE: Final = 10                         # columns that are taken in together
ROUNDS: Final = 30                          # of taking in
STEPS: Final = 50                           # of Newton's method at most


@dataclass(frozen=True, slots=True)
class Term:
    """One column as it is balanced: a number, cut at the ends, its square, or one of its values."""

    column: int
    value: float | None                     # the value that is counted; None: the number itself
    center: float
    spread: float
    squared: bool = False

    def __call__(self, X: Floats) -> Floats:
        """float64[rows] in standard deviations of both samples; missing numbers lie at the center."""
        column = X[:, self.column]
        if self.value is not None:
            same = np.isnan(column) if np.isnan(self.value) else column == self.value
            return floats((same - self.center) / self.spread)
        found = np.clip(np.nan_to_num((column - self.center) / self.spread), -FAR, FAR)
        return floats((found**2 - 1) / np.sqrt(2) if self.squared else found)   # of spread 1 where it is normal


@dataclass(frozen=True, eq=False)
class Tilt:
    """Weights as a function of a row: ``exp(c z)``."""

    terms: tuple[Term, ...]
    c: Floats

    def __call__(self, X: Floats) -> Floats:
        """float64[rows], up to a constant."""
        total = np.zeros(len(X))
        for term, c in zip(self.terms, self.c, strict=True):
            total += c * term(X)
        return floats(np.exp(np.clip(total, -500, 500)))


def balanced(X: Floats, other: Floats, seed: int = 0, *, among: bool = False) -> Tilt:
    """The weights at which the rows of X have the means of others.

    Args:
        X: float64[n, p].
        other: float64[m, p], whose means are wanted.
        seed: of the rows that it is found on, where there are too many.
        among: whether the rows of X are some of the others, so that both differ by less noise.
    """
    random = np.random.default_rng(seed)
    X, other = X[_some(len(X), random)], other[_some(len(other), random)]
    terms = list(_terms(X, other))
    if not terms:
        return Tilt((), np.zeros(0))
    own, theirs = (np.column_stack([term(rows) for term in terms]) for rows in (X, other))
    wanted, noise = theirs.mean(axis=0), theirs.var(axis=0) / len(other)
    chosen, c = np.zeros(0, dtype=np.int64), np.zeros(0)
    for _ in range(ROUNDS):
        apart = _apart(own, _even(own[:, chosen], c), wanted, -noise if among else noise)
        apart[chosen] = 0.0
        room = min(MOST, max(int(PER_ROW * len(other)), 1)) - len(chosen)
        more = np.argsort(-apart, kind="stable")[:min(room, AT_ONCE)]
        more = more[apart[more] > NOISE]
        if not len(more):
            break
        chosen = np.concatenate([chosen, more])
        c = solved(own[:, chosen], wanted[chosen], 1 / len(other))
    return Tilt(tuple(terms[place] for place in chosen), c)


def _apart(own: Floats, share: Floats, wanted: Floats, noise: Floats) -> Floats:
    """float64[terms]: how many standard errors each mean is away."""
    mean = share @ own
    spread = np.maximum(share @ own**2 - mean**2, 0.0) * (share**2).sum()
    return floats(np.abs(mean - wanted) / np.sqrt(np.maximum(spread + noise, 1e-300)))


def _even(Z: Floats, c: Floats) -> Floats:
    """float64[rows] shares."""
    level = Z @ c
    mass = np.exp(level - level.max())
    return floats(mass / mass.sum())


def solved(Z: Floats, wanted: Floats, ridge: float) -> Floats:
    """float64[k]: the c at which rows that weigh ``exp(Z c)`` have the wanted means, but for the ridge.

    The dual of the problem is convex: Newton's method, steps halved until it falls.
    """
    c = np.zeros(Z.shape[1])
    away = Z - wanted
    for _ in range(STEPS):
        share, now = _shares(away, c, ridge)
        mean = share @ away
        slope = mean + ridge * c
        bend = (away * share[:, None]).T @ away - np.outer(mean, mean) + (ridge + 1e-9) * np.eye(len(c))
        step = np.linalg.solve(bend, slope)
        size = 1.0
        while size > 1e-6 and _shares(away, c - size * step, ridge)[1] > now - 1e-4 * size * float(slope @ step):
            size /= 2
        c = c - size * step
        if float(slope @ step) < 1e-12 or size <= 1e-6:
            break
    return floats(c)


def _shares(away: Floats, c: Floats, ridge: float) -> tuple[Floats, float]:
    """The shares of the rows, and the value of the dual."""
    level = away @ c
    top = float(level.max())
    mass = np.exp(level - top)
    return mass / mass.sum(), float(np.log(mass.sum()) + top + ridge / 2 * (c @ c))


def _terms(X: Floats, other: Floats) -> Iterator[Term]:
    for column in range(X.shape[1]):
        own, theirs = X[:, column], other[:, column]
        both = np.concatenate([own, theirs])
        known = both[np.isfinite(both)]
        values = np.unique(known)
        if len(values) <= FEW:
            for value in values[:-1] if len(values) == 2 and len(known) == len(both) else values:
                yield from _counted(column, float(value), own == value, theirs == value)
        elif float(known.std()) > 0:
            middle, spread = float(known.mean()), float(known.std())
            yield from (Term(column, None, middle, spread, squared) for squared in (False, True))
        if len(known) < len(both):
            yield from _counted(column, float("nan"), np.isnan(own), np.isnan(theirs))


def _counted(column: int, value: float, own: Bools, theirs: Bools) -> Iterator[Term]:
    """The share of a value, where both samples have enough rows with it and without it."""
    if min(own.sum(), theirs.sum(), (~own).sum(), (~theirs).sum()) >= RARE:
        share = (own.sum() + theirs.sum()) / (len(own) + len(theirs))
        yield Term(column, value, float(share), float(np.sqrt(share * (1 - share))))


def _some(rows: int, random: np.random.Generator) -> Bools:
    """bool[rows]: all of them, or so many at random."""
    return random.permutation(rows) < FITTED
