"""Logistic regression with two or three numbers, none of which may fall, to the last digit (Newton's method)."""

from __future__ import annotations

from itertools import combinations
from typing import Final

import numpy as np

from shall.methods.calibrate._rows import expit
from shall.methods.task import Floats

RIDGE: Final = 1e-9                         # a row: keeps slopes finite where the classes can be told apart
STEPS: Final = 100
HALVINGS: Final = 40
SETTLED: Final = 1e-12                      # what a step may still win, a row


def rising(features: Floats, target: Floats, weight: Floats) -> Floats:
    """float64[1 + k]: intercept and slopes >= 0 of least log loss.

    ``features`` float64[n, k], ``target`` float64[n] in 0…1. The loss is convex: where a slope would fall, the best of
    the fits with some slopes left out is the best of all.
    """
    columns = features.shape[1]
    best: tuple[float, Floats] | None = None
    for count in range(columns, -1, -1):
        for kept in combinations(range(1, columns + 1), count):
            used, found = [0, *kept], np.zeros(columns + 1)
            X = np.column_stack([np.ones(len(target)), features])[:, used]
            found[used], loss = _fitted(X, target, weight)
            if (found[1:] >= 0).all() and (best is None or loss < best[0]):
                best = loss, found
        if best is not None and count == columns:
            break
    assert best is not None                 # without slopes there is always one
    return best[1]


def _fitted(X: Floats, target: Floats, weight: Floats) -> tuple[Floats, float]:
    """Steps are halved until the loss falls."""
    now, total = np.zeros(X.shape[1]), float(weight.sum())
    penalty = np.where(np.arange(X.shape[1]) > 0, RIDGE * total, 0.0)
    loss = _loss(X, target, weight, penalty, now)
    for _ in range(STEPS):
        chance = expit(X @ now)
        gradient = X.T @ (weight * (chance - target)) + penalty * now
        curve = (X * (weight * chance * (1 - chance))[:, None]).T @ X + np.diag(penalty)
        step = np.linalg.lstsq(curve, gradient, rcond=None)[0]
        for _ in range(HALVINGS):
            tried = _loss(X, target, weight, penalty, now - step)
            if tried <= loss:
                break
            step = step / 2
        else:
            break
        won, now, loss = loss - tried, now - step, tried
        if won <= SETTLED * total and float(np.abs(step).max()) <= 1e-9 * (1 + float(np.abs(now).max())):
            break
    return now, loss


def _loss(X: Floats, target: Floats, weight: Floats, penalty: Floats, at: Floats) -> float:
    margin = X @ at
    return float(weight @ (np.logaddexp(0, margin) - target * margin) + (penalty * at**2).sum() / 2)
