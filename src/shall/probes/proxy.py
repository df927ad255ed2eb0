"""How much the features tell of a protected attribute, row by row.

A model that never saw a row says how likely the row's own value of the attribute is, given its features. The logarithm
of that over the share of the value in all rows is what the features tell of this row; its mean, divided by the
uncertainty of somebody who knows the shares only, is the share of it that the features take away: a lower bound of the
mutual information of both (Barber and Agakov 2003, equation 3), normalised by the entropy. Chances are mixed with the
shares, as much as is best on the other folds: so a model that learned noise is worth nothing, and not less.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError

FOLDS: Final = 5
MIXED: Final = (0.01, 0.03, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0)       # how much of the shares may be mixed into the chances
FEWEST: Final = 50                          # rows in all
MOST: Final = 50                            # values of the attribute

Floats = NDArray[np.float64]
Ask = Callable[[Floats], Floats]
Learn = Callable[[Floats, NDArray[np.int64], int], Ask]


def answers(X: Floats, value: NDArray[np.int64], learn: Learn, seed: int = 0) -> Floats:
    """float64[rows]: what the features tell of each row's value, in units of the entropy.

    Args:
        X: float64[rows, features].
        value: int64[rows], the attribute as codes from 0.
        learn: learns the codes (so many of them) from rows; what it gives says float64[rows, codes] chances.
        seed: of the folds.

    Raises DataError where there are too few rows, one value only, or too many.
    """
    counts = np.bincount(value)
    if len(value) < FEWEST or (counts > 0).sum() < 2:
        raise DataError(f"a proxy needs {FEWEST} rows and two values of the attribute; there are {len(value)} rows and "
                        f"{int((counts > 0).sum())} values")
    if len(counts) > MOST:
        raise DataError(f"the attribute has {len(counts)} values, the most is {MOST}: cut numbers into bands, or pool")
    shares = counts / len(value)
    fold = np.random.default_rng(seed).permutation(len(value)) % FOLDS
    told = np.empty(len(value))
    for number in range(FOLDS):
        held, rest = fold == number, fold != number
        told[held] = _chances(X[rest], value[rest], X[held], learn, len(counts))[np.arange(held.sum()), value[held]]
    gains = np.stack([np.log((1 - part) * told / shares[value] + part) for part in MIXED])
    best = [np.argmax(gains[:, fold != number].mean(axis=1)) for number in range(FOLDS)]
    entropy = -(shares[shares > 0] * np.log(shares[shares > 0])).sum()
    return np.asarray(gains[np.array(best)[fold], np.arange(len(value))] / entropy)


def _chances(X: Floats, value: NDArray[np.int64], held: Floats, learn: Learn, codes: int) -> Floats:
    """float64[held, codes]; a value that these rows lack has no chance."""
    present = np.unique(value)
    found = np.zeros((len(held), codes))
    if len(present) == 1:
        found[:, present[0]] = 1.0
        return found
    found[:, present] = learn(X, np.searchsorted(present, value), len(present))(held)[:, :len(present)]
    return found
