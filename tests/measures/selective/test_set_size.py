from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.core.errors import DataError
from shall.measures.selective.set_size import SUMS, estimate
from shall.testing import cells

SETS = [["cat"], ["cat", "dog"], [], None, ["owl", "dog", "cat"]]


def test_empty_sets_count_and_missing_ones_do_not() -> None:
    found = estimate(cells(set=SETS, group=list("aabbb"), by=["group"], axes=[], sums=SUMS,
                           classes=["cat", "dog", "owl"]))
    assert (found.value.tolist(), found.n.tolist()) == ([1.5, 1.5], [2, 2])


def test_only_missing_sets_are_not_available() -> None:
    log = pa.array([None, None], pa.list_(pa.string()))
    found = estimate(cells(set=log, axes=[], sums=SUMS, classes=["cat", "dog", "owl"]))     # type: ignore[arg-type]
    assert math.isnan(found.value[0])


def test_a_set_is_a_list() -> None:
    with pytest.raises(DataError, match="a prediction set is a list of classes"):
        cells(set=["cat|dog"], axes=[], sums=SUMS, classes=["cat", "dog", "owl"])


def test_a_requirement_of_groups_is_judged() -> None:
    chance = np.random.default_rng(0)
    group = chance.choice(["a", "b"], 4000)
    sizes = 1 + (chance.random(4000) < np.where(group == "a", 0.1, 0.7))
    log = pa.table({"label": chance.choice(["x", "y"], 4000), "group": group,
                    "prediction_set": [["x", "y"][:size] for size in sizes]})
    file: dict[str, Any] = {"subject": {"kind": "classifier", "target": "label", "positive": "y"},
                            "groups": {"group": "group"},
                            "requirements": {"small": "set_size over group <= 1.5", "mean": "set_size <= 1.5"}}
    small, mean = shall.check(file, log, record=False).verdicts
    assert (small.verdict, mean.verdict) == (shall.Finding.BROKEN, shall.Finding.MET)
    assert mean.deciding.value == sizes.mean()
