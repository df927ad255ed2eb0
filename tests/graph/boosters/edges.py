"""Rows on and beside what trees cut at, and a read booster's raw score of them in both engines."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from shall import graph as g
from shall.graph.booster import Booster
from shall.graph.ops import linear_single, linear_trees, trees
from shall.graph.value import Value

OPS = {"trees": trees, "linear_trees": linear_trees, "linear_single": linear_single}
ZERO = 1.0000000180025095e-35               # LightGBM's kZeroThreshold
ODD = [0.0, -0.0, 1e-36, -1e-36, ZERO, -ZERO, 1.1e-35, -1.1e-35, 5e-324, np.nan, -1.0, 1e30, -1e30]


def holed(x: Any, seed: int = 0) -> Any:
    """The same numbers, some missing, some 0, some below 0."""
    rng = np.random.default_rng(seed)
    found = np.where(rng.random(x.shape) < 0.1, np.nan, x)
    found = np.where(rng.random(x.shape) < 0.1, 0.0, found)
    found[:, 3] -= np.nanmedian(found[:, 3])
    return found


def coded(seed: int = 0) -> tuple[Any, Any]:
    """Codes of 3, 40, 200 and 1000 categories and a number, some missing; two classes that depend on all."""
    rng = np.random.default_rng(seed)
    x = np.column_stack([rng.integers(0, many, 3000) for many in (3, 40, 200, 1000)]).astype(float)
    x = np.column_stack([x, rng.normal(size=3000)])
    label = np.sin(x[:, 1]) + np.cos(x[:, 2] * 7) + np.cos(x[:, 3] * 3) + x[:, 4] > 0
    return np.where(rng.random(x.shape) < 0.05, np.nan, x), label.astype(int)


def placed(booster: Booster, x: Any, more: tuple[float, ...] = ()) -> Any:
    """The rows, and rows with one column on a threshold, a last bit beside it in both precisions, or odd."""
    rng, parts = np.random.default_rng(0), [x]
    for column in range(x.shape[1]):
        cuts = np.zeros(0)
        if "threshold" in booster.settings:
            here = booster.settings["feature"] == column
            cuts = np.unique(booster.settings["threshold"][here]).astype(np.float64)[:8]
        single = cuts.astype(np.float32)
        values = np.concatenate([cuts, np.nextafter(cuts, np.inf), np.nextafter(cuts, -np.inf), single,
                                 np.nextafter(single, np.float32(np.inf)), np.nextafter(single, np.float32(-np.inf)),
                                 ODD, more])
        moved = x[rng.integers(len(x), size=len(values))].copy()
        moved[:, column] = values
        parts.append(moved)
    found = np.concatenate(parts)
    return found if np.inf in more else found[np.isfinite(np.nan_to_num(found)).all(axis=1)]


def raw(booster: Booster, x: Any, **settings: float) -> Any:
    """The raw score float64[n, outputs] by ONNX Runtime, which is that of numpy."""
    columns = g.inputs({f"c{place}": "number" for place in range(x.shape[1])})
    told = {**booster.settings, **settings}
    found = g.compile(columns, raw=Value(booster.op, (columns.numeric,), told))._session({"numbers": x})["raw"]
    np.testing.assert_array_equal(found, OPS[booster.op].run((x,), told))
    return found


CANCER, CANCER_LABEL = load_breast_cancer(return_X_y=True)
WINE, WINE_LABEL = load_wine(return_X_y=True)
DIABETES, DIABETES_TARGET = load_diabetes(return_X_y=True)
HOLED = holed(CANCER)
