"""How every contender of `benchmarks.automl` is scored at the gate: by accuracy and log loss, or by the root error."""

from __future__ import annotations

from typing import Any

import numpy as np


def of_classes(said: Any, probabilities: Any, names: list[str], truth: Any) -> dict[str, float]:
    """``said`` [n] classes, ``probabilities`` [n, classes] in the order of ``names``, ``truth`` [n]."""
    truth, place = np.asarray(truth, dtype=str), {name: number for number, name in enumerate(names)}
    of_true = np.asarray(probabilities, dtype=float)[np.arange(len(truth)), [place[one] for one in truth]]
    return {"accuracy": float((np.asarray(said, dtype=str) == truth).mean()),
            "log_loss": float(-np.log(np.clip(of_true, 1e-6, 1)).mean())}


def of_numbers(said: Any, truth: Any) -> dict[str, float]:
    """``said`` [n], ``truth`` [n]."""
    return {"root_error": float(np.sqrt(np.mean((np.asarray(said, float) - np.asarray(truth, float)) ** 2)))}
