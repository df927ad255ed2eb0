"""The typical row: medians and most frequent values that at least ten rows share, and nobody's row."""

from __future__ import annotations

import datetime

import pyarrow as pa

from shall.graph import edge
from shall.graph.node import Input
from shall.phases.typical import typical

INPUTS = (Input("age", "number"), Input("share", "number"), Input("member", "number"), Input("city", "text"),
          Input("name", "text"), Input("day", "date"), Input("street", "hashed"), Input("gone", "number"))


def rows(number: int = 40) -> pa.Table:
    places = range(number)
    return pa.table({
        "age": pa.array([None if place % 5 == 0 else place for place in places], pa.int64()),
        "share": [place / 8 for place in places],
        "member": pa.array([place % 3 > 0 for place in places]),
        "city": pa.array([("Ulm", "Bonn", None)[place % 3] for place in places]).dictionary_encode(),
        "name": [f"person {place}" for place in places],
        "day": pa.array([datetime.datetime(2026, 1, 1) + datetime.timedelta(days=place) for place in places]),
        "street": ["Main" if place % 4 else f"own {place}" for place in places],
        "gone": pa.array([None] * (number - 3) + [1.0, 2.0, 3.0], pa.float64()),
    })


def test_each_kind_of_input():
    assert typical(INPUTS, rows()) == {
        "age": 19, "share": 2.375, "member": True, "city": "Ulm", "name": None, "day": "2026-01-20T00:00:00+00:00",
        "street": "Main", "gone": None}


def test_it_is_a_row_that_the_graph_takes():
    found = typical(INPUTS, rows())
    packed = edge.packed(INPUTS, [found])
    assert packed["numbers"].shape == (1, 6) and packed["texts"].shape == (1, 2)


def test_equal_counts_are_told_by_their_order_and_any_order_of_rows_gives_the_same():
    table = pa.table({"city": ["b", "a"] * 20})
    assert typical((Input("city", "text"),), table) == {"city": "a"}
    some = rows()
    assert typical(INPUTS, some.take(list(reversed(range(40))))) == typical(INPUTS, some)


def test_what_fewer_than_ten_rows_share_is_not_told():
    for number, told in ((9, None), (10, "x")):
        table = pa.table({"city": ["x"] * number + [f"own {place}" for place in range(30)]})
        assert typical((Input("city", "text"),), table) == {"city": told}
    assert typical(INPUTS, rows(9)) is None, "nobody is typical of so few"


def test_what_is_mostly_missing_or_infinite_is_missing():
    table = pa.table({"a": pa.array([None] * 21 + [1.0] * 19), "b": [float("inf")] * 40})
    assert typical((Input("a", "number"), Input("b", "number")), table) == {"a": None, "b": None}
