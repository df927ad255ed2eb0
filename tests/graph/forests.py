"""Forests at random, of every shape that the operation takes."""

from __future__ import annotations

from typing import Any

import numpy as np

from shall.graph.forest import Forest

THRESHOLDS = [0.0, -0.0, 0.5, 1.0, -1.0, 2.0, 1e-40, 3.3, np.inf, -np.inf]
ODD = np.array([0, -0.0, 0.5, 1, -1, 2, 1e-40, -1e-40, 1e-36, 1.0000000180025095e-35, np.nan, np.inf, -np.inf, 2.7,
                -0.5, -1e-36, -5e-324, 3, 64, 65, 1e10, -3, 3.3, 299, 16777216, 16777217])


def forest(rng: np.random.Generator, width: int = 4, sets: int = 8, outputs: int = 1, dense: bool = False,
           precision: str = "double") -> Forest:
    """Some trees; column 0 is one of categories where there are sets."""
    dtype: Any = np.float32 if precision == "single" else np.float64
    splits: dict[str, list[Any]] = {name: [] for name in
                                    ("feature", "threshold", "left", "right", "missing_left", "member")}
    roots: list[int] = []
    leaves = 0
    for _ in range(rng.integers(1, 30)):
        base, size = len(splits["feature"]), int(rng.integers(0, 13))
        roots.append(base if size else ~leaves)
        children = _shape(rng, size, base)
        for side in ("left", "right"):
            for place in children[side]:
                leaves += place is None
                splits[side].append(~(leaves - 1) if place is None else place)
        leaves += not size
        feature = rng.integers(0, width, size)
        splits["feature"] += feature.tolist()
        splits["threshold"] += rng.choice(THRESHOLDS, size).tolist()
        splits["missing_left"] += (rng.random(size) < 0.5).tolist()
        splits["member"] += [int(rng.integers(sets)) if sets and column == 0 else -1 for column in feature]
    named = [np.unique(rng.integers(0, (5, 40, 70, 300)[place % 4], rng.integers(0, 30))) for place in range(sets)]
    value = rng.normal(size=(leaves, outputs) if dense else leaves).astype(dtype)
    types = {"threshold": dtype, "missing_left": np.bool_}
    return Forest(
        **{name: np.array(told, types.get(name, np.int32)) for name, told in splits.items()},
        set_of=np.repeat(np.arange(sets), [len(one) for one in named]).astype(np.int32),
        category=np.concatenate([np.zeros(0), *named]).astype(np.int32), roots=np.array(roots, np.int32), value=value,
        target=np.zeros(0, np.int32) if dense else rng.integers(0, outputs, leaves).astype(np.int32), outputs=outputs,
        strict=precision == "single", precision=precision)


def _shape(rng: np.random.Generator, size: int, base: int) -> dict[str, list[int | None]]:
    found: dict[str, list[int | None]] = {"left": [None] * size, "right": [None] * size}
    free = [(0, "left"), (0, "right")] if size else []
    for place in range(1, size):
        parent, side = free.pop(rng.integers(len(free)))
        found[side][parent] = base + place
        free += [(place, "left"), (place, "right")]
    return found
