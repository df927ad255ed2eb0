from __future__ import annotations

import numpy as np
import pytest

from shall.core.errors import DataError
from shall.graph.booster import Booster, packed, unpacked, whole


def test_a_booster_comes_back_from_its_bytes() -> None:
    settings = {"value": np.array([1.0, np.nan]), "outputs": 3, "precision": "single", "whole": np.array([True])}
    one = Booster("xgboost 3.2.0", "trees", settings, 2, 3, "multi:softprob", "softmax", "single", 1.5, 2.0, ("a", "b"),
                  {1: ("Oslo", "Bergen"), 0: (1, 2.5)}, (("x",), ()))
    again = unpacked(packed(one))
    np.testing.assert_array_equal(again.settings["value"], settings["value"])
    assert again.settings["outputs"] == 3 and again.settings["whole"].dtype == np.bool_
    assert (again.names, again.categories, again.listed) == (one.names, one.categories, one.listed)
    assert (again.link, again.scale, again.divisor, again.objective) == ("softmax", 1.5, 2.0, "multi:softprob")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"hello", packed(
    Booster("x", "trees", {}, 1, 1, "", None, "double"))[:-30]])
def test_other_bytes_are_a_clear_error(content: bytes) -> None:
    with pytest.raises(DataError, match="no booster"):
        unpacked(content)


def test_whole_numbers_have_limits() -> None:
    assert whole("7", "width", 0, 9) == 7
    for told in ("x", None, "7.5", float("inf"), 10, -1, "9" * 5000):
        with pytest.raises(DataError, match="width"):
            whole(told, "width", 0, 9)
