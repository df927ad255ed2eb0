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
from shall.stats.density_ratio import Weights, area, weigh

FOLDS: Final = 5
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
    found = weigh(chances(both, others, parted(others, seed), learn), X, other, seed)
    if found.no_overlap:
        return found
    weight = np.concatenate([found.weight, np.ones(len(other))])
    again = chances(both, others, parted(others, seed + 1), learn, weight)
    return replace(found, area=area(again, others, found.weight))


def together(X: Floats, other: Floats) -> tuple[Floats, Bools]:
    """The rows of both logs, and which are of the other one; DataError where there are too few."""
    if min(len(X), len(other)) < FEWEST:
        raise DataError(f"two logs are compared from {FEWEST} rows each on; there are {len(X)} here and {len(other)} "
                        f"there")
    return np.concatenate([X, other]), np.arange(len(X) + len(other)) >= len(X)


def parted(others: Bools, seed: int) -> Ints:
    """int64[rows]: a fold for each row; each has its share of both logs."""
    order = np.argsort(others + np.random.default_rng(seed).random(len(others)), kind="stable")
    fold = np.empty(len(others), dtype=np.int64)
    fold[order] = np.arange(len(others)) % FOLDS
    return fold


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
    for number in range(FOLDS):
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
