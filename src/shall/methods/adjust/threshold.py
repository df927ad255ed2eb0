"""One threshold on the probability for everybody: the plain rule, and candidate 0 of every search.

Reference: Elkan (2001), "The foundations of cost-sensitive learning", equation 2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def most_accurate(score: NDArray[np.float64], label: NDArray[np.int64]) -> float:
    """The threshold with the most right decisions ``score >= threshold``; 0.5 if none is better.

    Deciding nobody positive is no rule, so where that would be best it is 0.5 too.
    """
    if not len(score):
        return 0.5
    order = np.argsort(-score, kind="stable")
    ranked, hits = score[order], np.cumsum(2 * label[order] - 1)
    ends = np.flatnonzero(np.append(np.diff(ranked) != 0, True))
    best = hits[ends].max(initial=0)
    at_half = int((2 * label[score >= 0.5] - 1).sum())
    if at_half >= best or best <= 0:
        return 0.5
    return float(ranked[ends[np.argmax(hits[ends])]])
