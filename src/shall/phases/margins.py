"""How far beyond its limit a true value has to be for so many rows to certify it."""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import Any, Final, cast

import numpy as np

from shall import stats
from shall.phases.evidence import Known
from shall.phases.parts import Part
from shall.stats import Estimates
from shall.stats.arrays import Ints

POWER: Final = 0.8                          # with which a model that sits at its aim shall be certified
LEARNED: Final = 2.0                        # variances of measuring on the rows that learning from as many adds
MOST: Final = 0.75                          # of the room between the limit and the perfect value


def reach_of(part: Part, known: Known, rows: float, what: tuple[float, float, int], *, chosen: bool = False) -> float:
    """The distance from the limit at which a value is certified with a power of 80 %.

    ``known`` are estimates of a model like the one that is sought; they are scaled to ``rows``. The
    distance of the bound is ``z(1 - alpha)`` standard errors; for the power ``z(0.8)`` more are needed. Where a
    value is only measured on the rows of ``known`` (``chosen``), its own noise adds to the latter; to that of a gap
    between groups also that of learning from these rows, since models of other rows differ in it under the same rule
    (Adult: by 0.025 of the ratio where measuring has 0.019; `benchmarks/certified.py`). ``what``: the limit,
    alpha, and the comparisons that *broken* is corrected for.
    """
    limit, alpha, together = what
    have = float(known.rows.reshape(1 if part.average else len(part.items), -1).sum(axis=1).max(initial=0))
    factor = np.full(len(known.groups), rows / max(have, 1.0))
    aggregate = part.requirement.aggregate
    family = (level(known) if aggregate != "each" else known.estimates).scaled(factor)
    extreme = stats.over_groups(family, aggregate, part.side, alpha, judged=known.judged, bands=known.bands,
                                comparisons=max(together, 1))
    room = _room(part, limit)
    if extreme.value is None:               # too few rows to say anything
        return room * MOST
    learned = LEARNED if aggregate != "each" else 0.0
    noise = math.sqrt(1 + (1 + learned) * rows / max(have, 1.0)) if chosen else 1.0
    more = 1 + noise * NormalDist().inv_cdf(POWER) / NormalDist().inv_cdf(1 - alpha)
    if aggregate == "ratio":                # its spread grows with it: carried over on the scale of the logarithm
        if extreme.low <= 0 or extreme.value <= 0:
            return room * MOST
        return float(min(limit * ((extreme.value / extreme.low) ** more - 1), room * MOST))
    reach = (extreme.value - extreme.low if part.side == ">=" else extreme.high - extreme.value) * more
    return float(min(reach, room * MOST))


def _room(part: Part, limit: float) -> float:
    """How far the perfect value is from the limit."""
    if part.requirement.aggregate == "ratio":
        return abs(1 - limit)
    low, high = (0.0, part.card.high - part.card.low) if part.requirement.aggregate == "difference" else (
        part.card.low, part.card.high)
    return high - limit if part.side == ">=" else limit - low


def level(known: Known, given: float | None = None) -> Estimates:
    """The same rows with one and the same rate in every judged group: the world that a gap is held against. It is the
    rate of all of them, or one that is ``given``. What is no rate stays as it is."""
    base: Any = known.estimates
    while isinstance(base, stats.Weighted | stats.Jackknifed):
        base = base.base
    if not isinstance(base, stats.Proportions):
        return known.estimates
    judged = known.judged & (base.n > 0)
    rate = float(base.k[judged].sum() / max(base.n[judged].sum(), 1)) if given is None else given
    even = replace(base, k=np.rint(base.n * rate).astype(np.int64) if given is None else cast(Ints, base.n * rate))
    return _around(even, rate, known.estimates)


def _around(even: Estimates, rate: float, family: Any) -> Estimates:
    """One rate in every group, with the weights and the units of a family."""
    if isinstance(family, stats.Proportions):
        return even
    base = _around(even, rate, family.base)
    if isinstance(family, stats.Weighted):              # on the effective sample that there is
        return replace(family, base=base)
    spread = family.value * (1 - family.value)          # the units' extra noise stays, in proportion to the rows' own
    wider = np.sqrt(np.divide(rate * (1 - rate), spread, out=np.ones(len(spread)), where=spread > 0))
    return stats.Jackknifed(base, base.value[:, None] + (family.replicates - family.value[:, None]) * wider[:, None])


def untold(known: Known) -> bool:
    """Whether nothing tells what more rows are worth: of the units of some judged group it is not known how far they
    agree."""
    return bool(np.any(known.judged & getattr(known.estimates, "untold", False)))
