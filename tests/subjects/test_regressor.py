"""Which column of a regressor plays which role."""

from __future__ import annotations

import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.core.log import Column
from shall.subjects import Asked
from shall.subjects.regressor import bind


def test_roles_are_guessed_by_name() -> None:
    found = bind(pa.table({"y": [1.0], "y_hat": [2], "lower": [0.0], "upper": [3.0]}), Asked())
    assert found.kind == "regressor"
    assert {role: column.name for role, column in found.roles} == {
        "score": "y_hat", "label": "y", "lower": "lower", "upper": "upper"}


@pytest.mark.parametrize(("values", "kind"), [(["a"], "string"), ([[1.0]], "list")])
def test_a_target_is_a_number(values: list[object], kind: str) -> None:
    with pytest.raises(DataError, match=f"the target column y is {kind}"):
        bind(pa.table({"y": values}), Asked())


def test_a_named_column_must_be_there() -> None:
    with pytest.raises(DataError, match="the score column guess is not in the log; it has y"):
        bind(pa.table({"y": [1.0]}), Asked(columns={"score": Column("guess")}))
