from __future__ import annotations

import pytest

from shall.core.errors import DataError
from shall.measures.selective.coverage import estimate
from shall.testing import cells


def test_ends_of_an_interval_belong_to_it() -> None:
    log = cells(label=[1.0, 2.0, 3.0, 4.0, None], lower=[1.0, 0.0, 0.0, None, 0.0], upper=[1.5, 2.0, 2.5, 9.0, 1.0],
                axes=["covered"], kind="regressor")
    found = estimate(log)
    assert (found.value.tolist(), found.n.tolist()) == ([2 / 3], [3])


def test_an_interval_without_end_holds_everything() -> None:
    log = cells(label=[1e9], lower=[float("-inf")], upper=[float("inf")], axes=["covered"], kind="regressor")
    assert estimate(log).value.tolist() == [1.0]


def test_sets_of_classes() -> None:
    log = cells(label=["cat", "dog", "owl", None, "cat"], set=[["cat", "dog"], ["cat"], [], ["cat"], None],
                axes=["covered"], classes=["cat", "dog", "owl"])
    found = estimate(log)
    assert (found.value.tolist(), found.n.tolist()) == ([1 / 3], [3])


def test_a_set_is_a_list() -> None:
    with pytest.raises(DataError, match="a prediction set is a list of classes"):
        cells(label=["cat"], set=["cat|dog"], axes=["covered"], classes=["cat", "dog", "owl"])
