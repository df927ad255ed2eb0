from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from examples.fetch import fetch
from shall.core.verdict import Finding
from shall.measures.drift.importance import SUMS, estimate
from shall.testing import cells


def test_known_answer() -> None:
    """Means 0.3 and 0.7 around 0.5, each with a distance of 0.1 within: 0.04 of 0.05; less what noise adds."""
    rows = cells(score=[0.2, 0.4, 0.6, 0.8] * 500, age=[20, 20, 60, 60] * 500, axes=["value:age"], sums=SUMS)
    found = estimate(rows)
    assert found.value[0] == pytest.approx(1 - 0.2 * 1999 / 1998, abs=1e-9) and found.n.tolist() == [2000]
    words = cells(score=[0.2, 0.4, 0.6, 0.8] * 500, job=["a", "a", None, None] * 500, axes=["category:job"], sums=SUMS)
    assert estimate(words).value[0] == pytest.approx(found.value[0])


def test_missing_scores_are_left_out_and_a_missing_feature_is_a_value() -> None:
    rows = cells(score=[0.1, None, 0.9, 0.9] * 50, age=[1.0, 1.0, None, None] * 50, axes=["value:age"], sums=SUMS)
    assert estimate(rows).n.tolist() == [150] and estimate(rows).value[0] == pytest.approx(1)


def test_real_data_against_the_variance_of_means(real: Any) -> None:
    table = pq.read_table(fetch("employment") / "2015.parquet").slice(0, 20_000)
    score, job = table["predicted_probability"].to_numpy(), table["RELP"].to_numpy()
    found = estimate(cells(score=score.tolist(), RELP=[str(one) for one in job], axes=["category:RELP"], sums=SUMS))
    kinds, place = np.unique(job, return_inverse=True)
    means = np.bincount(place, score) / np.bincount(place)
    within = ((score - means[place]) ** 2).sum() / (len(score) - len(kinds))
    assert found.value[0] == pytest.approx(1 - within / score.var(ddof=1), abs=1e-9)


def test_a_feature_that_breaks_in_service_is_told_by_its_window() -> None:
    """From the second year on one input is always missing, and the model goes on with what it has."""
    chance = np.random.default_rng(0)
    age, income = chance.normal(size=(2, 9000))
    told = np.where(np.arange(9000) < 6000, income, np.nan)
    score = 1 / (1 + np.exp(-(age + 2 * np.nan_to_num(told))))
    log = pa.table({"score": score, "age": age, "income": pa.array(told, from_pandas=True), "decision": score > 0.5})
    found = shall.watch({"requirements": {"same": "importance over feature between previous - 0.1 and previous + 0.1"},
                         "subject": {"positive": "true"}, "watch": {"windows": ["3000 rows"]}}, log)
    verdicts = [window.verdicts[0] for window in found.windows]
    assert [verdict.verdict for verdict in verdicts] == [Finding.UNDECIDED, Finding.MET, Finding.BROKEN]
    worst = {dict(row.group)["feature"]: row.value for row in verdicts[2].deciding.groups}
    assert worst["income"] < -0.6 and worst["age"] > 0.6 and "previous" in verdicts[0].deciding.reason
