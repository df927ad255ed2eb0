"""CQR: the law on real rows, on both sides, and intervals that are wide where the target varies."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from shall import graph
from shall.core.errors import DataError
from shall.methods.conform import cqr, split
from shall.stats.coverage_law import law
from tests.methods.conform.conftest import RESPLITS, Pool, follows


def test_coverage_has_its_law(hours: Pool) -> None:
    found = []
    for seed in range(RESPLITS):
        some, rest = hours.parted(1000, seed)
        made = cqr.fit(hours.P[some, 0], hours.P[some, 1], hours.y[some], 0.9)
        low, high = made.interval(hours.P[rest, 0], hours.P[rest, 1])
        found.append(((low <= hours.y[rest]) & (hours.y[rest] <= high)).sum())
    assert follows(np.array(found), made.law, len(rest)) > 0.001


def test_each_side_has_its_law_where_each_has_half_of_the_risk(hours: Pool) -> None:
    below, above = [], []
    for seed in range(RESPLITS):
        some, rest = hours.parted(1000, seed)
        made = cqr.fit(hours.P[some, 0], hours.P[some, 1], hours.y[some], 0.9, symmetric=False)
        low, high = made.interval(hours.P[rest, 0], hours.P[rest, 1])
        below.append((low <= hours.y[rest]).sum())
        above.append((hours.y[rest] <= high).sum())
    assert made.law == law(1000, 0.95)
    for side in (below, above):
        assert follows(np.array(side), made.law, len(rest)) > 0.001


def test_it_is_narrower_than_one_width_for_all(hours: Pool) -> None:
    half = len(hours.y) // 2
    low, high = cqr.fit(*hours.P[:half].T, hours.y[:half]).interval(*hours.P[half:].T)
    plain = split.fit(hours.P[:half].mean(axis=1), hours.y[:half]).interval(hours.P[half:].mean(axis=1))
    assert (high - low).mean() < (plain[1] - plain[0]).mean()
    assert np.std(high - low) > 3                           # hours: not everybody's week is as sure


def test_by_hand_and_quantiles_that_cross() -> None:
    lower, upper, y = np.zeros(9), np.ones(9), np.array([0.5] * 8 + [0.9])
    made = cqr.fit(lower, upper, y, 0.9)
    assert made.limits == pytest.approx((-0.1, -0.1))       # the largest score: 0.1 inside
    low, high = made.interval(np.array([0.0, 0.0]), np.array([1.0, 0.1]))
    np.testing.assert_allclose([low, high], [[0.1, 0.05], [0.9, 0.05]])


def test_few_rows_promise_nothing() -> None:
    made = cqr.fit(np.zeros(12), np.ones(12), np.arange(12) / 3, 0.9, symmetric=False)
    assert made.interval(np.zeros(1), np.ones(1)) == (np.array([-np.inf]), np.array([np.inf]))
    assert "12 calibration rows are too few for a coverage of 0.95: it takes 19" in made.note


@pytest.mark.parametrize("symmetric", [True, False])
def test_updates_plain_data_and_the_graph(hours: Pool, symmetric: bool) -> None:
    whole = cqr.fit(*hours.P.T, hours.y, 0.9, symmetric=symmetric)
    part = cqr.fit(*hours.P[:900].T, hours.y[:900], 0.9, symmetric=symmetric)
    assert part.update(*hours.P[900:].T, hours.y[900:]).described() == whole.described()
    back = cqr.of(json.loads(json.dumps(whole.described())))
    assert back.described() == whole.described()
    x = graph.inputs({"low": "number", "high": "number"})
    rows = [{"low": low, "high": high} for low, high in hours.P[:500].tolist()]
    said = graph.compile(x, interval=cqr.nodes(part, x.numeric))(rows)["interval"]
    np.testing.assert_allclose(said, np.column_stack(part.interval(*hours.P[:500].T)), rtol=1e-12)


@pytest.mark.parametrize(("lower", "upper", "y", "message"), [
    ([0.0, 0.0], [1.0], [1.0, 2.0], "2 lower quantiles and 1 upper ones"),
    ([0.0, np.nan], [1.0, 1.0], [1.0, 2.0], "missing or infinite"),
    ([0.0, 0.0], [1.0, np.inf], [1.0, 2.0], "missing or infinite"),
    ([0.0, 0.0], [1.0, 1.0], [2.0, 2.0], "the same label"),
    ([], [], [], "no row to calibrate on"),
    ([0.0, 0.0], [1.0, 1.0], ["a", "b"], "number in each row"),
])
def test_what_cannot_be_calibrated_on_is_refused(lower: Any, upper: Any, y: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        cqr.fit(np.array(lower), np.array(upper), np.array(y))
