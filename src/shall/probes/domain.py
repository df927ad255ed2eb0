"""Whether a row looks more like this log than a row of another one does (classifier two-sample test).

A learner tells the rows of both logs apart, from half of each. Of the other half each row is put beside one of the
other log, no row twice: how often it is the one that looks more like this log is the area under the ROC curve of the
learner, as a share of independent pairs. So its bounds are those of a share, exact, and hold for both samples. (With
folds that change places every row would have an answer, and a limit of one half would be broken without drift in 8 of
100 logs of 200 rows, not in 5.)

Reference: Lopez-Paz and Oquab (2017), "Revisiting classifier two-sample tests", section 3; the area as a share of
pairs: Hanley and McNeil (1982), "The meaning and use of the area under a receiver operating characteristic curve".
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shall.probes.proxy import Learn
from shall.probes.shift import drawn, together

Floats = NDArray[np.float64]


def answers(X: Floats, other: Floats, learn: Learn, seed: int = 0) -> Floats:
    """float64[rows]: 1 where the row looks more like this log than its partner, 0 where less, nan without a partner.

    Rows that were learned from have none; of the larger log some others have none either. Equal chances are tossed up.

    Args:
        X: float64[rows, features] of this log.
        other: float64[others, features], encoded alike.
        learn: learns two classes from rows; what it gives says float64[rows, 2] chances.
        seed: of halves, partners and tosses.

    Raises DataError where there are too few rows.
    """
    both, others = together(X, other)
    random = np.random.default_rng(seed)
    rows, partners = random.permutation(len(X)), len(X) + random.permutation(len(other))
    shown = np.sort(np.concatenate([drawn(some[:len(some) // 2], None, random) for some in (rows, partners)]))
    ask = learn(both[shown], others[shown].astype(np.int64), 2)
    pairs = min(len(X) - len(X) // 2, len(other) - len(other) // 2)
    rows, partners = rows[-pairs:], partners[-pairs:]
    apart = ask(both[partners])[:, 1] - ask(both[rows])[:, 1]
    found = np.full(len(X), np.nan)
    found[rows] = np.where(apart == 0, random.random(pairs) < 0.5, apart > 0)
    return found
