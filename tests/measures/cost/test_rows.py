from __future__ import annotations

from typing import Any

import numpy as np

from shall.measures.cost.rows import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 0, None], sex=["F", "M", "M"], by=["sex"]))
    assert found.value.tolist() == [1, 2]
    assert [end.tolist() for end in found.bounds(0.05)] == [[1, 2], [1, 2]]


def test_real_data(real: Any) -> None:
    assert estimate(real.cells("label")).value.tolist() == [len(rows["label"]) for rows in real.groups]


def test_an_empty_log_has_no_figure() -> None:
    assert np.isnan(estimate(cells(label=[1][:0])).value).all()
