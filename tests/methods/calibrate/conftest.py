"""Models that are wrong about their own certainty, on purpose: probabilities of rows that they did not learn from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import GaussianNB

from shall.methods.prepare import encode
from shall.testing.maps import log_loss

FEATURES = ("age", "workclass", "education_num", "marital_status", "occupation", "relationship", "capital_gain",
            "hours_per_week")
BINS = 10


@dataclass(frozen=True)
class Wrong:
    """Probabilities and classes of rows to learn a calibration from, and of others to try it on."""

    P: np.ndarray[Any, Any]
    y: np.ndarray[Any, Any]
    fresh: np.ndarray[Any, Any]
    truth: np.ndarray[Any, Any]

    def loss(self, calibration: Any = None) -> float:
        """The log loss of the other rows."""
        return log_loss(self.fresh if calibration is None else calibration(self.fresh), self.truth)

    def error(self, calibration: Any = None) -> float:
        """The calibration error of the other rows, of the positive or the most likely class: bins of equal rows."""
        P = self.fresh if calibration is None else calibration(self.fresh)
        binary = P.shape[1] == 2
        score = P[:, 1] if binary else P.max(axis=1)
        right = self.truth if binary else P.argmax(axis=1) == self.truth
        gaps = [abs(score[rows].mean() - right[rows].mean()) * len(rows)
                for rows in np.array_split(np.argsort(score, kind="stable"), BINS)]
        return float(sum(gaps) / len(score))


def halves(P: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> Wrong:
    """The first half to learn from."""
    half = len(y) // 2
    return Wrong(P[:half], y[:half], P[half:], y[half:])


@pytest.fixture(scope="session")
def boosted(adult: Any, held_out: Any) -> Wrong:
    """Trees boosted far too long on census rows: 4,000 and 4,000 held-out rows of two classes, far too sure."""
    encoding = encode.fit(adult.table, FEATURES)
    data = lightgbm.Dataset(encoding(adult.table), adult.label, params={"verbosity": -1})
    model = lightgbm.train({"objective": "binary", "learning_rate": 0.3, "num_threads": 1, "verbosity": -1,
                            "deterministic": True}, data, 200)
    score = np.asarray(model.predict(encoding(held_out.table)))
    return halves(np.column_stack([1 - score, score]), held_out.label)


@pytest.fixture(scope="session")
def bayes() -> Wrong:
    """Naive Bayes of tumours: 30 features that say the same, few rows, probabilities of exactly 0 and 1."""
    X, y = load_breast_cancer(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = X[order], y[order]
    return halves(GaussianNB().fit(X[:169], y[:169]).predict_proba(X[169:]), y[169:])


@pytest.fixture(scope="session")
def digits() -> Wrong:
    """A forest of digits: ten classes, far too unsure."""
    X, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    X, y = X[order], y[order]
    forest = RandomForestClassifier(100, random_state=0, n_jobs=1).fit(X[:600], y[:600])
    return halves(forest.predict_proba(X[600:]), y[600:])
