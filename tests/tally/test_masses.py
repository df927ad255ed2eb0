"""Bins of equal mass, in each group its own."""

from __future__ import annotations

import numpy as np
import pytest

from shall.tally import by_mass, equal_mass, grid
from shall.testing import cells

CHANCE = np.random.default_rng(5)
ROWS = 4_000
SCORE = np.where(CHANCE.random(ROWS) < 0.95, CHANCE.random(ROWS), CHANCE.choice([np.nan, 2.0], ROWS))
LABEL = np.where(CHANCE.random(ROWS) < 0.9, CHANCE.random(ROWS) < 0.5, np.nan)
BRANCH, UNIT = CHANCE.choice(30, ROWS, p=np.arange(30) / np.arange(30).sum()), CHANCE.integers(0, 900, ROWS)
KNOWN = ~np.isnan(LABEL) & (SCORE <= 1)


def some(**more):
    return cells(label=LABEL, score=SCORE, branch=BRANCH, by=["branch"], **more)


def wanted(bins, weight):
    """Rows by group and bin, group by group on the whole grid."""
    found = []
    for branch in sorted(set(BRANCH.tolist()), key=str):
        mine = KNOWN & np.equal(BRANCH, branch)
        cell = grid.cell_of(SCORE[mine])
        every = np.bincount(cell, minlength=grid.CELLS)
        bin_of = np.minimum((np.cumsum(every) - every) * bins // max(every.sum(), 1), bins - 1)[cell]
        found.append(np.bincount(bin_of, weights=weight[mine], minlength=bins))
    return np.array(found)


def test_bins_have_as_many_rows_as_cells_allow():
    rows = CHANCE.integers(0, 20, 2000)
    bin_of = equal_mass(rows, 10)
    assert np.all(np.diff(bin_of) >= 0)
    sizes = np.bincount(bin_of, weights=rows)
    assert sizes.sum() == rows.sum() and np.abs(sizes - rows.sum() / 10).max() < 20


def test_a_heavy_cell_stays_whole_and_groups_are_cut_by_themselves():
    group = np.array([0, 0, 0, 0, 2, 2])
    assert equal_mass(np.array([1, 97, 1, 1, 5, 5]), 5, group).tolist() == [0, 0, 4, 4, 0, 2]
    none = np.zeros(0, dtype=np.int64)
    assert equal_mass(np.array([0, 0]), 5).tolist() == [0, 0] and equal_mass(none, 5, none).tolist() == []


@pytest.mark.parametrize("bins", [1, 7, 10])
def test_cells_are_cut_by_all_rows_whatever_these_count_for_and_whichever_unit_is_left_out(bins):
    weight = (1 + CHANCE.integers(0, 5, ROWS)) / 2
    for more, each in (({}, np.ones(ROWS)), ({"weight": weight}, weight), ({"unit": UNIT, "weight": weight}, weight)):
        counted = some(**more).weighing(len(more) and 1)
        every = [left for left, in counted.buckets()] or [counted]
        found = sum(left.placed(by_mass(left, bins), bins, "label")[:, :2].sum(axis=1) for left in every)
        assert found.tolist() == (max(len(every) - 1, 1) * wanted(bins, each)).tolist()


def test_nothing_is_cut_without_scores():
    counted = cells(label=[None, 1], score=[0.5, None])
    assert (by_mass(counted, 10) == -1).all()
