"""Boosters fitted on real rows with categories, and the proof that their graph says the same."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from shall import graph as g
from shall.graph.proof import Proof, proved
from tests.graph.fitted import real
from tests.graph.fitted.agreeing import inputs_of_frame, packed_rows

METHODS = ("predict_proba", "predict", "decision_function")


@cache
def adult() -> tuple[Any, Any, Any]:
    """Rows with pandas' categories to fit on, two classes, and other rows as text: with missing and unseen ones."""
    rows, label, other = real.adult()
    coded = rows.astype(dict.fromkeys(real.TEXTS, "category"))
    return coded, label, pd.concat([rows, other], ignore_index=True)


def proof(fitted: Any, frame: Any, methods: tuple[str, ...] = METHODS) -> Proof:
    """Every method held against the library, on the rows and on edges."""
    x = inputs_of_frame(frame)
    compiled = g.compile(x, **{name: getattr(g, name)(fitted, x) for name in methods})
    return proved(compiled.graph, compiled.onnx, packed_rows(frame), least=len(frame) + 3000)


def holds(fitted: Any, frame: Any, methods: tuple[str, ...] = METHODS, largest: float = 2.3e-16) -> None:
    """Raw scores and decisions are the same, the rest within ``largest``, whatever number of rows is asked at once."""
    found = proof(fitted, frame, methods)
    assert found.holds, found.described()
    apart = {one.name.partition(" ")[0].rpartition(".")[2]: one.largest for one in found.parts}
    assert apart["decision_function"] == 0
    assert max(apart.values()) <= largest, apart


def numbers(rows: int = 3000, seed: int = 0) -> tuple[Any, Any]:
    """Numbers without names, some missing, and three classes."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, 5))
    y = (x[:, 0] + x[:, 1] ** 2 > 0.5).astype(int) + (x[:, 2] > 1)
    return np.where(rng.random(x.shape) < 0.1, np.nan, x), y
