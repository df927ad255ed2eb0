from __future__ import annotations

import numpy as np
import pytest

from shall.graph import alike

RNG = np.random.default_rng(0)


@pytest.mark.parametrize("columns", [(0,), (2, 0), (1, 2, 0, 3), tuple(range(20))])
@pytest.mark.parametrize("rows", [1, 2, 255, 256, 3001])
def test_each_row_is_there_once_and_comes_back(rows: int, columns: tuple[int, ...]) -> None:
    numbers = RNG.normal(size=(rows, 20))
    numbers[RNG.random(numbers.shape) < 0.2] = np.nan
    order = alike.order(numbers, columns)
    assert sorted(order.tolist()) == list(range(rows))
    back = alike.put_back(numbers[order], order)
    assert np.array_equal(back, numbers, equal_nan=True)


def test_texts_come_back() -> None:
    texts = np.array([["a", "b"], ["c", "d"], ["e", "f"]], dtype=object)
    assert alike.put_back(texts[[2, 0, 1]], np.array([2, 0, 1])).tolist() == texts.tolist()


def test_the_first_column_counts_most_and_one_side_changes_from_group_to_group() -> None:
    numbers = RNG.normal(size=(4000, 6))
    columns = (4, 1, 3)
    order = alike.order(numbers, columns)
    middle = np.sort(numbers[::-(-4000 // alike.SAMPLE)], axis=0)
    sides = numbers[order][:, columns] > middle[len(middle) // 2][list(columns)]
    changes = sides[1:] != sides[:-1]
    assert changes.any(axis=1).sum() == 2 ** len(columns) - 1 and (changes.sum(axis=1) <= 1).all()
    assert changes[:, 0].sum() == 1 and changes[:, 1].sum() == 2 and changes[:, 2].sum() == 4


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 0.0])
def test_a_column_that_says_nothing_changes_no_order(value: float) -> None:
    numbers = RNG.normal(size=(2000, 3))
    other = numbers.copy()
    numbers[:, 0] = value
    assert np.array_equal(alike.order(numbers, (0, 2)), alike.order(other, (2,)))
