from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.measures.drift.population_stability import estimate
from shall.testing import cells


def halves(real: Any, **options: Any) -> tuple[Any, Any]:
    return tuple(real.part(rows).cells("score", **options) for rows in (slice(10_000, None), slice(0, 10_000)))


def test_known_answer() -> None:
    """Shares 3/4 and 1/4 against 1/2 and 1/2."""
    then = cells(score=[0.25, 0.75] * 10_000)
    now = cells(score=[0.25, 0.25, 0.25, 0.75] * 5000)
    wanted = 0.25 * np.log(1.5) - 0.25 * np.log(0.5)
    assert estimate(now, then, bins=2).value[0] == pytest.approx(wanted, abs=3e-4)
    assert estimate(then, then).value[0] == 0


def test_real_data(real: Any) -> None:
    """Bins by the quantiles of the reference; within what the noise is."""
    then = real.columns["score"][:10_000]
    now = real.columns["score"][10_000:]
    edges = np.quantile(then, np.linspace(0, 1, 11)[1:-1])
    p, q = (np.bincount(np.searchsorted(edges, side), minlength=10) / len(side) for side in (now, then))
    found = estimate(cells(score=now.tolist()), cells(score=then.tolist()))
    assert found.plug_in[0] == pytest.approx(((p - q) * np.log(p / q)).sum(), abs=1e-3)
    noise = 9 * (1 / 10_000 + 1 / 10_000)
    assert found.plug_in[0] - found.value[0] == pytest.approx(min(noise, found.plug_in[0]), rel=0.05)


def test_by_group_and_a_group_that_the_reference_lacks(real: Any) -> None:
    now, then = halves(real)
    assert np.all(estimate(now, then).value < 0.05)
    lone = cells(score=[0.5] * 10, sex=["men"] * 10, by=["sex"])
    found = estimate(now, lone)
    assert np.isnan(found.value).sum() == 1
