"""Abstain near the threshold: the rows whose probability is nearest to it are left to somebody else.

Chow's rule: with a cost of abstaining the best decision is to abstain where the probability of being right is under a
line; here the line is placed so that a given share of the held-out rows is left.

Reference: Chow (1970), "On optimum recognition error and reject tradeoff", equation 4; El-Yaniv and Wiener (2010), "On
the foundations of noise-free selective classification", section 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from shall.methods.rule import HeldOut, Rule
from shall.methods.task import Target

KINDS: Final = ("binary", "multiclass")
SHARES: Final = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4)      # of the rows that are left to somebody else


def rules(held: HeldOut, targets: Callable[[float], tuple[Target, ...]]) -> Iterator[tuple[str, Rule]]:
    """A rule for each share of rows."""
    several = held.probabilities.shape[1] > 2
    sure = held.probabilities.max(axis=1) if several else np.abs(Rule().margin(held))
    for share in SHARES:
        line = float(np.quantile(sure, share))
        if (sure >= line).any() and line > 0:
            yield f"abstaining on {share:.0%}", Rule(abstain=line)
