"""Published rates of a real file, to the digit; and scikit-learn's, to the last bit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray

import shall
from examples.fetch import fetch
from shall.core.evidence import Evidence

# Larson, Mattu, Kirchner and Angwin (2016), "How we analyzed the COMPAS recidivism algorithm".
PUBLISHED = {
    ("African-American", "false_positive_rate"): "44.85", ("Caucasian", "false_positive_rate"): "23.45",
    ("African-American", "false_negative_rate"): "27.99", ("Caucasian", "false_negative_rate"): "47.72",
}
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate", "false_negative_rate", "precision", "accuracy")
FILE = {
    "shall": 1,
    "subject": {"name": "compas", "target": "two_year_recid", "positive": "1"},
    "columns": {"decision": "flagged"},
    "groups": {"race": "race", "sex": "sex"},
    "requirements": {
        **{rate: f"{rate} over race <= 1" for rate in RATES},
        **{f"crossed_{rate}": f"{rate} over race by sex <= 1" for rate in RATES},
        **{f"gap_{rate}": f"difference of {rate} over race <= 1" for rate in RATES},
        **{f"part_{rate}": f"ratio of {rate} over race >= 0" for rate in RATES},
    },
}


@pytest.fixture(scope="module")
def log() -> Path:
    return fetch("compas") / "compas.parquet"


@pytest.fixture(scope="module")
def found(log: Path) -> Mapping[str, Evidence]:
    report = shall.check(FILE, log, record=False)
    assert report.rows == 7214
    return {verdict.name: verdict.deciding for verdict in report.verdicts}


def by_group(evidence: Evidence) -> dict[str, float | None]:
    return {"|".join(value for _, value in row.group): row.value for row in evidence.groups}


@pytest.mark.parametrize(("race", "rate"), PUBLISHED)
def test_the_published_rates_to_the_digit(found: Mapping[str, Evidence], race: str, rate: str) -> None:
    value = by_group(found[rate])[race]
    assert value is not None
    assert f"{100 * value:.2f}" == PUBLISHED[race, rate]


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("grouping", [("race",), ("race", "sex")])
def test_every_rate_of_every_group_is_scikit_learn_s_to_the_last_bit(
    found: Mapping[str, Evidence], log: Path, rate: str, grouping: tuple[str, ...],
) -> None:
    table = pq.read_table(log)
    keys = np.array(["|".join(key) for key in zip(*(table[name].to_pylist() for name in grouping), strict=True)])
    label, decision = table["two_year_recid"].to_numpy(), table["flagged"].to_numpy()
    wanted = {str(key): by_sklearn(rate, label[keys == key], decision[keys == key]) for key in np.unique(keys)}
    got = by_group(found[rate if len(grouping) == 1 else f"crossed_{rate}"])
    assert got == {key: None if np.isnan(value) else value for key, value in wanted.items()}


@pytest.mark.parametrize("rate", RATES)
def test_gaps_are_those_of_the_rates_to_the_last_bit(found: Mapping[str, Evidence], rate: str) -> None:
    values = [value for value in by_group(found[rate]).values() if value is not None]
    assert found[f"gap_{rate}"].value == max(values) - min(values)
    assert found[f"part_{rate}"].value == min(values) / max(values)


def by_sklearn(rate: str, label: NDArray[np.int64], decision: NDArray[np.int8]) -> float:
    metrics: Any = pytest.importorskip("sklearn.metrics")
    normalised = metrics.confusion_matrix(label, decision, labels=[0, 1], normalize="true")
    ways: dict[str, Callable[[], Any]] = {
        "selection_rate": lambda: decision.mean(),
        "true_positive_rate": lambda: metrics.recall_score(label, decision, zero_division=np.nan),
        "false_positive_rate": lambda: normalised[0, 1] if (label == 0).any() else np.nan,
        "false_negative_rate": lambda: normalised[1, 0] if (label == 1).any() else np.nan,
        "precision": lambda: metrics.precision_score(label, decision, zero_division=np.nan),
        "accuracy": lambda: metrics.accuracy_score(label, decision),
    }
    return float(ways[rate]())
