from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import top_k_accuracy_score

from shall.measures.accuracy.top_k_accuracy import estimate
from shall.testing import cells


@pytest.mark.parametrize("k", [1, 2, 3, 4])
def test_random_tables_as_scikit_learn_has_them(k: int) -> None:
    chance = np.random.default_rng(k)
    scores = chance.integers(0, 4, (300, 5)) / 4            # many ties
    label = chance.integers(0, 5, 300)
    log = cells(label=[str(one) for one in label], classes=list("01234"), axes=["rank"],
                **{f"score_{name}": scores[:, name].tolist() for name in range(5)})
    assert estimate(log, k=k).value[0] == top_k_accuracy_score(label, scores, k=k, labels=range(5))


def test_a_missing_score_leaves_the_row_out() -> None:
    log = cells(label=["a", "b", None], score_a=[0.9, None, 0.1], score_b=[0.1, 0.3, 0.9], classes=["a", "b"],
                axes=["rank"])
    found = estimate(log, k=1)
    assert (found.value.tolist(), found.n.tolist()) == ([1.0], [1])
