"""Who had an action: only where the values say so."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.phases.datasets.effects import had


@pytest.mark.parametrize("values", [
    [1, 0, None, 1], [1.0, 0.0, None, 1.0], [True, False, None, True], ["yes", "no", None, "yes"],
    ["Yes", "No", None, "Yes"], ["TRUE", "FALSE", None, "TRUE"], ["1", "0", None, "1"],
])
def test_values_that_say_it(values: list[Any]) -> None:
    assert had(pa.chunked_array([values]), "t").tolist() == [1, 0, -1, 1]
    assert had(pa.chunked_array([values[::-1]]), "t").tolist() == [1, -1, 0, 1]


@pytest.mark.parametrize("values", [
    ["placebo", "drug"], ["drug", "placebo"], [1, 2], [0, 2], ["yes", "false", "yes"], ["male", "female"], [-1, 1],
])
def test_values_that_do_not_say_it_are_refused(values: list[Any]) -> None:
    with pytest.raises(DataError, match="do not say which one is with the action: write 1 with it and 0 without"):
        had(pa.chunked_array([values]), "t")


@pytest.mark.parametrize(("values", "count"), [([1, 1], 1), ([0, 1, 2], 3), (["yes", "Yes", "no"], 3)])
def test_other_than_two_values(values: list[Any], count: int) -> None:
    with pytest.raises(DataError, match=f"has {count} values"):
        had(pa.chunked_array([values]), "t")
