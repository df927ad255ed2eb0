"""A local search without derivatives: the best of a few mutants replaces its parent, and the steps adapt.

Decisions on held-out rows are steps in the multipliers, so there is no gradient to follow.

Reference: Beyer and Schwefel (2002), "Evolution strategies: a comprehensive introduction", section 4 ((1+λ), the
steps grow after a success and shrink after a failure).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from shall.methods.task import Floats

MUTANTS: Final = 16
STEP: Final = 0.1                           # of the first mutants, in units of the scale
SMALLEST: Final = 1e-4
GROWS, SHRINKS = 1.3, 0.8


def climb(value: Callable[[Floats], Floats], start: Floats, scale: Floats, turns: int, seed: int = 0) -> Floats:
    """float64[C] near ``start`` with the highest value found; ``value`` takes float64[k, C] and gives float64[k]."""
    generator = np.random.default_rng(seed)
    best, reached, step = start, float(value(start[None])[0]), STEP
    for _ in range(turns):
        mutants = best + step * generator.standard_normal((MUTANTS, len(start))) * scale
        found = value(mutants)
        first = int(np.argmax(found))
        if found[first] > reached:
            best, reached, step = mutants[first], float(found[first]), step * GROWS
        else:
            step *= SHRINKS
        if step < SMALLEST:
            break
    return best
