"""Scores packed: the figures of measures are those of the whole grid, and of no group by way of another."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from shall.tally import blocks, grid, packed
from shall.testing import cells

CHANCE = np.random.default_rng(3)
ROWS = 3_000
BRANCH = CHANCE.choice(40, ROWS, p=1 / np.arange(1, 41) / (1 / np.arange(1, 41)).sum())     # of 800 rows, and of 10
SCORE = np.where(BRANCH % 7, CHANCE.random(ROWS), np.nan)                                   # some have none
LABEL = np.where(CHANCE.random(ROWS) < 0.9, CHANCE.random(ROWS) < np.nan_to_num(SCORE, nan=0.5), np.nan)
WEIGHT = CHANCE.random(ROWS).round(2)
INTERCEPT = "shall.measures.calibration.calibration_intercept"
PACKED = ("shall.measures.accuracy.roc_auc", "shall.measures.accuracy.pr_auc", "shall.measures.accuracy.log_loss",
          "shall.measures.calibration.calibration_slope", INTERCEPT)


def some(rows=slice(None), score=SCORE, **more):
    return cells(label=LABEL[rows], score=score[rows], branch=BRANCH[rows], by=["branch"], **more)


def told(module, counted, power=0):
    """The value and the bounds of each group, [3, G]."""
    found = np.full((3, len(counted.groups)), np.inf)
    for places, block in blocks(counted, module.ALONG):
        family = module.estimate(block.weighing(power))
        found[:, places] = family.value, *family.bounds(0.05)
    return found


@pytest.mark.parametrize("name", PACKED)
def test_figures_are_those_of_the_whole_grid(name):
    module, counted = importlib.import_module(name), some()
    whole = module.estimate(counted)
    found = told(module, counted)
    assert np.isnan(found[0]).any() and np.isfinite(found[0]).sum() > 20
    np.testing.assert_allclose(found, [whole.value, *whole.bounds(0.05)], rtol=1e-9)


@pytest.mark.parametrize("name", PACKED)
def test_figures_of_a_group_do_not_depend_on_the_others(name, monkeypatch):
    module, counted = importlib.import_module(name), some()
    rows = 1 if name == INTERCEPT else 3            # exact bounds of shares are searched for together, all at once
    whole = told(module, counted)[:rows]
    even = [int(group[0][1]) % 2 == 0 for group in counted.groups]
    assert told(module, some(BRANCH % 2 == 0))[:rows].tobytes() == whole[:, even].tobytes()
    monkeypatch.setattr(packed, "AT_ONCE", 100)
    assert len(list(blocks(counted, "score"))) > 20
    assert told(module, counted)[:rows].tobytes() == whole.tobytes()


@pytest.mark.parametrize("power", [0, 1, 2])
def test_weights_are_those_of_the_whole_grid_in_one_layout(power):
    counted = some(weight=WEIGHT)
    whole = counted.weighing(power).table("label", "score")[:, :2, counted.scored]
    for places, block in blocks(counted, "score"):
        found = block.weighing(power).table("label", "score")[:, :2]
        assert found.shape[2] == block.table("label", "score").shape[2]
        for mine, theirs in zip(found, whole[places], strict=True):
            occurs = theirs.sum(axis=0) > 0
            assert mine[:, mine.sum(axis=0) > 0].tolist() == theirs[:, occurs].tolist()


def test_room_is_that_of_the_own_cells_of_a_group():
    counted, room = some(), {}
    for places, block in blocks(counted, "score"):
        table = block.table("label", "score")
        own = (table[:, :2].sum(axis=1) > 0).sum(axis=1)
        for place, occurs, group in zip(places, own, block.groups, strict=True):
            assert counted.groups[place] == group and block.judged.all() and not table[:, 2].any()
            room[group] = int(occurs), table.shape[2]
    assert len(room) == len(counted.groups)
    assert all(wide == 16 if own <= 16 else wide / 2 < own <= wide for own, wide in room.values())
    assert len({wide for _, wide in room.values()}) > 3


def test_few_scores_are_the_same_cells_in_every_group():
    counted = some(score=np.where(BRANCH < 20, 0.25, 0.75))
    (places, block), = blocks(counted, "score")
    assert places.tolist() == [*range(len(counted.groups))] and block.scored == slice(0, 2)
    occurs = counted.table("label", "score")[:, :, [grid.cell_of(np.array([score]))[0] for score in (0.25, 0.75)]]
    assert block.table("label", "score")[:, :2].tolist() == occurs[:, :2].tolist()


def test_nothing_is_a_block_without_scores():
    for rows in (np.zeros(ROWS, dtype=bool), np.isnan(SCORE), np.isnan(LABEL)):
        found = list(blocks(some(rows), "score"))
        assert sum(len(places) for places, _ in found) == len(some(rows).groups)
        assert not any(block.table("label", "score").any() for _, block in found) and len(found) == 1


def test_a_deleted_bucket_leaves_what_it_does_not_touch():
    module, counted = importlib.import_module("shall.measures.accuracy.log_loss"), some(unit=np.arange(ROWS) // 9)
    whole, still = told(module, counted)[0], 0
    for (left,) in counted.buckets():
        same = left.rows == counted.rows
        still += same.sum()
        assert told(module, left)[0, same].tobytes() == whole[same].tobytes()
    assert still > 1_000
