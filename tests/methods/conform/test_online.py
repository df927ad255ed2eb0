"""Online: the bound of the theorem, on real streams that drift and on ones made to be hard."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall.core.errors import DataError, InputError
from shall.methods.conform import online, split
from tests.methods.conform.conftest import Pool

SEVERAL = (0.001, 0.004, 0.016, 0.064)
START = 2000


def by_age(pool: Pool) -> Pool:
    """The young first: a stream whose rows become harder, and then easier."""
    order = np.argsort(pool.age, kind="stable")
    return Pool(pool.P[order], pool.y[order], pool.group[order], pool.age[order])


def walked(pool: Pool, **settings: Any) -> tuple[Any, online.Online]:
    """Whether each row was covered, and the end."""
    start = online.fit(pool.P[:START], pool.y[:START], **settings)
    limits, end = start.walked(pool.P[START:], pool.y[START:])
    return start.score.own(pool.P[START:], pool.y[START:]) <= limits + 1e-12, end


@pytest.mark.parametrize("gamma", [0.002, 0.005, 0.02, 0.1])
def test_the_bound_holds_on_a_stream_that_drifts(census: Pool, gamma: float) -> None:
    covered, end = walked(by_age(census), gamma=gamma)
    for rows in (100, 1000, 5000, len(covered)):
        bound = (0.9 + gamma) / (gamma * rows)              # proposition 4.1
        assert abs(covered[:rows].mean() - 0.9) <= bound
    assert end.covered == pytest.approx(covered.mean()) and end.bound == pytest.approx(bound)
    assert abs(end.covered - 0.9) <= end.bound


def test_it_keeps_what_one_limit_loses(census: Pool) -> None:
    stream = by_age(census)
    covered, _ = walked(stream, gamma=0.02)
    plain = split.fit(stream.P[:START], stream.y[:START], 0.9).sets(stream.P[START:])[
        np.arange(len(stream.y) - START), stream.y[START:]]
    parts = np.array_split(np.arange(len(covered)), 8)
    worst = min(plain[rows].mean() for rows in parts)
    assert worst < 0.8 and min(covered[rows].mean() for rows in parts) > 0.885


def test_years_of_employment(tmp_path: Any) -> None:
    """People of 2016 to 2018, by the model that was made of 2015."""
    folder = fetch("employment")
    labels = pq.read_table(folder / "labels.parquet")
    told = dict(zip(labels["id"].to_pylist(), labels["employed"].to_pylist(), strict=True))
    score, y = [], []
    for year in (2016, 2017, 2018):
        table = pq.read_table(folder / "decisions" / f"{year}.parquet").slice(0, 8000)
        score += table["predicted_probability"].to_pylist()
        y += [int(told[one]) for one in table["id"].to_pylist()]
    stream = Pool(np.column_stack([1 - np.array(score), score]), np.array(y), np.array([]), np.array([]))
    for settings in ({"gamma": 0.005}, {"gamma": 0.02, "window": 200}):
        covered, end = walked(stream, **settings)
        assert len(covered) == 22_000 and abs(covered.mean() - 0.9) <= end.bound < 0.01
    covered, _ = walked(stream, gamma=SEVERAL)
    assert covered.mean() == pytest.approx(0.9, abs=0.005)


@pytest.mark.parametrize("stream", ["always wrong", "always right", "turns", "against it"])
def test_the_bound_holds_on_a_stream_made_against_it(stream: str) -> None:
    """Numbers whose error the adversary chooses, the last one knowing the limit."""
    chance = np.random.default_rng(0)
    now = online.fit(np.zeros(50), chance.normal(0, 1, 50), 0.8, gamma=0.02, window=50)
    for row in range(1500):
        y = {"always wrong": 1.0 + row, "always right": 0.0, "turns": 1e6 * (row // 300 % 2),
             "against it": np.clip(now.limit, 0, 1e9) * 1.1 + 1 if now.level > 0 else 0.0}[stream]
        now = now.update(np.zeros(1), np.array([y]))
    assert abs(now.covered - 0.8) <= now.bound < 0.05


def test_several_steps_find_the_one_that_fits(census: Pool) -> None:
    covered, end = walked(by_age(census), gamma=SEVERAL)
    assert covered.mean() == pytest.approx(0.9, abs=0.01)
    assert sum(end.trust) == pytest.approx(1) and min(end.trust) > 0 and end.bound == 1
    parts = np.array_split(covered, 8)
    assert min(part.mean() for part in parts) > 0.87


def test_rows_one_by_one_are_the_whole(digits: Pool) -> None:
    for settings in ({}, {"gamma": SEVERAL, "window": 100}):
        start = online.fit(digits.P[:100], digits.y[:100], score="aps", **settings)
        whole, now = start.update(digits.P[100:200], digits.y[100:200]), start
        for row in range(100, 200):
            now = now.update(digits.P[row:row + 1], digits.y[row:row + 1])
        assert now.described() == whole.described() and now.rows == 100
        assert online.of(json.loads(json.dumps(now.described()))).described() == now.described()


def test_sets_and_intervals_as_things_stand(digits: Pool) -> None:
    start = online.fit(digits.P[:400], digits.y[:400], gamma=0.05)
    np.testing.assert_array_equal(start.sets(digits.P), split.fit(digits.P[:400], digits.y[:400]).sets(digits.P))
    assert np.isnan(start.covered) and start.bound == 1
    worse = start.update(digits.P[400:700], (digits.y[400:700] + 1) % 10)
    assert worse.sets(digits.P).sum() > 3 * start.sets(digits.P).sum()
    numbers = online.fit(np.zeros(99), np.arange(99.0))
    assert numbers.interval(np.ones(1)) == (np.array([-88.0]), np.array([90.0]))


@pytest.mark.parametrize(("settings", "error", "message"), [
    ({"gamma": 0}, InputError, "a step between 0 and 1"), ({"gamma": ()}, InputError, "a step between 0 and 1"),
    ({"window": 0}, InputError, "a row at least"), ({"coverage": 1.0}, DataError, "between 0 and 1"),
])
def test_settings_that_are_none_are_refused(digits: Pool, settings: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        online.fit(digits.P[:50], digits.y[:50], **settings)
