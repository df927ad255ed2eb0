"""The nearest rows: by all features of any kind, and by an embedding."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shall.adapters.frames import TableLog
from shall.core.errors import InputError
from shall.phases.slices.nearest import Near, embeddings, nearest

TABLE = pa.table({
    "age": [20.0, 21.0, 60.0, None, 20.0], "city": ["Bonn", "Bonn", "Ulm", None, "Kiel"],
    "new": [True, True, False, None, True], "seen": [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0], None, [2.0, 0.0]],
})
ALL = ("age", "city", "new")


def test_gower_by_hand():
    found = nearest(TableLog(TABLE, "it"), 0, ALL)
    reach = np.quantile([20.0, 21.0, 60.0, 20.0], 0.95) - np.quantile([20.0, 21.0, 60.0, 20.0], 0.05)
    assert found[0] == Near(1, pytest.approx(1 / reach / 3), ("age",))
    assert found[1] == Near(4, pytest.approx(1 / 3), ("city",))
    assert [one.place for one in found] == [1, 4, 2, 3] and found[3].distance == 1.0
    assert found[2].distance == pytest.approx(1.0) and set(found[2].apart) == set(ALL)


def test_what_both_lack_is_the_same():
    twice = pa.concat_tables([TABLE, TABLE.slice(3, 1)])
    assert nearest(TableLog(twice, "it"), 3, ALL)[0] == Near(5, 0.0, ())


def test_an_embedding_is_compared_by_its_angle():
    assert embeddings(TABLE.schema) == ("seen",)
    found = nearest(TableLog(TABLE, "it"), 0, ("seen",))
    assert [one.place for one in found] == [4, 1, 2], "a row without one is near to none"
    assert [one.distance for one in found] == pytest.approx([0.0, 1 - 0.9 / np.hypot(0.9, 0.1), 1.0])


def test_it_agrees_with_brute_force_whatever_the_batches():
    random = np.random.default_rng(1)
    table = pa.table({"a": random.normal(size=500), "b": random.integers(0, 5, 500),
                      "c": random.choice(list("xyz"), 500)})
    low, high = (np.quantile(table[name].to_numpy(), at) for name, at in (("a", 0.05), ("a", 0.95)))
    low_b, high_b = np.quantile(table["b"].to_numpy(), [0.05, 0.95])
    a, b, c = (table[name].to_numpy(zero_copy_only=False) for name in "abc")
    apart = (np.minimum(np.abs(a - a[7]) / (high - low), 1) + np.minimum(np.abs(b - b[7]) / (high_b - low_b), 1)
             + (c != c[7])) / 3
    apart[7] = np.inf
    for size in (500, 37):
        batches = pa.Table.from_batches(table.combine_chunks().to_batches(max_chunksize=size))
        found = nearest(TableLog(batches, "it"), 7, ("a", "b", "c"), 12)
        assert [one.distance for one in found] == pytest.approx(np.sort(apart)[:12].tolist())


def test_what_cannot_be_compared_is_told():
    log = TableLog(TABLE, "it")
    with pytest.raises(InputError, match="no row 6: the log has 5"):
        nearest(log, 5, ALL)
    with pytest.raises(InputError, match="no column to compare"):
        nearest(log, 0, ())
    with pytest.raises(InputError, match="no column never"):
        nearest(log, 0, ("never",))
