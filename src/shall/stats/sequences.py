"""Testing one hypothesis after another at one level for all: what is not used up is carried on.

The fallback procedure has testing in a fixed sequence (all of the level at the first) and Bonferroni's (as much at
each) as its ends. Between them a few starts keep one unlucky early test from ending everything.

Reference: Wiens (2003), "A fixed sequence Bonferroni procedure for testing multiple endpoints"; Angelopoulos, Bates,
Candès, Jordan and Lei (2021), "Learn then Test: calibrating predictive algorithms to achieve risk control",
section 2.2.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shall.stats.arrays import Floats


def fallback(p: Floats, level: Floats) -> NDArray[np.bool_]:
    """bool[m]: which hypotheses are rejected, of p-values float64[m] in their order.

    ``level`` float64[m] is what each brings; a rejected one hands on what it had. The chance that any true one is
    among the rejected is at most the sum of ``level``, however the p-values depend on each other.
    """
    rejected, had = np.zeros(len(p), dtype=bool), 0.0
    for place, (found, own) in enumerate(zip(p.tolist(), level.tolist(), strict=True)):
        had += own
        rejected[place] = found <= had
        had = had if rejected[place] else 0.0
    return rejected
