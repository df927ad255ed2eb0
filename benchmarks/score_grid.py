"""ROC AUC from the cells of the grid of scores beside scikit-learn's: ``python -m benchmarks.score_grid [SEEDS]``.

Worlds of scores: ordinary ones, those of an over-confident model (logits three and six times too large), one positive
in a thousand, one in a thousand that nearly all score below 0.001, scores with many ties. Beside it what a thousand
equal bins give. The last row shows where the grid ends: a hundred positives, each of which has its cell by chance (the
standard error of that AUC is 0.03). The worlds are random numbers, for only the form of the scores matters here.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa
from sklearn.metrics import roc_auc_score

from benchmarks import harness
from shall import registry
from shall.core.log import Binding, Column
from shall.tally import Need, accumulate, compile_plan

GOAL: Final = 1e-4
World = Callable[[np.random.Generator, int], tuple[Any, Any]]
WORLDS: Final[dict[str, tuple[int, World]]] = {
    "ordinary": (10**6, lambda chance, rows: _logistic(chance, rows, 0.0)),
    "ordinary, fewer rows": (10**5, lambda chance, rows: _logistic(chance, rows, 0.0)),
    "over-confident": (10**6, lambda chance, rows: _logistic(chance, rows, 0.0, stretched=3.0)),
    "logits six times too large": (10**6, lambda chance, rows: _logistic(chance, rows, 0.0, stretched=6.0)),
    "0.1 % positives": (10**6, lambda chance, rows: _rare(chance, rows, 1.0)),
    "0.1 % positives, tiny scores": (10**6, lambda chance, rows: _rare(chance, rows, 2.5)),
    "many ties": (10**6, lambda chance, rows: _logistic(chance, rows, -1.0, digits=2)),
}
BEYOND: Final[dict[str, tuple[int, World]]] = {
    "0.1 % of fewer rows": (10**5, lambda chance, rows: _rare(chance, rows, 1.0)),
}


def main(seeds: int = 3) -> None:
    """Compare every world."""
    lines, figures = [], {}
    for name, (rows, world) in {**WORLDS, **BEYOND}.items():
        errors = [_errors(*world(np.random.default_rng(seed), rows)) for seed in range(seeds)]
        ours, bins = (max(abs(error[place]) for error in errors) for place in (0, 1))
        spent, theirs = (min(error[place] for error in errors) for place in (2, 3))
        figures[name] = {"rows": rows, "error": ours, "equal_bins": bins, "cpu": spent, "scikit_learn": theirs}
        lines.append(f"  {name:<30}{rows:>10,}{ours:13.1e}{bins:13.1e}{1000 * spent:12.1f}{1000 * theirs:12.1f}")
    worst = max(figures[name]["error"] for name in WORLDS)
    harness.save("score_grid", [
        f"python -m benchmarks.score_grid {seeds}",
        f"largest distance of {seeds} seeds from scikit-learn's AUC of the rows, and CPU ms (counting, with bounds)",
        f"  {'':<30}{'rows':>10}{'the grid':>13}{'1000 bins':>13}{'shall':>12}{'sklearn':>12}",
        *lines[:len(WORLDS)],
        f"wanted at most {GOAL:.0e}: {'kept' if worst <= GOAL else 'not kept'}, largest {worst:.1e}; beyond the goal:",
        *lines[len(WORLDS):],
    ], {"worlds": figures, "worst": worst})


def _errors(label: Any, score: Any) -> tuple[float, float, float, float]:
    """How far the AUC of our cells is off, and that of equal bins; our CPU seconds, and scikit-learn's."""
    exact, theirs = harness.timed(lambda: float(roc_auc_score(label, score)))
    found, ours = harness.timed(lambda: _of_the_tally(label, score))
    binned = roc_auc_score(label, np.minimum(np.floor(score.astype(np.float64) * 1000), 999))
    return found - exact, float(binned) - exact, ours, theirs


def _of_the_tally(label: Any, score: Any) -> float:
    need = Need(axes=("label", "score"))
    plan = compile_plan([need], Binding((("label", Column("label")), ("score", Column("score")))))
    batch = pa.record_batch({"label": label, "score": score})
    family = registry.find("measures", "roc_auc").estimate(accumulate(plan, [batch]).cells(need))
    family.bounds(0.05)
    return float(family.value[0])


def _logistic(chance: np.random.Generator, rows: int, middle: float, *, stretched: float = 1.0,
              digits: int | None = None) -> tuple[Any, Any]:
    """Labels with known probabilities; scores are these, or the same with a logit that is too large."""
    logit = chance.normal(middle, 1.5, rows)
    label = (chance.random(rows) < 1 / (1 + np.exp(-logit))).astype(np.int8)
    score = 1 / (1 + np.exp(-stretched * (logit + chance.normal(0, 0.3, rows))))
    return label, (score if digits is None else score.round(digits)).astype(np.float32)


def _rare(chance: np.random.Generator, rows: int, spread: float) -> tuple[Any, Any]:
    """One positive in a thousand rows, and probabilities that say so."""
    logit = chance.normal(0, spread, rows)
    low, high = -30.0, 10.0
    for _ in range(60):                         # the intercept at which one in a thousand is positive
        middle = (low + high) / 2
        low, high = (middle, high) if (1 / (1 + np.exp(-logit - middle))).mean() < 0.001 else (low, middle)
    score = 1 / (1 + np.exp(-logit - low))
    return (chance.random(rows) < score).astype(np.int8), score.astype(np.float32)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
