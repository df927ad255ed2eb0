"""A predicate and its filter select the same rows."""

import numpy as np
import pyarrow as pa
import pytest

from shall.core.errors import InputError
from shall.core.parse import parse_filter
from shall.methods.slices.columns import categories, numbers
from shall.tally.filters import selected

RANDOM = np.random.default_rng(0)
NUMBERS = {
    "skewed": np.where(RANDOM.random(500) < 0.9, 0.0, RANDOM.lognormal(3, 2, 500)),
    "tiny": RANDOM.normal(0, 1e-9, 500),
    "negative": RANDOM.integers(-20, 20, 500).astype(float),
    "halves": RANDOM.choice([0.5, 1.5, 2.5, np.nan], 500),
    "large": RANDOM.normal(3e15, 1e14, 500),
    "same": np.full(500, 7.0),
}


def agree(column, table):
    batch = table.to_batches()[0]
    for place, said in enumerate(column.filters):
        again = parse_filter(str(said))
        assert str(again) == str(said)
        assert (selected(again, batch) == column.holds(place)).all(), str(said)


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bins", [1, 2, 7])
def test_ranges_of_numbers(name, bins):
    column = numbers("x y", NUMBERS[name], bins)
    agree(column, pa.table({"x y": pa.array(NUMBERS[name])}))
    assert len(set(map(str, column.filters))) == len(column.filters)


def test_whole_numbers_are_compared_without_a_point():
    column = numbers("age", [18, 30, 30, 44, 60], edges=[30, 50])
    assert list(map(str, column.filters)) == ["age = 18", "age < 50", "age >= 30 and age < 50", "age >= 30", "age = 60"]
    agree(column, pa.table({"age": pa.array([18, 30, 30, 44, 60])}))


def test_missing_numbers_are_a_predicate_of_their_own():
    column = numbers("x", [1.0, np.nan, 2.0])
    assert list(map(str, column.filters)) == ["x = 1", "x is not missing", "x = 2", "x is missing"]
    agree(column, pa.table({"x": pa.array([1.0, np.nan, 2.0])}))


@pytest.mark.parametrize("values", [["a'b", "c", None, "c", ""], [True, False, None], [3, 1, 3, None]])
def test_categories(values):
    column = categories("k", values)
    agree(column, pa.table({"k": pa.array(values)}))
    assert len(column.filters) == len(set(values))


def test_rare_categories_have_no_predicate():
    column = categories("k", ["a", "a", "b"], least=2)
    assert [str(one) for one in column.filters] == ["k = 'a'"]
    assert column.holds(0).tolist() == [True, True, False]


def test_a_bin_holds_about_as_many_rows_as_the_others():
    counts = np.bincount(numbers("x", RANDOM.normal(size=1000), bins=8).codes)
    assert len(counts) == 8 and counts.min() > 100


def test_numbers_that_cannot_be_compared_are_refused():
    with pytest.raises(InputError, match=r"2\*\*53"):
        numbers("id", [2.0**60, 1.0])
