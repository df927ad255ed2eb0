"""No cell below a number of rows: neither shown, nor to be had by subtraction."""

from __future__ import annotations

import pytest

from shall.core.evidence import GroupRow
from shall.phases.slices.small_cells import hidden, refused, shown


@pytest.mark.parametrize(("sizes", "least", "out"), [
    ([100, 200, 9], 10, [True, False, True]),               # 9 alone could be had from the whole
    ([100, 6, 7], 10, [False, True, True]),                 # 13 of two: neither of them
    ([100, 3, 4, 50], 10, [False, True, True, True]),       # 7 of two: one more
    ([100, 0, 200], 10, [False, False, False]),             # nobody is no secret
    ([9], 10, [True]), ([], 10, []), ([5, 5], 1, [False, False]), ([5, 4], 10, [True, True]),
    ([10, 10], 10, [False, False]),
])
def test_what_is_left_out(sizes, least, out):
    assert hidden(sizes, least) == out


@pytest.mark.parametrize("sizes", [[1, 1, 1, 500], [9, 10, 11], [4, 300, 5, 0, 2], [1, 1]])
def test_what_is_left_out_is_never_a_small_cell(sizes):
    out = sum(size for size, gone in zip(sizes, hidden(sizes, 10), strict=True) if gone)
    assert out == 0 or out >= 10 or all(gone or not size for size, gone in zip(sizes, hidden(sizes, 10), strict=True))


def test_a_slice_is_refused_by_its_rows_and_by_those_beside_it():
    assert "fewer than 10 rows" in refused(9, [100], 10)
    assert "taken away" in refused(95, [100], 10)
    assert refused(90, [100], 10) == refused(0, [100], 10) == refused(100, [100], 10) == refused(3, [100], 1) == ""


def test_a_value_of_too_few_rows_goes_with_its_group():
    rows = [GroupRow((("sex", name),), size, n, 0.5, 0.4, 0.6) for name, size, n in (("a", 100, 90), ("b", 80, 4))]
    first, second = shown(rows, 10)
    assert first == rows[0] and second.value is None and second.rows == second.n == 0
    assert second.note == "fewer than 10 rows here or beside it: not shown"
    assert shown(rows, 1) == tuple(rows)
