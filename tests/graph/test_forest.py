from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from shall.graph import forest
from tests.graph.forests import forest as grown


def by_hand(one: forest.Forest, row: np.ndarray, tree: int) -> int:
    """The leaf, as one would walk it."""
    place = int(one.roots[tree])
    while place >= 0:
        number = row[one.feature[place]]
        if np.isnan(number):
            left = bool(one.missing_left[place])
        elif one.member[place] >= 0:
            left = number in one.category[one.set_of == one.member[place]]
        else:
            left = bool(number < one.threshold[place] if one.strict else number <= one.threshold[place])
        place = int((one.left if left else one.right)[place])
    return ~place


@pytest.mark.parametrize("seed", range(4))
def test_leaves_are_those_of_a_walk_by_hand(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(seed)
    one = grown(rng, precision=("double", "single")[seed % 2])
    x = rng.choice([0.0, 0.5, 1.0, 2.0, 3.0, 64.0, -1.0, np.nan, np.inf, 299.0], (40, 4))
    found = forest.leaves(one, x)
    assert found.tolist() == [[by_hand(one, row, tree) for tree in range(len(one.roots))] for row in x]
    monkeypatch.setattr(forest, "CELLS", 7)
    assert forest.leaves(one, x).tolist() == found.tolist()
    assert forest.leaves(one, x[:0]).shape == (0, len(one.roots))


def test_depth_and_settings() -> None:
    one = grown(np.random.default_rng(1))
    assert 1 <= forest.depth(one) <= 12
    again = forest.of(one.settings())
    assert all(np.array_equal(getattr(again, name), value) for name, value in one.settings().items())
    assert forest.depth(replace(one, roots=np.array([-1], np.int32))) == 0
