"""A log some of whose columns have a second name."""

from __future__ import annotations

import pyarrow as pa
import pytest

from shall.adapters.frames import TableLog
from shall.adapters.renamed import RenamedLog
from shall.core.errors import ShallError


def test_a_column_is_read_by_either_name() -> None:
    log = TableLog(pa.table({"score": [0.1, 0.9], "age": [30, 40]}), "tested")
    found = RenamedLog(log, {"shall_score": "score"})
    assert found.schema.names == ["score", "age", "shall_score"] and found.name == "tested"
    (batch,) = found.batches(["shall_score", "age", "score"])
    assert batch.to_pydict() == {"shall_score": [0.1, 0.9], "age": [30, 40], "score": [0.1, 0.9]}
    (bare,) = found.batches([])
    assert bare.num_rows == 2 and bare.num_columns == 0
    assert found.digest() == RenamedLog(log, {"shall_score": "score"}).digest() != log.digest()
    with pytest.raises(ShallError, match="decision"):
        [*found.batches(["decision"])]
