"""Real rows with text, missing values and categories that training never saw."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from examples.fetch import fetch

TEXTS = ["workclass", "education", "marital_status", "occupation", "sex", "native_country"]
NUMBERS = ["age", "education_num", "capital_gain", "capital_loss", "hours_per_week"]


@cache
def adult() -> tuple[Any, Any, Any]:
    """Rows to fit on, their labels, and other rows: with missing text and numbers, and a text that is new."""
    train = pd.read_parquet(fetch("adult") / "train.parquet")
    test = pd.read_parquet(fetch("adult") / "test.parquet")
    rng = np.random.default_rng(0)
    rows, other = train.iloc[:3000].copy(), test.iloc[:1500].copy()
    for frame in (rows, other):
        frame[NUMBERS] = frame[NUMBERS].astype(float)
        for name in ("age", "hours_per_week"):
            frame.loc[rng.random(len(frame)) < 0.05, name] = np.nan
    other.loc[other.index[::97], "occupation"] = "Lighthouse-keeper"
    other.loc[other.index[::89], "native_country"] = ""
    label = (rows["income"].str.contains(">50K")).astype(int).to_numpy()
    return rows[[*NUMBERS, *TEXTS]], label, other[[*NUMBERS, *TEXTS]]


@cache
def compas() -> tuple[Any, Any, Any]:
    """Rows to fit on, their labels as text, and other rows."""
    frame = pd.read_parquet(fetch("compas") / "compas.parquet")
    label = np.where(frame["two_year_recid"] == 1, "again", "never")
    chosen = frame[["sex", "age", "age_cat", "race", "juv_fel_count", "priors_count", "c_charge_degree"]].copy()
    return chosen.iloc[:3000], label[:3000], chosen.iloc[3000:4500]


def _halves(bunch: Any) -> tuple[Any, Any, Any]:
    frame = bunch.data.astype(float)
    order = np.random.default_rng(1).permutation(len(frame))
    frame, target = frame.iloc[order].reset_index(drop=True), bunch.target.to_numpy()[order]
    half = len(frame) // 2
    return frame.iloc[:half], target[:half], frame


@cache
def cancer() -> tuple[Any, Any, Any]:
    """Two classes, 30 numbers; the rows to ask are all."""
    return _halves(load_breast_cancer(as_frame=True))


@cache
def wine() -> tuple[Any, Any, Any]:
    """Three classes, as text; 13 numbers."""
    rows, target, every = _halves(load_wine(as_frame=True))
    return rows, np.array(["Barolo", "Grignolino", "Barbera"])[target], every


@cache
def diabetes() -> tuple[Any, Any, Any]:
    """A number to tell from 10 numbers."""
    return _halves(load_diabetes(as_frame=True))


def with_missing(frame: Any, seed: int = 2, share: float = 0.1) -> Any:
    """The same numbers, some missing."""
    mask = np.random.default_rng(seed).random(frame.shape) < share
    return frame.mask(mask)
