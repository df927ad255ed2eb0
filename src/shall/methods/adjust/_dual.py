"""The best multipliers for rates that a model tells: the dual of a linear programme over rows.

Maximise the sum of ``decision (score - threshold)`` over decisions in [0, 1], so that the rates of the events, told by
``w`` and corrected by what was seen, keep the constraints. The smallest and the largest rate of a ratio are tied by one
more unknown, the level of the highest rate, so the whole is linear and its solution is the global one. Only the rows
near the boundary are free; the others are decided already, so that a few thousand unknowns are enough for any log.

Reference: Agarwal et al. (2018), "A reductions approach to fair classification", section 2 (constraints as linear in
rates); Zeng, Dobriban and Cheng (2022), "Bayes-optimal classifiers under group fairness", theorem 4.2 (the form).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from shall.core.errors import MissingExtra
from shall.methods.task import Floats

try:
    from scipy.optimize import linprog
except ImportError as error:
    raise MissingExtra("scipy", "build", "a linear programme") from error

BAND: Final = 1500                          # rows that are free in one programme
FIRST: Final = 4000                         # where nothing is known of the boundary yet
TURNS: Final = 6
SETTLED: Final = 1e-2                       # relative change of multipliers after which a band is right


@dataclass(frozen=True, slots=True)
class Constraint:
    """On the rates of some events: ``ratio`` smallest over largest at least, ``difference`` at most,
    every rate at ``least`` or at ``most`` the limit."""

    kind: Literal["ratio", "difference", "least", "most"]
    events: tuple[int, ...]
    limit: float


@dataclass(frozen=True, slots=True)
class Linear:
    """``rates @ of_rates.T + levels @ of_levels.T <= most``."""

    of_rates: Floats                        # [K, C]
    of_levels: Floats                       # [K, L]
    most: Floats                            # [K]


def linear(constraints: Sequence[Constraint], events: int) -> Linear:
    """Constraints as inequalities; each ratio and difference has a level that no rate of its events is above."""
    tied = [constraint for constraint in constraints if constraint.kind in ("ratio", "difference")]
    rows: list[tuple[Floats, Floats, float]] = []
    for constraint in constraints:
        rate, level = np.eye(events), np.zeros(len(tied))
        if constraint in tied:
            level[tied.index(constraint)] = 1.0
        for event in constraint.events:
            if constraint.kind == "ratio":
                rows += [(-rate[event], constraint.limit * level, 0.0), (rate[event], -level, 0.0)]
            elif constraint.kind == "difference":
                rows += [(-rate[event], level, constraint.limit), (rate[event], -level, 0.0)]
            else:
                sign = -1.0 if constraint.kind == "least" else 1.0
                rows.append((sign * rate[event], level, sign * constraint.limit))
    of_rates, of_levels, most = zip(*rows, strict=True)
    return Linear(np.array(of_rates), np.array(of_levels).reshape(len(rows), len(tied)), np.array(most))


def solve(gain: Floats, weight: Floats, asked: Linear, seen: Floats, start: Floats | None = None) -> Floats | None:
    """float64[C] multipliers; None where no decisions keep the constraints.

    ``gain`` [n]: score - threshold; ``weight`` [n, C]; ``seen`` [C]: by how much rates are higher than told by weights.
    """
    if start is None:
        thinned = slice(None, None, max(len(gain) // FIRST, 1))
        start = _of_band(gain[thinned], weight[thinned], asked, seen, len(gain[thinned]))
    width = BAND
    for _ in range(TURNS):
        if start is None or len(gain) <= FIRST:
            break
        found = _near(gain, weight, asked, seen, start, min(width, len(gain)))
        if found is None:                   # the band was too narrow to move the rates by so much
            width *= 2
            continue
        moved = np.abs(found - start).max()
        start = found
        if moved <= SETTLED * np.abs(found).max():
            break
    return start


def _near(gain: Floats, weight: Floats, asked: Linear, seen: Floats, start: Floats, width: int) -> Floats | None:
    """The multipliers, if only the rows nearest to the boundary of ``start`` are free."""
    margin = gain + weight @ start
    band = np.sort(np.argpartition(np.abs(margin), width - 1)[:width])
    sure = margin >= 0
    sure[band] = False
    return _of_band(gain[band], weight[band], asked, seen + weight[sure].sum(axis=0) / len(gain), len(gain))


def _of_band(gain: Floats, weight: Floats, asked: Linear, seen: Floats, rows: int) -> Floats | None:
    levels = asked.of_levels.shape[1]
    solved = linprog(np.concatenate([-gain / rows, np.zeros(levels)]),
                     np.column_stack([asked.of_rates @ (weight.T / rows), asked.of_levels]),
                     asked.most - asked.of_rates @ seen, bounds=(0, 1), method="highs")
    return np.asarray(asked.of_rates.T @ solved.ineqlin.marginals) if solved.status == 0 else None
