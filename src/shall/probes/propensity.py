"""What an action does to an outcome, row by row: had everybody had it, against had nobody.

Rows that had the action are weighed so that they are like all rows, and so are those that had it not
(`stats/density_ratio.py`, from chances of the action that learners give who never saw the row: the propensity).
Learners of the outcome among each of the two say what they expect of every row; the weights mend what they miss. The
mean of the answers is right where the weights or the learners are (doubly robust), and each answer less the mean is its
influence, so bounds of a mean hold. It is an effect only where all that made the action likelier and the outcome
different is among the features, and no feature came after the action: nothing in the rows can tell that.

Reference: Robins, Rotnitzky and Zhao (1994), "Estimation of regression coefficients when some regressors are not always
observed"; Chernozhukov et al. (2018), "Double/debiased machine learning for treatment and structural parameters",
section 5.1, equation 5.3; Hernán and Robins (2020), "Causal inference: what if", chapters 12 and 13.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.probes.proxy import Ask, Learn
from shall.probes.shift import FOLDS, chances, parted
from shall.stats.density_ratio import weigh

FEWEST: Final = 50                          # rows with the action, and without

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
LearnNumber = Callable[[Floats, Floats], Ask]


def answers(X: Floats, action: Ints, outcome: Floats, learn: Learn, learn_number: LearnNumber, seed: int = 0) -> Floats:
    """float64[rows]: the effect in each row, in units of the outcome; nan where action or outcome is missing.

    The mean of many rows is the effect on them; one answer alone says nothing.

    Args:
        X: float64[rows, features], known before the action.
        action: int64[rows], 1 with it, 0 without, -1 missing.
        outcome: float64[rows], nan missing.
        learn: learns two classes from rows; what it gives says float64[rows, 2] chances.
        learn_number: learns numbers from rows; what it gives says float64[rows].
        seed: of the folds.

    Raises DataError where there are too few rows, or no overlap: some rows could only have had one of both.
    """
    known = (action >= 0) & np.isfinite(outcome)
    had = action[known] == 1
    if min(had.sum(), (~had).sum()) < FEWEST:
        raise DataError(f"an effect needs {FEWEST} rows with the action and {FEWEST} without, their outcome known; "
                        f"there are {had.sum()} and {(~had).sum()}")
    found = np.full(len(action), np.nan)
    found[known] = _scores(X[known], had, outcome[known], (learn, learn_number), seed)
    return found


def _scores(X: Floats, had: Bools, outcome: Floats, learners: tuple[Learn, LearnNumber], seed: int) -> Floats:
    learn, learn_number = learners
    fold = parted(had, seed)
    chance = chances(X, had, fold, learn)
    total = np.zeros(len(X))
    for sign, side, likely, words in ((1, had, chance, "with"), (-1, ~had, 1 - chance, "without")):
        weight = _weights(X, side, likely, words)
        expected = _recalibrated(_expected(X, outcome, side, fold, learn_number), outcome, side)
        missed = np.zeros(len(X))
        missed[side] = weight * (outcome - expected)[side] / side.mean()
        total += sign * (expected + missed)
    return total


def _weights(X: Floats, side: Bools, likely: Floats, words: str) -> Floats:
    """float64[rows of this side] of mean 1: so they are like all rows."""
    found = weigh(np.concatenate([1 / (1 + likely[side]), 1 / (1 + likely)]), X[side], X, among=True)
    if found.refused:
        raise DataError(f"rows {words} the action cannot stand for all rows: {found.refused}")
    return found.weight


def _expected(X: Floats, outcome: Floats, side: Bools, fold: Ints, learn_number: LearnNumber) -> Floats:
    """float64[rows]: what is expected of each row on this side, by learners that did not see its fold."""
    found = np.empty(len(X))
    for number in range(FOLDS):
        held, rest = fold == number, (fold != number) & side
        found[held] = learn_number(X[rest], outcome[rest])(X[held])
    return found


def _recalibrated(expected: Floats, outcome: Floats, side: Bools) -> Floats:
    """Drawn to the mean as far as that is nearer to the outcomes: what learned noise is worth nothing, and not less."""
    own, known = expected[side], outcome[side]
    slope = float(np.clip(np.cov(own, known)[0, 1] / max(float(own.var(ddof=1)), 1e-300), 0, 1))
    return np.asarray(known.mean() + slope * (expected - own.mean()))
