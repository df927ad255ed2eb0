from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn import metrics

from shall.measures.accuracy.roc_auc import estimate
from shall.testing import cells


def test_known_answer() -> None:
    found = estimate(cells(label=[1, 0, 1, 0, None], score=[0.9, 0.5, 0.5, 0.2, 0.1]))
    assert (found.value.tolist(), found.n.tolist()) == ([3.5 / 4], [4])


def test_real_data(real: Any) -> None:
    """Within what ties on the grid can do, and exactly on scores that have a cell of their own each."""
    wanted = [metrics.roc_auc_score(rows["label"], rows["score"]) for rows in real.groups]
    assert estimate(real.cells("label", "score")).value == pytest.approx(wanted, abs=1e-4)
    few = real.part(slice(0, 60))
    places = np.argsort(np.argsort(few.columns["score"])) / 100 + 0.1
    found = estimate(cells(label=few.columns["label"].tolist(), score=places.tolist()))
    assert found.value[0] == pytest.approx(metrics.roc_auc_score(few.columns["label"], places), rel=1e-12)


def test_one_class_is_not_available() -> None:
    found = estimate(cells(label=[1, 1], score=[0.2, 0.3]))
    assert np.isnan(found.value[0]) and [end[0] for end in found.bounds(0.05)] == [0, 1]
