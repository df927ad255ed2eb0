from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.measures.cost.quantile import estimate
from shall.testing import cells


def test_known_answer() -> None:
    log = cells(latency=[1.0, 2.0, 3.0, 4.0, None], axes=["value:latency"])
    assert estimate(log, "latency").value[0] == pytest.approx(2, rel=1e-3)
    assert estimate(log, "latency", q=0.99).value[0] == pytest.approx(4, rel=1e-3)


@pytest.mark.parametrize("q", [0.01, 0.5, 0.9, 0.999])
def test_numpy_within_a_cell(real: Any, q: float) -> None:
    score = real.columns["score"]
    found = estimate(cells(latency=score.tolist(), axes=["value:latency"]), "latency", q=q)
    wanted = np.quantile(score, q, method="inverted_cdf")
    assert found.value[0] == pytest.approx(wanted, rel=1e-3)
    low, high = found.bounds(0.05)
    assert low[0] <= wanted <= high[0] < wanted * 1.6


def test_a_column_without_a_number() -> None:
    found = estimate(cells(latency=[None, float("nan")], axes=["value:latency"]), "latency")
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [-np.inf, np.inf]


def test_the_highest_of_a_weighted_group_is_its_own() -> None:
    """A rank can lie beyond a number of rows that is a fraction: 11 of 10.4."""
    chance = np.random.default_rng(0)
    latency, branch = chance.lognormal(size=200), np.arange(200) % 2
    latency[1] = 1e9
    counted = cells(latency=latency.tolist(), branch=branch.tolist(), by=["branch"], axes=["value:latency"])
    found = estimate(counted, "latency", q=0.999)
    for factor in np.linspace(0.1, 1, 20):
        fewer = found.scaled(np.full(2, factor))
        assert fewer.value == pytest.approx([latency[::2].max(), 1e9], rel=1e-3)
        assert fewer.bounds(0.05)[0][0] <= latency[::2].max()
