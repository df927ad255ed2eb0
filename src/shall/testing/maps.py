"""The rules of a calibration: `fit` gives a map from probabilities to better ones, `of` gives it back."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import DataError
from shall.testing._faults import refuse
from shall.testing._plain import Floats, docstring_faults, plain_faults, same, shape_faults

CLASSES: Final = {"binary": 2, "multiclass": 3}
ROWS: Final = 4000
LEAST: Final = 1e-9                         # a probability in a logarithm


def check_map(module: ModuleType) -> None:
    """Check a calibration: ``fit(P, y, weight)`` and ``of(described)``.

    A map must give probabilities that add up to 1, also for those that are exactly 0 or 1 and for no row; mend
    probabilities that are too sure of themselves; take a row of weight 2 for two rows and one of weight 0 for none;
    refuse labels of one class and what is no probability by DataError; keep the order of two classes where it says
    KEEPS_ORDER; leave its input as it is; and come back equal from plain JSON data. Raises AssertionError with every
    broken rule.
    """
    refuse(module.__name__, shape_faults(module, ("P", "y", "weight")))
    faults = list(docstring_faults(module))
    for kind in module.KINDS:
        if kind not in CLASSES:
            faults.append("KINDS: a calibration is for binary or multiclass")
            continue
        faults += [f"{kind}: {fault}" for fault in _tried(module, CLASSES[kind])]
    refuse(module.__name__, faults)


def too_sure(classes: int, seed: int = 0) -> tuple[Floats, NDArray[np.int64]]:
    """Probabilities float64[n, classes] that are three times too sure, some exactly 0 or 1, and classes int64[n]."""
    chance = np.random.default_rng(seed)
    margins = chance.normal(0, 1, (ROWS, classes))
    margins[:, 0] += 0.3
    true = _softmax(margins)
    y = (chance.random((ROWS, 1)) > np.cumsum(true, axis=1)).sum(axis=1)
    P = _softmax(3 * margins)
    P[:2] = np.eye(classes)[:2]
    return P, np.minimum(y, classes - 1).astype(np.int64)


def log_loss(P: Floats, y: NDArray[np.int64]) -> float:
    """The mean of -log P(class), with every probability ``LEAST`` at least."""
    return float(-np.log(np.maximum(P[np.arange(len(y)), y], LEAST)).mean())


def _softmax(margins: Floats) -> Floats:
    odds = np.exp(margins - margins.max(axis=1, keepdims=True))
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def _tried(module: ModuleType, classes: int) -> list[str]:
    faults: list[str] = []
    try:
        for fault in [*_map_faults(module, classes), *_weight_faults(module, classes)]:
            faults.append(fault)
    except Exception as problem:            # whatever it is, it must not reach the user
        faults.append(f"it raises {type(problem).__name__}: {problem}")
    return [*faults, *_refusal_faults(module, classes)]


def _map_faults(module: ModuleType, classes: int) -> Iterator[str]:
    P, y = too_sure(classes)
    before, fresh = P.copy(), too_sure(classes, seed=1)
    learned = module.fit(P, y)
    corners = np.concatenate([np.eye(classes), np.full((1, classes), 1 / classes)])
    for what, some in (("fresh rows", fresh[0]), ("rows of exactly 0 and 1", corners), ("no row", P[:0])):
        yield from (f"on {what}: {fault}" for fault in _odds_faults(learned(some), len(some), classes))
    if not log_loss(learned(fresh[0]), fresh[1]) < log_loss(*fresh):
        yield "the log loss of fresh rows does not fall, though their probabilities are too sure of themselves"
    yield from plain_faults(module, learned, np.concatenate([P, corners]))
    if module.fit(P, y).described() != learned.described():
        yield "the same rows give another map"
    if classes == 2 and getattr(module, "KEEPS_ORDER", False):
        score = np.linspace(0, 1, 1001)
        if (np.diff(learned(np.column_stack([1 - score, score]))[:, 1]) < -1e-12).any():
            yield "it says KEEPS_ORDER, and a higher score becomes a lower probability"
    for few in ([0, 1], [0, 1, 2, 3, 4]):
        small = P[2:][few], np.array([0, 1, 1, 0, 1])[: len(few)]
        yield from (f"made of {len(few)} rows: {fault}" for fault in
                    _odds_faults(module.fit(*small)(P), len(P), classes))
    if not same(P, before):
        yield "it changes the probabilities that it is given"


def _odds_faults(found: Any, count: int, classes: int) -> Iterator[str]:
    found = np.asarray(found)
    if found.dtype != np.float64 or found.shape != (count, classes):
        yield f"it must give float64[{count}, {classes}]"
    elif not ((found >= 0) & (found <= 1)).all() or not np.allclose(found.sum(axis=1), 1, rtol=0, atol=1e-12):
        yield "probabilities must lie between 0 and 1 and add up to 1 in each row"


def _weight_faults(module: ModuleType, classes: int) -> Iterator[str]:
    P, y = too_sure(classes)
    weight = np.arange(len(y)) % 3
    heavy = module.fit(P, y, weight.astype(np.float64))
    if not np.allclose(heavy(P), module.fit(np.repeat(P, weight, axis=0), np.repeat(y, weight))(P), atol=1e-6):
        yield "a row of weight 2 must count as two rows, and one of weight 0 as none"


def _refusal_faults(module: ModuleType, classes: int) -> Iterator[str]:
    P, y = too_sure(classes)
    unknown = P.copy()
    unknown[3] = np.nan
    for what, arguments in (("labels of one class", (P, np.zeros_like(y))), ("no row", (P[:0], y[:0])),
                            ("missing probabilities", (unknown, y)), ("fewer labels than rows", (P, y[:-1]))):
        try:
            module.fit(*arguments)
            yield f"it takes {what}"
        except DataError:
            continue
        except Exception as problem:
            yield f"on {what} it must raise DataError, and raises {type(problem).__name__}: {problem}"
