"""The tree parts rows as they were made, its filters select its rows, and its figures are honest."""

import re

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import DataError
from shall.core.parse import parse_filter
from shall.methods.slices.columns import categories, numbers
from shall.methods.slices.error_tree import grow
from shall.tally.filters import selected


def world(seed, rows=6_000, planted=0.5):
    random = np.random.default_rng(seed)
    age = random.integers(18, 80, rows).astype(float)
    age[random.random(rows) < 0.05] = np.nan
    sex, noise = random.choice(["F", "M"], rows), random.normal(size=rows)
    rate = np.where((age >= 60) & (sex == "F"), planted, 0.1)
    table = pa.table({"age": pa.array(age), "sex": sex, "noise": noise})
    columns = [numbers("age", age, edges=[30, 45, 60]), categories("sex", sex), numbers("noise", noise)]
    return columns, (random.random(rows) < rate).astype(float), table


def test_finds_what_was_planted():
    columns, loss, _ = world(0)
    tree = grow(columns, loss)
    worst = max(tree.leaves, key=lambda leaf: leaf.loss)
    assert str(worst.filter) == "age >= 60 and sex = 'F'" and worst.low < 0.5 < worst.high
    assert len(tree.leaves) == 3 and "├ age >= 60" in str(tree) and str(tree).startswith("all rows: 0.1")
    assert all(re.search(r": 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\], ", line) for line in str(tree).splitlines()), str(tree)


def test_leaves_are_all_rows_once_and_filters_select_them():
    columns, loss, table = world(1)
    tree = grow(columns, loss)
    batch, seen = table.to_batches()[0], np.zeros(len(loss), dtype=int)
    told = np.random.default_rng(0).random(len(loss)) >= 0.5
    for leaf in tree.leaves:
        rows = selected(parse_filter(str(leaf.filter)), batch)
        seen += rows
        assert (rows & told).sum() == leaf.rows and loss[rows & told].mean() == pytest.approx(leaf.loss)
    assert (seen == 1).all() and sum(leaf.rows for leaf in tree.leaves) == tree.rows


def test_noise_is_seldom_parted():
    parted = sum(len(grow(*world(seed, 2_000, planted=0.1)[:2]).leaves) > 1 for seed in range(60))
    assert parted <= 6


def test_numbers_without_an_end():
    columns, loss, _ = world(2)
    cost = np.random.default_rng(0).gamma(2.0, 50.0, len(loss)) * (1 + 3 * loss)
    tree = grow(columns, cost)
    assert max(leaf.loss for leaf in tree.leaves) > 150 and tree.low < tree.loss < tree.high


def test_too_few_rows():
    columns, loss, _ = world(3)
    with pytest.raises(DataError, match="a tree needs 100 rows with a loss, and there are 60"):
        grow(columns, np.where(np.arange(len(loss)) < 60, loss, np.nan))
