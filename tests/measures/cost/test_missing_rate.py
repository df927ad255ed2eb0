from __future__ import annotations

from typing import Any

import numpy as np

from shall.measures.cost.missing_rate import estimate
from shall.testing import cells


def test_null_and_nan_are_missing_and_zero_is_not() -> None:
    found = estimate(cells(income=[0.0, None, float("nan"), 3.0], axes=["missing:income"]), "income")
    assert (found.value.tolist(), found.n.tolist()) == ([0.5], [4])
    names = estimate(cells(job=["", None, "cook"], axes=["missing:job"]), "job")
    assert names.value.tolist() == [1 / 3]


def test_real_data_by_group(real: Any) -> None:
    score, sex = real.columns["score"], real.columns["sex"]
    holes = np.where(score > 0.9, np.nan, score)
    found = estimate(cells(income=holes.tolist(), sex=sex.tolist(), axes=["missing:income"], by=["sex"]), "income")
    assert found.value.tolist() == [np.isnan(holes[sex == one]).mean() for one in np.unique(sex)]


def test_an_empty_log_has_no_figure() -> None:
    found = estimate(cells(income=[1.0][:0], axes=["missing:income"]), "income")
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, 1]
