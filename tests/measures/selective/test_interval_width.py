from __future__ import annotations

import math

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.measures.selective.interval_width import SUMS, estimate
from shall.testing import cells

INF = float("inf")


def widths(lower: list[float | None], upper: list[float | None]) -> tuple[float, int]:
    found = estimate(cells(lower=lower, upper=upper, axes=[], sums=SUMS, kind="regressor"))
    return float(found.value[0]), int(found.n[0])


def test_the_mean_of_what_is_known() -> None:
    assert widths([0.0, 1.0, None, 2.0], [2.0, 5.0, 1.0, None]) == (3.0, 2)


def test_an_interval_upside_down_has_no_width() -> None:
    assert widths([3.0, 0.0], [1.0, 4.0]) == (2.0, 2)


@pytest.mark.parametrize(("lower", "upper"), [(-INF, INF), (0.0, INF), (-INF, 0.0)])
def test_without_an_end_there_is_no_mean(lower: float, upper: float) -> None:
    assert math.isnan(widths([0.0] * 100 + [lower], [1.0] * 100 + [upper])[0])


def test_a_requirement_is_judged() -> None:
    chance = np.random.default_rng(0)
    wide = chance.gamma(4, 1, 2000)
    log = pa.table({"label": chance.normal(0, 1, 2000), "score": np.zeros(2000), "lower": -wide, "upper": wide})
    verdict, = shall.check({"subject": {"kind": "regressor", "target": "label"},
                            "requirements": {"narrow": "interval_width <= 9"}}, log, record=False).verdicts
    assert verdict.verdict is shall.Finding.MET
    assert verdict.deciding.value == pytest.approx(2 * wide.mean(), rel=1e-12)
