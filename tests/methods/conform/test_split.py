"""Split: coverage has its exact law on real rows, for every score; what is merged is what was whole."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from scipy.stats import betabinom

from shall import graph
from shall.core.errors import DataError, InputError
from shall.methods.conform import split
from shall.stats.coverage_law import Law
from tests.methods.conform.conftest import RESPLITS, Pool, follows

SCORES = ("lac", "aps", "raps")


def covered(pool: Pool, rows: int, coverage: float, score: str = "lac") -> tuple[Any, Law, int]:
    """How many of the remaining rows are covered, in each resplit; the law, and how many rows remain."""
    found = []
    for seed in range(RESPLITS):
        some, rest = pool.parted(rows, seed)
        made = split.fit(pool.P[some], pool.y[some], coverage, score)
        found.append(made.sets(pool.P[rest])[np.arange(len(rest)), pool.y[rest]].sum())
    return np.array(found), made.law, len(rest)


@pytest.mark.parametrize("score", ["lac", "aps"])
def test_coverage_of_census_rows_has_its_law(census: Pool, score: str) -> None:
    found, law, rows = covered(census, 1000, 0.9, score)
    assert follows(found, law, rows) > 0.001
    assert abs(found.mean() / rows - law.mean) < 4 * law.deviation / np.sqrt(RESPLITS)


@pytest.mark.slow
@pytest.mark.parametrize("coverage", [0.5, 0.8, 0.95, 0.99])
@pytest.mark.parametrize("score", SCORES)
def test_coverage_has_its_law_for_every_score(census: Pool, digits: Pool, coverage: float, score: str) -> None:
    for pool, rows in ((census, 1000), (census, 37), (digits, 300)):
        assert follows(*covered(pool, rows, coverage, score)) > 0.001


def test_the_law_would_show_a_rank_that_is_one_off(digits: Pool) -> None:
    found, law, rows = covered(digits, 50, 0.9)
    assert follows(found, law, rows) > 0.001
    for wrong in (Law(law.a - 1, law.b + 1), Law(law.a + 1, law.b - 1)):
        assert follows(found, wrong, rows) < 1e-6


def test_the_law_of_a_finite_test_is_scipy_s() -> None:
    law = Law(901, 100)
    np.testing.assert_allclose(law.seen(300), betabinom(300, 901, 100).pmf(np.arange(301)), rtol=1e-9)


def test_scores_by_hand() -> None:
    P = np.array([[0.5, 0.3, 0.2], [0.1, 0.1, 0.8]])
    for score, wanted in (("lac", [[0.5, 0.7, 0.8], [0.9, 0.9, 0.2]]),
                          ("aps", [[0.25, 0.65, 0.9], [0.85, 0.85, 0.4]]),
                          ("raps", [[0.25, 0.75, 1.1], [0.95, 0.95, 0.4]])):
        made = split.fit(P[[0, 0, 1]], np.array([0, 1, 2]), 0.5, score)
        np.testing.assert_allclose(made.score.every(P), wanted, atol=1e-15)
        np.testing.assert_allclose(made.score.own(P, np.array([1, 0])), [wanted[0][1], wanted[1][0]], atol=1e-15)


def test_numbers_have_intervals(hours: Pool) -> None:
    middle = hours.P.mean(axis=1)
    found = []
    for seed in range(RESPLITS):
        some, rest = hours.parted(800, seed)
        made = split.fit(middle[some], hours.y[some], 0.9)
        low, high = made.interval(middle[rest])
        found.append(((low <= hours.y[rest]) & (hours.y[rest] <= high)).sum())
    assert follows(np.array(found), made.law, len(rest)) > 0.001
    np.testing.assert_allclose(high - low, 2 * made.limit)


def test_few_rows_promise_nothing_and_say_so() -> None:
    P, y = np.full((8, 2), 0.5), np.arange(8) % 2
    made = split.fit(P, y, 0.9)
    assert made.sets(P).all() and "8 calibration rows are too few for a coverage of 0.9: it takes 9" in made.note
    assert made.law.mean == 1
    assert split.fit(np.tile(P, (2, 1))[:9], np.arange(9) % 2, 0.9).note == ""
    low, high = split.fit(np.zeros(3), np.arange(3.0)).interval(np.zeros(1))
    assert (low[0], high[0]) == (-np.inf, np.inf)


def test_updates_and_merges_are_the_whole(digits: Pool) -> None:
    whole = split.fit(digits.P, digits.y, 0.9, "aps")
    first = split.fit(digits.P[:700], digits.y[:700], 0.9, "aps")
    by_row = first
    for row in range(700, 720):
        by_row = by_row.update(digits.P[row:row + 1], digits.y[row:row + 1])
    assert by_row.update(digits.P[720:], digits.y[720:]).described() == whole.described()
    assert split.fit(digits.P[700:], digits.y[700:], 0.9, "aps").merged(first).described() == whole.described()
    assert first.update(digits.P[:0], digits.y[:0]).described() == first.described()


def test_rounded_scores_are_few_and_cover_no_less(census: Pool) -> None:
    exact, rounded = (split.fit(census.P, census.y, 0.9, bits=bits) for bits in (None, 10))
    assert len(rounded.kept.value) < 6000 < len(exact.kept.value)
    assert exact.limit <= rounded.limit <= exact.limit * (1 + 2**-9)
    assert rounded.update(census.P, census.y).kept.n == 2 * len(census.y)


@pytest.mark.parametrize("score", SCORES)
def test_the_graph_says_the_same(digits: Pool, score: str) -> None:
    made = split.fit(digits.P[:600], digits.y[:600], 0.9, score)
    x = graph.inputs({f"p{place}": "number" for place in range(10)})
    compiled = graph.compile(x, set=split.nodes(made, x.numeric))
    rows = [{f"p{place}": value for place, value in enumerate(row)} for row in digits.P.tolist()]
    np.testing.assert_array_equal(compiled(rows)["set"], made.sets(digits.P))   # those on the limit are among them


def test_the_graph_of_an_interval() -> None:
    made = split.fit(np.zeros(20), np.arange(20.0), 0.9)
    x = graph.inputs({"y": "number"})
    np.testing.assert_array_equal(graph.compile(x, i=split.nodes(made, x.numeric))([{"y": 1.5}])["i"], [[-16.5, 19.5]])


def test_plain_data_comes_back(digits: Pool) -> None:
    made = split.fit(digits.P, digits.y, 0.8, "raps", penalty=0.2, free=2, bits=12)
    back = split.of(json.loads(json.dumps(made.described())))
    assert back.described() == made.described()
    np.testing.assert_array_equal(back.sets(digits.P), made.sets(digits.P))


def test_a_million_scores_take_less_than_a_second() -> None:
    chance = np.random.default_rng(0)
    P = chance.dirichlet(np.full(3, 0.5), 1_000_000)
    y = chance.integers(0, 3, len(P))
    began = time.process_time()
    made = split.fit(P, y, 0.9)
    sets = made.sets(P)
    assert time.process_time() - began < 1
    assert sets[np.arange(len(y)), y].mean() == pytest.approx(0.9, abs=2e-6)


@pytest.mark.parametrize(("P", "y", "settings", "error", "message"), [
    ([[0.5, 0.5]] * 3, [1, 1, 1], {}, DataError, "the same label"),
    ([2.0] * 3, [1.0, 1.0, 1.0], {}, DataError, "the same label"),
    (np.zeros((0, 2)), np.zeros(0, int), {}, DataError, "no row to calibrate on"),
    ([[0.5, np.nan]] * 3, [0, 1, 1], {}, DataError, "some are missing"),
    ([1.0, np.nan, 2.0], [0, 1, 1], {}, DataError, "some are missing or infinite"),
    ([1.0, 3.0, 2.0], [0, np.nan, 1], {}, DataError, "target is a number in each row"),
    ([[0.5, 0.5]] * 3, [0, 1, 2], {}, DataError, "from 0 to 1"),
    ([[0.5, 0.5]] * 3, [0, 1], {}, DataError, "give one each"),
    ([[0.5, 0.5]] * 3, [0, 1, 1], {"coverage": 90}, DataError, "between 0 and 1, such as 0.9"),
    ([[0.5, 0.5]] * 3, [0, 1, 1], {"score": "luck"}, InputError, "lac, aps, raps"),
    ([[0.5, 0.5]] * 3, [0, 1, 1], {"score": "raps", "penalty": -1}, InputError, "0 or more"),
])
def test_what_cannot_be_calibrated_on_is_refused(P: Any, y: Any, settings: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        split.fit(np.array(P), np.array(y), **settings)


def test_another_shape_is_refused(digits: Pool) -> None:
    made = split.fit(digits.P, digits.y)
    with pytest.raises(InputError, match=r"made for probabilities of 10 classes.*\(4, 3\)"):
        made.sets(np.full((4, 3), 1 / 3))
    with pytest.raises(InputError, match="ask sets"):
        made.interval(np.zeros(3))
    with pytest.raises(InputError, match="ask interval"):
        split.fit(np.zeros(3), np.arange(3.0)).sets(np.zeros(3))
