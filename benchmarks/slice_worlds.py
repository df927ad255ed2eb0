"""Worlds in which no slice is worse, or one is: how often `slices` says so."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Final

import numpy as np
import pyarrow as pa

from shall.adapters.frames import TableLog
from shall.core.log import Binding, Column
from shall.core.requirement import Requirement
from shall.phases.slices.slicing import Asked, FailingSlices, slices

BINDING: Final = Binding(roles=(("label", Column("label")), ("decision", Column("decision"))))
FEATURES: Final = ("a", "b", "c", "s", "t", "u")
BASES: Final = {"errors": "accuracy >= 0.5", "costs": "mean(cost) <= 1"}


def world(seed: int, rows: int, planted: float = 0.0) -> pa.Table:
    """Six features of all kinds; 15 % errors and costs that know nothing of them, but ``planted`` more errors in 12 %
    of the rows. Costs are log-normal."""
    random = np.random.default_rng(seed)
    b, s = random.integers(18, 80, rows), random.choice(["F", "M"], rows)
    wrong = random.random(rows) < np.where((b >= 65) & (s == "F"), 0.15 + planted, 0.15)
    label = random.random(rows) < 0.4
    return pa.table({
        "a": random.normal(size=rows), "b": b, "c": random.gamma(1, 2, rows).round(1), "s": s,
        "t": random.choice(list("abcdef"), rows, p=[0.4, 0.2, 0.2, 0.1, 0.05, 0.05]),
        "u": random.choice(["x", "y", None], rows), "label": label.astype(int), "decision": (label ^ wrong).astype(int),
        "cost": random.lognormal(0, 1, rows)})


def looked(table: pa.Table, what: str, halves: bool) -> FailingSlices:
    """A whole search by errors or by costs."""
    asked = Asked(over=FEATURES, halves=halves, worst="high" if what == "costs" else None)
    return slices(TableLog(table), BINDING, Requirement.parse(BASES[what]), asked)


def evident(rows: int, what: str, halves: bool, planted: float, seed: int) -> bool:
    """Whether some slice of a world is said to be worse."""
    return any(one.evident for one in looked(world(seed, rows, planted), what, halves).slices)


def share(worlds: int, rows: int, what: str, halves: bool, planted: float = 0.0, processes: int = 1) -> float:
    """The share of worlds in which some slice is said to be worse."""
    asked = partial(evident, rows, what, halves, planted)
    if processes == 1:
        return sum(map(asked, range(worlds))) / worlds
    with ProcessPoolExecutor(processes) as pool:
        return sum(pool.map(asked, range(worlds), chunksize=20)) / worlds
