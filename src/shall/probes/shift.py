"""What each row weighs so that the rows together are like those of another log.

Learners that never saw a row tell whether it is of this log or of the other one; `stats/density_ratio.py` makes weights
of that. They are tried before they are given: new learners must not tell the weighted rows from the others.

Reference: Bickel, Brückner and Scheffer (2009), "Discriminative learning under covariate shift", section 3; the trial:
Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests", section 3.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes.proxy import Learn
from shall.stats import equal_rows
from shall.stats.density_ratio import Weights, area, weigh

FOLDS: Final = 5
FEW_FOLDS: Final = 3                        # of weights that are learned only to see how far they move
FEWEST: Final = 50                          # rows of each log
LEARNED: Final = 50_000                     # rows of each log that one learner is shown

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def answers(X: Floats, other: Floats, learn: Learn, seed: int = 0) -> Floats:
    """float64[rows]: the weight of each row, of mean 1.

    Args:
        X: float64[rows, features] of this log.
        other: float64[others, features] of the log that it shall be like, encoded alike.
        learn: learns two classes from rows; what it gives says float64[rows, 2] chances.
        seed: of the folds.

    Raises DataError where there are too few rows, or the weights are refused: no overlap, or they do not help.
    """
    found = weights(X, other, learn, seed)
    if found.refused:
        raise DataError(found.refused)
    return found.weight


def weights(X: Floats, other: Floats, learn: Learn, seed: int = 0) -> Weights:
    """The weights with all that is known of them, refused or not; DataError where there are too few rows."""
    both, others = together(X, other)
    same = equal_rows.together(both, others)
    found = weigh(chances(both, others, parted(others, seed, same=same), learn), X, other, seed)
    if found.no_overlap:
        return found
    weight = np.concatenate([found.weight, np.ones(len(other))])
    again = chances(both, others, parted(others, seed + 1, same=same), learn, weight)
    return replace(found, area=area(again, others, found.weight))


def relearned(X: Floats, other: Floats, learn: Learn, units: Ints, times: int) -> Floats:
    """float64[rows, times]: the weights as they are learned from rows of both logs that are drawn anew.

    Each unit is drawn a number of times, of a Poisson distribution of mean 1 (Chamandy et al. 2012, "Estimating
    uncertainty for massive data streams", section 3); its rows weigh so many times what a row like it weighs then, and
    all copies of a row are in one fold.

    Args:
        X: float64[rows, features], as in `answers`.
        other: float64[others, features].
        learn: as in `answers`.
        units: int64[rows], which rows of this log are drawn together.
        times: how often.
    """
    both, others = together(X, other)
    same = equal_rows.together(both, others)
    return np.column_stack([_again(both, others, learn, (units, same), np.random.default_rng(seed))
                            for seed in range(times)])


def _again(both: Floats, others: Bools, learn: Learn, units: tuple[Ints, Ints], random: np.random.Generator) -> Floats:
    unit, same = units
    size = len(unit)
    drawn = [random.poisson(1, int(unit.max()) + 1)[unit], random.poisson(1, len(both) - size)]
    rows = np.repeat(np.arange(len(both)), np.concatenate(drawn))
    fold = parted(others, int(random.integers(2**32)), FEW_FOLDS, same)[rows]
    X, new = both[rows], others[rows]
    found = weigh(chances(X, new, fold, learn), X[~new], X[new])
    return np.bincount(rows[~new], found.weight, minlength=size).astype(np.float64)


def together(X: Floats, other: Floats) -> tuple[Floats, Bools]:
    """The rows of both logs, and which are of the other one; DataError where there are too few."""
    if min(len(X), len(other)) < FEWEST:
        raise DataError(f"two logs are compared from {FEWEST} rows each on; there are {len(X)} here and {len(other)} "
                        f"there")
    return np.concatenate([X, other]), np.arange(len(X) + len(other)) >= len(X)


def parted(others: Bools, seed: int, folds: int = FOLDS, same: Ints | None = None) -> Ints:
    """int64[rows]: a fold for each row; each has its share of both logs, and rows of one number in ``same`` are in one.

    ``same`` counts from 0 in the order of the first rows, as `equal_rows.together` does.
    """
    same = np.arange(len(others)) if same is None else same
    size = np.bincount(same)
    order = np.lexsort((np.random.default_rng(seed).random(len(size)), size, np.bincount(same, others) / size))
    fold = np.empty(len(size), dtype=np.int64)
    fold[order] = np.arange(len(size)) % folds
    return fold[same]


def chances(X: Floats, others: Bools, fold: Ints, learn: Learn, weight: Floats | None = None) -> Floats:
    """float64[rows]: how likely each is to be of the other log, by learners that did not see its fold.

    Args:
        X: float64[rows, features] of both logs.
        others: bool[rows], which rows are of the other one.
        fold: int64[rows].
        learn: as in `answers`.
        weight: float64[rows]; where it is given, learners see rows that are drawn by it, as many as they are worth.
    """
    random = np.random.default_rng(0)
    found = np.empty(len(others))
    for number in range(int(fold.max()) + 1):
        rest = [np.flatnonzero((fold != number) & (others == side)) for side in (False, True)]
        rows = np.sort(np.concatenate([drawn(one, weight, random) for one in rest]))
        found[fold == number] = learn(X[rows], others[rows].astype(np.int64), 2)(X[fold == number])[:, 1]
    return found


def drawn(rows: Ints, weight: Floats | None, random: np.random.Generator) -> Ints:
    """Rows for a learner: all or as many as it may see, or so many by weight."""
    if weight is None or np.ptp(weight[rows]) == 0:
        return rows if len(rows) <= LEARNED else random.choice(rows, LEARNED, replace=False)
    own = weight[rows]
    worth = int(min(own.sum() ** 2 / (own**2).sum(), LEARNED))
    return random.choice(rows, worth, p=own / own.sum())
