from __future__ import annotations

import pyarrow as pa
import pytest

from shall.adapters import Unlabelled, open_log
from shall.core.errors import DataError


def test_a_log_gets_a_column_of_labels_that_are_all_missing() -> None:
    log = Unlabelled(open_log(pa.table({"score": [0.1, 0.2], "id": [1, 2]})), "y")
    assert log.schema.names == ["score", "id", "y"]
    (batch,) = log.batches(["y", "score"])
    assert batch.to_pydict() == {"y": [None, None], "score": [0.1, 0.2]}
    assert next(iter(log.batches(["id"]))).schema.names == ["id"]
    assert log.digest() != open_log(pa.table({"score": [0.1, 0.2], "id": [1, 2]})).digest()
    assert [one.num_rows for one in log.batches(["y"])] == [2]


def test_a_column_that_is_not_there_is_told() -> None:
    with pytest.raises(DataError, match="pay"):
        list(Unlabelled(open_log(pa.table({"score": [0.1]})), "y").batches(["pay"]))
