from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon

from shall.measures.drift.jensen_shannon import estimate
from shall.testing import cells


def halves(real: Any, **options: Any) -> tuple[Any, Any]:
    return tuple(real.part(rows).cells("score", **options) for rows in (slice(10_000, None), slice(0, 10_000)))


def test_known_answer() -> None:
    then, now = cells(score=[0.25] * 1000), cells(score=[0.75] * 1000)
    assert estimate(now, then).value[0] == pytest.approx(1, abs=0.01)
    assert estimate(then, then).value[0] == 0


def test_real_data(real: Any) -> None:
    """With half a row more in each bin, as scipy has it."""
    now, then = halves(real)
    found = estimate(now, then, bins=20)
    for group in range(2):
        counts, reference = found.counts[group] + 0.5, found.reference[group] + 0.5
        assert found.plug_in[group] == pytest.approx(jensenshannon(counts, reference, base=2) ** 2, rel=1e-9)
    assert np.all(found.value < 0.01)


def test_categories() -> None:
    then = cells(animal=["cat", "dog"] * 300, axes=["category:animal"])
    now = cells(animal=["cat", "dog", "dog", "cow"] * 150, axes=["category:animal"])
    wanted = jensenshannon([1 / 4, 1 / 4, 2 / 4], [1 / 2, 0, 1 / 2], base=2) ** 2
    assert estimate(now, then).value[0] == pytest.approx(wanted, abs=0.01)


def test_no_row_is_not_available() -> None:
    found = estimate(cells(score=[None, None][:0]), cells(score=[0.5, 0.6]))
    assert np.isnan(found.value).all() and [end[0] for end in found.bounds(0.05)] == [0, 1]
