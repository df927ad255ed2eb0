"""One threshold on the probability for everybody: the plain rule, and candidate 0 of every search.

Reference: Elkan (2001), "The foundations of cost-sensitive learning", equation 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Target

KINDS: Final = ("binary",)


def rules(held: HeldOut, targets: Callable[[float], tuple[Target, ...]]) -> Iterator[tuple[str, Rule]]:
    """The threshold 0.5, and the most accurate one where it is another."""
    yield "", Rule()
    threshold = most_accurate(held.score, held.label)
    if threshold != 0.5:
        yield f"threshold {threshold:.3f}", Rule(threshold)


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
