"""Every measure on the logged predictions of 2015, group by group, against scikit-learn or a few lines of numpy."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from scipy.optimize import brentq
from scipy.stats import foldnorm
from sklearn import metrics

import shall
from examples.fetch import fetch
from shall import registry
from shall.core.evidence import Evidence, GroupRow

Array = np.ndarray[Any, Any]
Rows = dict[str, Array]


@pytest.fixture(scope="module")
def log() -> Any:
    return pq.read_table(fetch("employment") / "2015.parquet").slice(0, 20_000)


@pytest.fixture(scope="module")
def found(log: Any) -> dict[str, Evidence]:
    """The evidence of each line."""
    file = {"subject": {"target": "employed", "positive": "1"}, "groups": {"sex": "sex"},
            "requirements": {name: line for name, (line, _) in REFERENCES.items()}}
    return {verdict.name: verdict.deciding for verdict in shall.check(file, log).verdicts}


def confusion(rows: Rows) -> Array:
    return metrics.confusion_matrix(rows["employed"], rows["prediction"])


def rate(top: tuple[int, int], row: int) -> Callable[[Rows], float]:
    return lambda rows: float(confusion(rows)[top] / confusion(rows)[row].sum())


def error(rows: Rows) -> float:
    """The calibration error in ten equal-width bins, less its noise: the share of it which, with noise added again, is
    expected to give it. By scipy's folded normal and root finder."""
    place = np.minimum((rows["predicted_probability"] * 10).astype(int), 9)
    n = np.bincount(place, minlength=10)
    ones, score = (np.bincount(place, rows[name], 10) for name in ("employed", "predicted_probability"))
    share, mean = (ones + 0.5) / (n + 1), score / np.maximum(n, 1)
    noise = np.sqrt(n * np.maximum(share * (1 - share), mean * (1 - mean)))[n > 0]
    gap = np.abs(ones - score)[n > 0]
    left = brentq(lambda part: (noise * foldnorm.mean(part * gap / noise)).sum() - gap.sum(), 0, 1, xtol=1e-14)
    return float(left * gap.sum() / n.sum())


REFERENCES: dict[str, tuple[str, Callable[[Rows], float]]] = {
    "accuracy": ("accuracy over sex >= 0", lambda r: metrics.accuracy_score(r["employed"], r["prediction"])),
    "precision": ("precision over sex >= 0", lambda r: metrics.precision_score(r["employed"], r["prediction"])),
    "recall": ("recall over sex >= 0", lambda r: metrics.recall_score(r["employed"], r["prediction"])),
    "false_positive_rate": ("false_positive_rate over sex >= 0", rate((0, 1), 0)),
    "true_negative_rate": ("true_negative_rate over sex >= 0", rate((0, 0), 0)),
    "false_negative_rate": ("false_negative_rate over sex >= 0", rate((1, 0), 1)),
    "selection_rate": ("selection_rate over sex >= 0", lambda r: float(r["prediction"].mean())),
    "rows": ("rows over sex >= 0", lambda r: float(len(r["prediction"]))),
    "brier": ("brier over sex >= 0", lambda r: metrics.brier_score_loss(r["employed"], r["predicted_probability"])),
}
NEAR: dict[str, tuple[str, Callable[[Rows], float], float]] = {
    "roc_auc": ("roc_auc over sex >= 0",
                lambda r: metrics.roc_auc_score(r["employed"], r["predicted_probability"]), 1e-4),
    "calibration_error": ("calibration_error over sex >= 0", error, 1e-10),
    "quantile": ("p90(predicted_probability) over sex >= 0",
                 lambda r: float(np.quantile(r["predicted_probability"], 0.9, method="inverted_cdf")), 1e-3),
}
REFERENCES |= {name: (line, reference) for name, (line, reference, _) in NEAR.items()}


def rows_of(log: Any, row: GroupRow) -> Rows:
    chosen = np.array(log["sex"].to_pylist()) == dict(row.group)["sex"]
    return {name: log[name].to_numpy()[chosen] for name in ("employed", "prediction", "predicted_probability")}


@pytest.mark.parametrize("name", REFERENCES)
def test_each_group_has_the_value_of_the_reference(name: str, log: Any, found: dict[str, Evidence]) -> None:
    assert len(found[name].groups) == 2
    for row in found[name].groups:
        expected = REFERENCES[name][1](rows_of(log, row))
        tolerance = NEAR[name][2] if name in NEAR else 1e-12
        assert row.value == pytest.approx(expected, rel=0 if name in NEAR else tolerance, abs=tolerance)
        assert row.low is not None and row.high is not None and row.value is not None
        assert row.low <= row.value <= row.high


def test_stability_is_the_index_less_its_noise(log: Any, tmp_path: Any) -> None:
    pq.write_table(log.slice(0, 10_000), tmp_path / "train.parquet")
    file = {"subject": {"target": "employed", "positive": "1"}, "data": {"train": str(tmp_path / "train.parquet")},
            "requirements": {"steady": "population_stability against train <= 0.1"}}
    part = shall.check(file, log.slice(10_000), record=False).verdicts[0].deciding
    now, then = (log["predicted_probability"].to_numpy()[rows] for rows in (slice(10_000, None), slice(0, 10_000)))
    edges = np.quantile(then, np.linspace(0, 1, 11)[1:-1])
    p, q = (np.bincount(np.searchsorted(edges, side), minlength=10) / len(side) for side in (now, then))
    assert part.value == pytest.approx(float(((p - q) * np.log(p / q)).sum()), abs=3e-3)


@pytest.mark.parametrize("measure", registry.built_in("measures"))
def test_the_example_of_its_page_is_true(measure: str) -> None:
    tried = doctest.testmod(registry.find("measures", measure))
    assert tried.attempted >= 1
    assert tried.failed == 0
