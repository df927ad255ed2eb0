from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.graph.forest import Forest
from shall.graph.kinds import Fault, Kind
from shall.graph.ops import linear_trees
from tests.graph.forests import ODD, forest
from tests.graph.ops.agreeing import agree


def with_lines(seed: int, outputs: int = 1) -> dict[str, Any]:
    rng = np.random.default_rng(seed)
    grown = forest(rng)
    while len(grown.roots) % outputs:
        grown = forest(rng)
    leaves = len(grown.value)
    told = Forest(**{**grown.settings(), "outputs": outputs}).settings()
    column = rng.integers(-1, 4, (leaves, 3)).astype(np.int32)
    return {**told, "constant": rng.normal(size=leaves), "column": column, "slope": rng.normal(size=column.shape),
            "whole": np.array([True, False, False, False]), "toward_zero": True}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("outputs", [1, 3])
def test_it_is_the_same_in_both_engines_to_the_last_bit(seed: int, outputs: int) -> None:
    x = np.random.default_rng(seed).choice(ODD, (300, 4))
    agree("linear_trees", with_lines(seed, outputs), x)


def test_a_known_line_by_hand() -> None:
    none = np.zeros(0, np.int32)
    settings = Forest(none, np.zeros(0), none, none, np.zeros(0, bool), none, none, none, np.array([-1], np.int32),
                      np.array([7.0]), np.zeros(1, np.int32), 1).settings()
    settings |= {"constant": np.array([1.0]), "column": np.array([[1, -1]], np.int32), "slope": np.array([[2.0, 9.0]])}
    x = np.array([[np.nan, 3.0], [0.0, np.nan], [5.0, 1e-36]])
    assert agree("linear_trees", settings, x).tolist() == [[7.0], [7.0], [1.0]]
    assert linear_trees.jumps(settings, 2) == {}


def test_lines_that_are_not_of_the_trees_are_a_fault() -> None:
    settings = with_lines(0)
    for change, why in (({"constant": np.zeros(1)}, "lines for 1"), ({"column": settings["column"] + 9}, "column"),
                        ({"slope": np.zeros((1, 1))}, "lines"), ({"outputs": 10_007}, "as many")):
        with pytest.raises(Fault, match=why):
            linear_trees.kind((Kind("number", 4),), {**settings, **change})
