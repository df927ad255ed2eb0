"""The table of operations: fitted, kept, and near to what is measured."""

from __future__ import annotations

import json
from pathlib import Path

import lightgbm
import numpy as np
import pytest

from shall import graph as g
from shall.graph.compiled import Compiled
from shall.phases import latency
from shall.phases.latency import Costs

ROWS = np.random.default_rng(0).normal(size=(400, 6))
NAMES = "abcdef"


def forest(trees: int) -> g.Compiled:
    x = g.inputs(dict.fromkeys(NAMES, "number"))
    model = lightgbm.LGBMRegressor(n_estimators=trees, n_jobs=1, verbose=-1).fit(ROWS, ROWS[:, 0] * ROWS[:, 1])
    return g.compile(x, score=g.predict(model, x.numeric) * 2.0)


def test_a_table_finds_the_costs_that_made_it() -> None:
    true = {"base": 1e-5, "trees": 2e-6, "trees work": 3e-8, "linear": 0.0}
    random = np.random.default_rng(0)
    known = [({"base": 1.0, "trees": float(random.integers(4)), "trees work": float(random.integers(1, 999)),
               "linear": float(random.integers(3))}, 0.0) for _ in range(60)]
    known = [(counted, sum(true[name] * count for name, count in counted.items())) for counted, _ in known]
    found = latency._fitted(known)
    assert all(abs(found[name] - cost) < 0.02 * max(cost, 1e-7) for name, cost in true.items())
    assert min(found.values()) >= 0


def test_a_larger_forest_is_predicted_to_be_slower_and_about_as_it_is() -> None:
    several = [forest(trees) for trees in (10, 100, 400)]
    cases = [dict(zip(NAMES, row, strict=True)) for row in ROWS[:20].tolist()]
    parts = [part for one in several for part in latency.parts(one.graph)]
    # in the same turns: a machine that is busy for a while is slow for all of them
    *seconds, between = latency.measured([*map(Compiled, parts), forest(200)], cases)
    costs = Costs({}).with_measured(list(zip(parts, seconds, strict=True)))
    assert costs.knows(forest(50).graph) and not Costs({}).knows(forest(50).graph)
    small, middle, large = (costs.predicted(forest(trees).graph) for trees in (10, 200, 800))
    assert 0 < small < middle < large
    assert middle == pytest.approx(between, rel=0.5)


def test_what_is_kept_is_for_this_machine(tmp_path: Path) -> None:
    place = tmp_path / ".shall" / "latency.json"
    costs = Costs({}).with_measured([(forest(10).graph, 2e-5)])
    latency.keep(costs, place)
    assert latency.table(place) == costs
    told = json.loads(place.read_text())
    place.write_text(json.dumps({**told, "about": {**told["about"], "machine": "another"}}))
    assert not latency.table(place).seconds
    place.write_text("[1, 2")
    assert not latency.table(place).seconds
    assert not latency.table(None).seconds
