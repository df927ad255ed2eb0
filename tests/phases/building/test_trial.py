"""What a calibration is worth is told of rows that it did not learn from."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from sklearn.datasets import load_breast_cancer

from shall import registry
from shall.methods.prepare import encode
from shall.methods.task import Sample
from shall.phases.building.ground import Ground, loss
from shall.phases.building.trial import _calibrated_in_folds


def test_a_calibration_that_has_seen_the_row_wins_nothing() -> None:
    data = load_breast_cancer()
    order = np.random.default_rng(0).permutation(len(data.target))
    table, label = pa.table({"x": data.data[:, 0]}), data.target[order].astype(np.int64)     # there is nothing to know
    sample = Sample(data.data[:, :1], label)
    ground = Ground(table, sample, encode.fit(table, ("x",)), ("0", "1"), (), np.arange(len(label)) % 5, 5, 5)
    score = (data.data[:, 0] - 6) / 25
    says = np.column_stack([1 - score, score])
    seen = registry.find("methods", "isotonic").fit(says, label, None)(says)
    usual = loss(np.full((len(label), 2), 1 / 2) * [2 * (1 - label.mean()), 2 * label.mean()], label)
    assert loss(seen, label) < usual - 0.005
    assert loss(_calibrated_in_folds(ground, "isotonic", says), label) > usual
