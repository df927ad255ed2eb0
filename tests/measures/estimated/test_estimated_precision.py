from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.measures.estimated.estimated_precision import estimate
from shall.testing import cells


def true(groups: Any) -> Any:
    return np.array([one["label"][one["decision"] == 1].mean() for one in groups])


def test_known_answer() -> None:
    """A quarter of the refused and three quarters of the chosen are positive; as many are refused as chosen."""
    tested = cells(label=[1, 0, 0, 0] * 50 + [1, 1, 1, 0] * 50, decision=[0] * 200 + [1] * 200,
                   score=[0.2] * 200 + [0.8] * 200)
    now = cells(label=[None] * 80, decision=[0] * 40 + [1] * 40, score=[0.2] * 40 + [0.8] * 40)
    found = estimate(now, tested)
    (low,), (high,) = found.bounds(0.05)
    assert found.value[0] == pytest.approx(0.75) and low < 0.75 < high and 0.08 < high - low < 0.25


def test_real_data_by_group(real: Any) -> None:
    """Rows of another half are estimated to be what their labels say, within what both may be wrong by."""
    then, now = real.part(slice(0, 10_000)), real.part(slice(10_000, 20_000))
    found = estimate(now.cells("label", "decision", "score"), then.cells("label", "decision", "score"))
    assert found.value == pytest.approx(true(now.groups), abs=0.04)
    low, high = found.bounds(0.005)
    assert np.all((low < true(now.groups)) & (true(now.groups) < high))
