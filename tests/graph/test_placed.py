from __future__ import annotations

import numpy as np

from shall import graph as g
from shall.graph.kinds import MISSING
from shall.graph.placed import STRANGE, Rows, placed
from shall.graph.value import Value

REAL = {"numbers": np.array([[1.0, 20.0], [2.0, 30.0]]), "texts": np.array([["Oslo"], ["Paris"]], dtype=object)}


def rows_of(value: Value, x: g.Columns, least: int = 50) -> dict[str, Rows]:
    return {rows.kind: rows for rows in placed(g.compile(x, out=value).graph, REAL, 0, least)}


def inputs() -> g.Columns:
    return g.inputs({"age": "number", "pay": "number", "city": ["Oslo", "Paris", "Rome"]})


def test_a_limit_is_hit_with_its_neighbours_in_both_precisions() -> None:
    x = inputs()
    found = rows_of(x["pay"] > 24.1, x)["edges"].packed["numbers"][:, 1]
    single = np.float32(24.1)
    for value in (24.1, np.nextafter(24.1, 99), np.nextafter(24.1, 0), single, np.nextafter(single, np.float32(99))):
        assert float(value) in found


def test_a_limit_behind_a_scaling_is_traced_back() -> None:
    x = inputs()
    scaled = (g.stack(x["pay"], x["age"]) - np.array([5.0, 7.0])) / 2.0
    found = rows_of(1.0 - scaled[:, 1] > 10.0, x)["edges"].packed["numbers"][:, 0]
    assert -11.0 in found                                # 1 - (age - 7) / 2 = 10


def test_a_limit_behind_an_imputation_is_traced_back() -> None:
    x = inputs()
    filled = g.where(x.numeric.isna(), np.array([1.0, 2.0]), x.numeric)
    found = rows_of(filled[:, 1] > 24.25, x)["edges"].packed["numbers"][:, 1]
    assert {24.25, float(np.nextafter(24.25, 99))} <= set(found.tolist())


def test_each_category_and_none_of_them() -> None:
    x = inputs()
    found = set(rows_of(x["age"] + 1, x)["edges"].packed["texts"][:, 0].tolist())
    assert {"Oslo", "Paris", "Rome", MISSING, *STRANGE} <= found


def test_missing_and_infinite_numbers_come_and_the_infinite_apart() -> None:
    x = inputs()
    found = rows_of(x["age"] + 1, x)
    assert np.isnan(found["edges"].packed["numbers"]).any()
    assert not np.isinf(found["edges"].packed["numbers"]).any()
    assert np.isinf(found["infinite"].packed["numbers"]).any(axis=1).all()


def test_at_least_as_many_as_asked_and_the_same_for_a_seed() -> None:
    x = inputs()
    made, again = (rows_of(x["age"] > 1, x, 5000) for _ in range(2))
    assert sum(map(len, made.values())) >= 5000
    for kind, rows in made.items():
        assert np.array_equal(rows.packed["numbers"], again[kind].packed["numbers"], equal_nan=True)


def test_one_column_is_moved_at_a_time_and_the_rest_is_a_real_row() -> None:
    x = inputs()
    edges = rows_of(x["pay"] > 24.1, x)["edges"]
    pairs = {tuple(row) for row in REAL["numbers"].tolist()}
    moved = [row for row, city in zip(edges.packed["numbers"].tolist(), edges.packed["texts"][:, 0], strict=True)
             if city in ("Oslo", "Paris")]
    assert all(any(age == a or pay == p for a, p in pairs) for age, pay in moved)


def test_without_rows_nothing_is_placed() -> None:
    x = inputs()
    made = g.compile(x, out=x["age"] + 1).graph
    assert list(placed(made, {"numbers": np.zeros((0, 2)), "texts": np.zeros((0, 1), dtype=object)})) == []
