"""The fixed grids: every number in its cell, the same from any engine."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shall.tally import grid


@given(st.lists(st.one_of(st.floats(0, 1), st.sampled_from(grid.EDGES.tolist()),
                          st.sampled_from(np.nextafter(grid.EDGES, 0).tolist())), min_size=1))
def test_a_cell_is_where_a_search_among_the_edges_ends(scores: list[float]) -> None:
    array = np.array(scores)
    assert grid.cell_of(array).tolist() == (np.searchsorted(grid.EDGES, array, side="right") - 1).tolist()


def test_missing_and_out_of_range_have_cells_of_their_own() -> None:
    odd = np.array([math.nan, math.inf, -math.inf, -1e-300, np.nextafter(1, 2), 1.0, 0.0, -0.0])
    outside = grid.OUTSIDE
    assert grid.cell_of(odd).tolist() == [grid.MISSING, outside, outside, outside, outside, grid.CELLS - 1, 0, 0]
    assert grid.cell_of(odd.astype(np.float32))[0] == grid.MISSING


def test_edges_ascend_and_hold_every_thousandth() -> None:
    assert (np.diff(grid.EDGES) > 0).all()
    assert np.isin(np.arange(1000) / 1000, grid.EDGES).all()
    assert grid.EDGES[0] == 0
    assert grid.CELLS == 2602               # version 2 for ever; a change needs a new version
    assert grid.VERSION == 2


@pytest.mark.parametrize("bins", [1, 2, 5, 10, 20, 25, 50, 100, 1000])
def test_equal_width_bins_are_exact(bins: int) -> None:
    of_cell = grid.coarse(bins)
    assert of_cell is not None
    scores = np.concatenate([np.arange(1000) / 1000, np.random.default_rng(0).random(5000), grid.EDGES])
    edges = np.arange(0, 1000, 1000 // bins) / 1000
    assert of_cell[grid.cell_of(scores)].tolist() == (np.searchsorted(edges, scores, side="right") - 1).tolist()


@pytest.mark.parametrize("bins", [0, 3, 15, 2000])
def test_other_bins_are_refused(bins: int) -> None:
    assert grid.coarse(bins) is None


@given(st.lists(st.floats(allow_nan=False), min_size=1))
def test_a_value_lies_between_the_edges_of_its_code(values: list[float]) -> None:
    array = np.array(values)
    code = grid.code_of(array)
    low, high = grid.edges_of(code)
    finite = np.isfinite(array)
    assert ((low <= array) & (array <= high))[finite].all()
    normal = finite & (np.abs(array) > 1e-300)
    assert (high[normal] - low[normal] <= np.abs(array[normal]) * 2.0**-9).all()
    assert not (np.isfinite(low) & np.isfinite(high))[~finite].any()
    order = np.argsort(array, kind="stable")
    assert (np.diff(code[order]) >= 0).all()


def test_missing_values_have_no_code_and_both_zeros_have_one() -> None:
    assert grid.code_of(np.array([math.nan])).tolist() == [grid.NO_VALUE]
    assert len(set(grid.code_of(np.array([0.0, -0.0])).tolist())) == 1
    assert grid.code_of(np.array([math.inf])).max() < 2**23 - 1
