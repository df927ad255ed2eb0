from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import trees
from tests.graph.forests import ODD, forest
from tests.graph.ops.agreeing import agree

WHOLE = np.array([True, False, False, False])


def rows(rng: np.random.Generator, count: int = 1000) -> Any:
    return rng.choice(ODD, (count, 4))


@pytest.mark.parametrize("precision", ["double", "single"])
@pytest.mark.parametrize(("outputs", "dense"), [(1, False), (1, True), (3, False), (3, True)])
@pytest.mark.parametrize("reading", [
    {}, {"whole": WHOLE}, {"whole": WHOLE, "toward_zero": True}, {"zero": np.array([False, True, True, False])},
    {"missing": -1.0}, {"divisor": 7.0}])
def test_it_is_the_same_in_both_engines_to_the_last_bit(precision: str, outputs: int, dense: bool,
                                                        reading: dict[str, Any]) -> None:
    for seed in range(2):
        rng = np.random.default_rng(seed)
        grown = forest(rng, sets=8 if "whole" in reading else 0, outputs=outputs, dense=dense, precision=precision)
        agree("trees", grown.settings() | reading, rows(rng, 300))


def test_a_known_tree_by_hand() -> None:
    grown = replace(
        forest(np.random.default_rng(0)), feature=np.array([1], np.int32), threshold=np.array([0.5]),
        left=np.array([-1], np.int32), right=np.array([-2], np.int32), missing_left=np.array([False]),
        member=np.array([-1], np.int32), set_of=np.zeros(0, np.int32), category=np.zeros(0, np.int32),
        roots=np.array([0], np.int32), value=np.array([10.0, 20.0]), target=np.zeros(2, np.int32))
    x = np.array([[9, 0.5], [9, np.nextafter(0.5, 1)], [9, np.nan], [9, -np.inf]])
    assert agree("trees", grown.settings(), x).tolist() == [[10], [20], [20], [10]]
    strict = replace(grown, strict=True, missing_left=np.array([True]))
    assert agree("trees", strict.settings(), x).tolist() == [[20], [20], [10], [10]]
    assert trees.jumps(grown.settings(), 2) == {1: [0.5]}


def test_jumps_are_thresholds_and_categories() -> None:
    grown = forest(np.random.default_rng(3))
    found = trees.jumps(grown.settings(), 4)
    assert set(found) == set(grown.feature.tolist())
    used = np.unique(grown.member[grown.feature == 0])
    assert set(found[0]) == set(grown.category[np.isin(grown.set_of, used)].tolist())
    assert set(found[1]) == set(grown.threshold[grown.feature == 1].tolist())


@pytest.mark.parametrize(("change", "why"), [
    ({"feature": np.array([7], np.int32)}, "column 7"), ({"left": np.array([0], np.int32)}, "no parent"),
    ({"left": np.array([-2], np.int32)}, "no parent"), ({"left": np.array([-9], np.int32)}, "no parent"),
    ({"roots": np.array([0, 0], np.int32)}, "no parent"), ({"threshold": np.array([np.nan])}, "not all numbers"),
    ({"threshold": np.array([1], np.float32)}, "not all numbers"), ({"target": np.array([0, 1], np.int32)}, "output 1"),
    ({"precision": "half"}, "half"), ({"value": np.zeros((2, 3))}, "leaves"),
    ({"category": np.array([3], np.int32)}, "damaged"), ({"outputs": 0}, "outputs")])
def test_damaged_trees_are_a_fault(change: dict[str, Any], why: str) -> None:
    none = np.zeros(0, np.int32)
    grown = replace(
        forest(np.random.default_rng(0)), feature=np.array([1], np.int32), threshold=np.array([0.5]),
        left=np.array([-1], np.int32), right=np.array([-2], np.int32), missing_left=np.array([False]),
        member=np.array([-1], np.int32), set_of=none, category=none, roots=np.array([0], np.int32),
        value=np.array([10.0, 20.0]), target=np.zeros(2, np.int32))
    trees.kind((Kind("number", 2),), grown.settings())
    with pytest.raises(Fault, match=why):
        trees.kind((Kind("number", 2),), replace(grown, **change).settings())


def test_a_circle_and_a_tree_that_is_too_deep_are_a_fault() -> None:
    size = 2500
    chain = replace(
        forest(np.random.default_rng(0)), feature=np.zeros(size, np.int32), threshold=np.zeros(size),
        left=-1 - np.arange(size, dtype=np.int32), right=np.append(np.arange(1, size), -1 - size).astype(np.int32),
        missing_left=np.zeros(size, bool), member=np.full(size, -1, np.int32), set_of=np.zeros(0, np.int32),
        category=np.zeros(0, np.int32), roots=np.array([0], np.int32), value=np.zeros(size + 1),
        target=np.zeros(size + 1, np.int32))
    with pytest.raises(Fault, match="levels"):
        trees.kind((Kind("number"),), chain.settings())
    circle = np.append(np.arange(1, size), 0).astype(np.int32)
    with pytest.raises(Fault, match="damaged"):
        trees.kind((Kind("number"),), replace(chain, right=circle, roots=np.array([-1 - size], np.int32)).settings())


def test_the_deepest_tree_that_is_taken_runs() -> None:
    size = 1999
    deep = replace(
        forest(np.random.default_rng(0)), feature=np.zeros(size, np.int32), threshold=np.arange(size, dtype=np.float64),
        left=-1 - np.arange(size, dtype=np.int32), right=np.append(np.arange(1, size), -1 - size).astype(np.int32),
        missing_left=np.zeros(size, bool), member=np.full(size, -1, np.int32), set_of=np.zeros(0, np.int32),
        category=np.zeros(0, np.int32), roots=np.array([0], np.int32), value=np.arange(size + 1.0),
        target=np.zeros(size + 1, np.int32))
    found = agree("trees", deep.settings(), np.array([[-1.0], [0.5], [1500.0], [1e9]]))
    assert found.tolist() == [[0], [1], [1500], [1999]]
