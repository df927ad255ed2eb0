"""Weighted: coverage where the features have moved by a known weight, which is lost without it."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.errors import DataError
from shall.methods.conform import split, weighted
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.probes import shift
from tests.methods.conform.conftest import FEATURES, Pool

RESPLITS = 300


def moved(pool: Pool) -> Any:
    """How much likelier a row is where the answer is used: people in the middle of their life, up to 30 times."""
    return np.exp(-((pool.age - 48) / 10) ** 2) + 1 / 30


def test_coverage_under_a_known_shift(census: Pool) -> None:
    weight = moved(census)
    found, plain = [], []
    for seed in range(RESPLITS):
        some, rest = census.parted(1000, seed)
        chance = np.random.default_rng(seed).random(len(rest))
        rest = rest[chance < weight[rest] / weight.max()]       # rows as they come there
        own = np.arange(len(rest)), census.y[rest]
        made = weighted.fit(census.P[some], census.y[some], weight[some], 0.9)
        found.append(made.sets(census.P[rest], weight[rest])[own].mean())
        plain.append(split.fit(census.P[some], census.y[some], 0.9).sets(census.P[rest])[own].mean())
    error = np.std(found) / np.sqrt(RESPLITS)
    assert np.mean(plain) < 0.87
    assert 0.9 - 3 * error < np.mean(found) < 0.9 + 3 * error + weight.max() / weight.sum() * len(weight) / 1000


def test_without_weights_of_the_new_rows_sets_are_larger(census: Pool) -> None:
    weight = moved(census)
    made = weighted.fit(census.P[:300], census.y[:300], weight[:300], 0.9)
    known, unknown = made.sets(census.P[300:], weight[300:]), made.sets(census.P[300:])
    assert (unknown >= known).all() and made.effective < 200


def test_equal_weights_are_split_s(digits: Pool, hours: Pool) -> None:
    for factor in (1.0, 0.1, 7.3):
        equal = np.full(len(digits.y), factor)
        made = weighted.fit(digits.P, digits.y, equal, 0.9, "aps")
        assert made.limits(equal[:2], 2).tolist() == [split.fit(digits.P, digits.y, 0.9, "aps").limit] * 2
        assert made.effective == pytest.approx(len(digits.y))
    middle = hours.P.mean(axis=1)
    low, high = weighted.fit(middle, hours.y, np.ones(len(middle))).interval(middle, np.ones(len(middle)))
    np.testing.assert_array_equal((low, high), split.fit(middle, hours.y).interval(middle))


def test_by_hand() -> None:
    made = weighted.fit(np.zeros(4), np.array([1.0, 2.0, 3.0, 4.0]), np.array([4.0, 3.0, 2.0, 1.0]), 0.5)
    assert made.limits(np.array([0.0, 4.0, 4.2, 30.0]), 4).tolist() == [2.0, 2.0, 3.0, np.inf]


def test_a_row_that_outweighs_the_rest_gets_everything_and_few_are_told(census: Pool) -> None:
    weight = np.where(np.arange(100) < 4, 1.0, 0.0)
    made = weighted.fit(census.P[:100], census.y[:100], weight, 0.9)
    assert "as much as 4.0 of equal weight, too few" in made.note
    assert made.sets(census.P[:5], np.ones(5)).all()
    assert weighted.fit(census.P[:100], census.y[:100], np.ones(100)).note == ""


def test_updates_and_plain_data(census: Pool) -> None:
    weight = moved(census)
    whole = weighted.fit(census.P, census.y, weight)
    part = weighted.fit(census.P[:99], census.y[:99], weight[:99])
    assert part.update(census.P[99:], census.y[99:], weight[99:]).described() == whole.described()
    assert weighted.of(json.loads(json.dumps(whole.described()))).described() == whole.described()


@pytest.mark.parametrize(("weight", "message"), [
    (np.zeros(50), "add up to nothing"), (np.full(50, np.nan), "missing, negative or infinite"),
    (-np.ones(50), "missing, negative"), (np.full(50, np.inf), "infinite"), (np.ones(49), "the lengths differ"),
])
def test_weights_that_are_none_are_refused(census: Pool, weight: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        weighted.fit(census.P[:50], census.y[:50], weight)
    with pytest.raises(DataError, match="takes a weight of 0 or more") if "nothing" not in message else (
            pytest.raises(DataError, match="add up to nothing")):
        if "nothing" in message:
            weighted.fit(census.P[:50], census.y[:50], weight)
        weighted.fit(census.P, census.y, np.ones(len(census.y))).sets(census.P[:50], weight)


def test_weights_that_were_learned_bring_the_coverage_there(census: Pool) -> None:
    """Nobody says how people moved: learners tell it from their features."""
    table = pq.read_table(fetch("adult") / "test.parquet")
    encoding = encode.fit(table, FEATURES)
    X = encoding(table)
    kept, rest = census.parted(4000, 0)
    rest = rest[np.random.default_rng(0).random(len(rest)) < (moved(census) / moved(census).max())[rest]]

    def learn(X: Any, y: Any, classes: int) -> Any:
        return lightgbm.fit(X, y, encoding.sizes, classes=classes, settings={"rounds": 30}).probabilities

    weight = shift.answers(X[kept], X[rest], learn)
    made = weighted.fit(census.P[kept], census.y[kept], weight, 0.9)
    own = np.arange(len(rest)), census.y[rest]
    plain = split.fit(census.P[kept], census.y[kept], 0.9).sets(census.P[rest])[own].mean()
    assert plain < 0.87 < 0.89 < made.sets(census.P[rest])[own].mean() < 0.92
