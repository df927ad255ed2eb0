from __future__ import annotations

from shall.measures.selective.selective_coverage import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(abstained=[True, False, False, None], axes=["abstained"]))
    assert (found.value.tolist(), found.n.tolist()) == ([2 / 3], [3])
