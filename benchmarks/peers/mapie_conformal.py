"""MAPIE on what models have said: ``python -m benchmarks.peers.mapie_conformal FOLDER JOB …``.

``law SET CALIBRATION TEST RESPLITS SCORE`` counts how many test rows are covered in each resplit; ``speed`` calibrates
a million rows and answers them. Its models are given the probabilities as features and say them again: prefit, one
level, its own defaults.
"""

from __future__ import annotations

import json
import sys
from importlib.metadata import version
from typing import Any

import numpy as np
from mapie.classification import SplitConformalClassifier
from mapie.regression import ConformalizedQuantileRegressor, SplitConformalRegressor
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from benchmarks.conformal_places import parted
from benchmarks.harness import cpu_seconds


class Probabilities(ClassifierMixin, BaseEstimator):
    """Says the features again as probabilities."""

    def __init__(self, classes: int = 2) -> None:
        self.classes = classes
        self.classes_ = np.arange(classes)
        self.n_features_in_ = classes

    def fit(self, X: Any, y: Any) -> Any:
        return self

    def predict_proba(self, X: Any) -> Any:
        return X

    def predict(self, X: Any) -> Any:
        return X.argmax(axis=1)

    def __sklearn_is_fitted__(self) -> bool:
        return True


class Column(RegressorMixin, BaseEstimator):
    """Says one feature again, or the middle of both."""

    def __init__(self, place: int | None = None) -> None:
        self.place = place
        self.n_features_in_ = 2

    def fit(self, X: Any, y: Any) -> Any:
        return self

    def predict(self, X: Any) -> Any:
        return X.mean(axis=1) if self.place is None else X[:, self.place]

    def __sklearn_is_fitted__(self) -> bool:
        return True


def answered(P: Any, y: Any, fresh: Any, score: str, coverage: float = 0.9) -> tuple[Any, Any]:
    """Sets bool[n, classes], or intervals [n, 2], of fresh rows."""
    if score == "cqr":
        model = ConformalizedQuantileRegressor([Column(0), Column(1), Column()], confidence_level=coverage, prefit=True)
        return model.conformalize(P, y).predict_interval(fresh, symmetric_correction=True)
    if score == "residual":
        return SplitConformalRegressor(Column(), confidence_level=coverage, prefit=True).conformalize(
            P, y).predict_interval(fresh)
    made = SplitConformalClassifier(Probabilities(P.shape[1]), confidence_level=coverage, conformity_score=score,
                                    prefit=True, random_state=0)
    return made.conformalize(P, y).predict_set(fresh)


def law(folder: str, name: str, calibration: str, test: str, resplits: str, score: str) -> dict[str, Any]:
    """Covered rows and the mean size of each resplit."""
    with np.load(f"{folder}/{name}.npz") as data:
        P, y = data["P"], data["y"]
    covered, size = [], []
    before = cpu_seconds()
    for seed in range(int(resplits)):
        some, rest = parted(len(y), int(calibration), int(test), seed)
        _, found = answered(P[some], y[some], P[rest], score)
        if score in ("cqr", "residual"):
            low, high = found[:, 0, 0], found[:, 1, 0]
            covered.append(int(((low <= y[rest]) & (y[rest] <= high)).sum()))
            size.append(float((high - low).mean()))
        else:
            covered.append(int(found[np.arange(len(rest)), y[rest], 0].sum()))
            size.append(float(found[:, :, 0].sum(axis=1).mean()))
    return {"cpu": cpu_seconds() - before, "covered": covered, "size": float(np.mean(size))}


def speed(folder: str, score: str) -> dict[str, Any]:
    """CPU seconds to calibrate a million rows, and to answer them."""
    with np.load(f"{folder}/million.npz") as data:
        P, y = data["P"], data["y"]
    answered(P[:1000], y[:1000], P[:1000], score)
    made = SplitConformalClassifier(Probabilities(P.shape[1]), confidence_level=0.9, conformity_score=score,
                                    prefit=True, random_state=0)
    before = cpu_seconds()
    made.conformalize(P, y)
    middle = cpu_seconds()
    _, found = made.predict_set(P)
    after = cpu_seconds()
    return {"cpu": middle - before, "answer": after - middle, "size": float(found[:, :, 0].sum(axis=1).mean()),
            "covered": float(found[np.arange(len(y)), y, 0].mean())}


def main(folder: str, job: str, *arguments: str) -> None:
    """One line of JSON."""
    print(json.dumps({**{"law": law, "speed": speed}[job](folder, *arguments), "version": version("mapie")}))


if __name__ == "__main__":
    main(*sys.argv[1:])
