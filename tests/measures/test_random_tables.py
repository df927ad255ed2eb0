"""Every count-based figure equals that of scikit-learn (and the interval that of statsmodels) on random tables.

One log, a group a table; the tables have 1 to 80 rows, any share of positives, and weights or none.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from sklearn import metrics
from statsmodels.stats.proportion import proportion_confint

from shall import registry, stats
from shall.core.log import Binding, Column, GroupDef
from shall.tally import Need, accumulate, compile_plan

Reference = Callable[..., float]


def rate(top: Callable[[Any, Any], Any], bottom: Callable[[Any, Any], Any]) -> Reference:
    """A share of weights, where scikit-learn has no function."""
    def of(label: Any, decision: Any, score: Any, w: Any) -> float:
        chosen = bottom(label, decision)
        return float(w[chosen & top(label, decision)].sum() / w[chosen].sum()) if w[chosen].sum() else np.nan
    return of


def of_decisions(function: Callable[..., float], **options: Any) -> Reference:
    return lambda label, decision, score, w: function(label, decision, sample_weight=w, **options)


def of_scores(function: Callable[..., float], **options: Any) -> Reference:
    return lambda label, decision, score, w: function(label, score, sample_weight=w, **options)


def exact_correlation(label: Any, decision: Any, score: Any, w: Any) -> float:
    """In fractions: scikit-learn cancels digits where weights differ by orders of magnitude."""
    cells = {(y, d): sum(map(Fraction, w[(label == y) & (decision == d)].tolist())) for y in (0, 1) for d in (0, 1)}
    top = cells[1, 1] * cells[0, 0] - cells[0, 1] * cells[1, 0]
    sides = [cells[1, 0] + cells[1, 1], cells[0, 0] + cells[0, 1], cells[0, 1] + cells[1, 1], cells[0, 0] + cells[1, 0]]
    return float(top) / math.sqrt(math.prod(sides)) if all(sides) else math.nan


def everybody(label: Any, decision: Any) -> Any:
    return np.ones(len(label), dtype=bool)


REFERENCES: dict[str, Reference] = {
    "accuracy": of_decisions(metrics.accuracy_score),
    "precision": of_decisions(metrics.precision_score, zero_division=np.nan),
    "true_positive_rate": of_decisions(metrics.recall_score, zero_division=np.nan),
    "true_negative_rate": of_decisions(metrics.recall_score, pos_label=0, zero_division=np.nan),
    "false_positive_rate": rate(lambda y, d: d == 1, lambda y, d: y == 0),
    "false_negative_rate": rate(lambda y, d: d == 0, lambda y, d: y == 1),
    "selection_rate": rate(lambda y, d: d == 1, everybody),
    "f1": of_decisions(metrics.f1_score, zero_division=np.nan),
    "balanced_accuracy": of_decisions(metrics.balanced_accuracy_score),
    "mcc": of_decisions(metrics.matthews_corrcoef),
    "brier": of_scores(metrics.brier_score_loss, pos_label=1),
}
# Where scikit-learn gives a number although there is nothing to stand on (one class only): 0, or the other class alone.
BOTH_CLASSES = ("balanced_accuracy",)


def log(tables: int, seed: int) -> dict[str, np.ndarray]:
    chance = np.random.default_rng(seed)
    rows = chance.integers(1, 80, tables)
    table = np.repeat(np.arange(tables), rows)
    share, quality = chance.random(tables)[table], chance.random(tables)[table]
    label = (chance.random(len(table)) < share).astype(int)
    informed = chance.random(len(table)) < quality
    score = np.where(informed, (label + chance.random(len(table))) / 2, chance.random(len(table)))
    return {"table": table, "label": label, "decision": (score >= 0.5).astype(int), "score": score,
            "weight": chance.choice([0.25, 1.0, 1.7, 1e-3, 4e6], len(table)) * chance.random(len(table))}


def ours(columns: dict[str, np.ndarray], name: str, power: int) -> Any:
    module = registry.find("measures", name)
    roles = tuple((role, Column(role)) for role in ("score", "decision", "label", *(["weight"] if power else [])))
    need = Need(None, ("table",), module.AXES, tuple(getattr(module, "SUMS", ())))
    plan = compile_plan([need], Binding(roles, groups=(GroupDef("table", "table"),)))
    cells = accumulate(plan, pa.table(columns).to_batches()).cells(need)
    families = [module.estimate(cells.weighing(one)) for one in ((1, 2, 0) if power else (0,))]
    family = stats.weighted(*families) if power else families[0]
    order = np.array([int(group[0][1]) for group in cells.groups])
    values = np.empty(len(order))
    values[order] = family.value
    return values


def compared(tables: int, seed: int, weighted: bool) -> None:
    columns = log(tables, seed)
    starts = np.flatnonzero(np.diff(columns["table"], prepend=-1))
    for name, reference in REFERENCES.items():
        found = ours(columns, name, int(weighted))
        for place, (start, end) in enumerate(zip(starts, np.append(starts[1:], len(columns["table"])), strict=True)):
            label, decision, score = (columns[part][start:end] for part in ("label", "decision", "score"))
            w = columns["weight"][start:end] if weighted else np.ones(end - start)
            if np.isnan(found[place]):          # not available: what the reference says there is a convention
                continue
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                wanted = (exact_correlation if weighted and name == "mcc" else reference)(label, decision, score, w)
            # Near 0 it is the digits of the terms that count, and of a correlation those of what cancels.
            least = 1e-12 if name == "mcc" else 1e-15
            assert found[place] == pytest.approx(wanted, rel=1e-12, abs=least), f"{name} {place}"
        known = ~np.isnan(found)
        assert known.mean() > (0.5 if name in BOTH_CLASSES else 0.6), f"{name} is mostly not available"


@pytest.mark.parametrize("weighted", [False, True])
def test_random_tables(weighted: bool) -> None:
    compared(150, 1, weighted)


@pytest.mark.slow
@pytest.mark.parametrize("weighted", [False, True])
def test_ten_thousand_random_tables(weighted: bool) -> None:
    compared(10_000, 2, weighted)


def test_intervals_of_rates_are_those_of_statsmodels() -> None:
    chance = np.random.default_rng(3)
    n = chance.integers(1, 10_000, 2000)
    k = chance.binomial(n, chance.random(2000))
    low, high = stats.Proportions(k, n).bounds(0.025)
    wanted = proportion_confint(k, n, alpha=0.05, method="beta")
    np.testing.assert_allclose(low, np.nan_to_num(wanted[0], nan=0.0), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(high, np.nan_to_num(wanted[1], nan=1.0), rtol=1e-10, atol=1e-12)
