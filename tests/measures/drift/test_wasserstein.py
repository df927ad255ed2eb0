from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from shall.measures.drift.wasserstein import estimate
from shall.testing import cells


def halves(real: Any, **options: Any) -> tuple[Any, Any]:
    return tuple(real.part(rows).cells("score", **options) for rows in (slice(10_000, None), slice(0, 10_000)))


def test_known_answer() -> None:
    """Two values, both moved by as much as they are apart: two standard deviations."""
    then = cells(amount=[1.0, 2.0] * 5000, axes=["value:amount"])
    now = cells(amount=[2.0, 3.0] * 5000, axes=["value:amount"])
    assert estimate(now, then).value[0] == pytest.approx(2, rel=2e-3)
    assert estimate(then, then).value[0] == 0


def test_real_data(real: Any) -> None:
    """A cell of the score is at most 0.001 wide."""
    now, then = halves(real)
    found = estimate(now, then)
    for group, sex in enumerate(np.unique(real.columns["sex"])):
        x, y = (part.columns["score"][part.columns["sex"] == sex]
                for part in (real.part(slice(10_000, None)), real.part(slice(0, 10_000))))
        assert found.plug_in[group] == pytest.approx(wasserstein_distance(x, y) / y.std(ddof=1), abs=2e-3)
    assert np.all(found.value < found.plug_in)


def test_numbers_of_any_size() -> None:
    chance = np.random.default_rng(0)
    x, y = chance.lognormal(12, 1, 3000), chance.lognormal(11.8, 1, 3000)
    logs = [cells(income=values.tolist(), axes=["value:income"]) for values in (x, y)]
    assert estimate(*logs).plug_in[0] == pytest.approx(wasserstein_distance(x, y) / y.std(ddof=1), rel=1e-3)


def test_what_is_no_number_is_not_available() -> None:
    log = cells(animal=["cat", "dog"], axes=["category:animal"])
    found = estimate(log, log)
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, np.inf]
    missing = cells(amount=[float("nan"), None, float("inf"), 1.0], axes=["value:amount"])
    assert np.isnan(estimate(missing, missing).value[0])
