"""Whether a row looks more like this log than a row of another one does (classifier two-sample test).

A learner tells the rows of both logs apart, from half of each; equal rows are in one half, for both logs may have them
(`stats/equal_rows.py`). Of the other half each row is put beside one of the other log, no row twice: how often it is
the one that looks more like this log is the area under the ROC curve of the learner, as a share of independent pairs.
So its bounds are those of a share, exact, and hold for both samples. (With folds that change places every row would
have an answer, and a limit of one half would be broken without drift in 8 of 100 logs of 200 rows, not in 5.)

Reference: Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests", section 3; the area as a share of
pairs: Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating characteristic curve".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shall.probes.proxy import Learn
from shall.probes.shift import drawn, parted, together
from shall.stats import equal_rows

Floats = NDArray[np.float64]


def answers(X: Floats, other: Floats, learn: Learn, seed: int = 0) -> Floats:
    """float64[rows]: 1 where the row looks more like this log than its partner, 0 where less, nan without a partner.

    Rows that were learned from have none; of the larger log some others have none either. Of equal chances
    every second one is 1.

    Args:
        X: float64[rows, features] of this log.
        other: float64[others, features], encoded alike.
        learn: learns two classes from rows; what it gives says float64[rows, 2] chances.
        seed: of halves, partners and tosses.

    Raises DataError where there are too few rows.
    """
    both, others = together(X, other)
    random, half = np.random.default_rng(seed), parted(others, seed, 2, equal_rows.together(both, others))
    sides = [[np.flatnonzero((half == part) & (others == side)) for side in (False, True)] for part in (0, 1)]
    shown = np.sort(np.concatenate([drawn(some, None, random) for some in sides[0]]))
    ask = learn(both[shown], others[shown].astype(np.int64), 2)
    pairs = min(len(some) for some in sides[1])
    rows, partners = (random.permutation(some)[:pairs] for some in sides[1])
    apart = ask(both[partners])[:, 1] - ask(both[rows])[:, 1]
    found = np.full(len(X), np.nan)
    found[rows] = apart > 0
    ties = np.flatnonzero(apart == 0)
    found[rows[ties]] = random.permutation(len(ties)) % 2           # every second one, so that chance adds nothing
    return found
