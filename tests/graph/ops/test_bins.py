from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from shall.graph.kinds import Fault, Kind
from shall.graph.ops import bins
from tests.graph.ops.agreeing import RANDOM, agree, odd

EDGES = (np.array([-np.inf, -1.0, 0.0, 0.5, 0.5, 2.5, np.inf]), np.array([]), np.sort(RANDOM.normal(size=300)))


@pytest.mark.parametrize("side", ["left", "right"])
def test_it_is_numpys(side: Any) -> None:
    given = odd(3)
    said = agree("bins", {"edges": EDGES, "side": side}, given)
    for column, edges in enumerate(EDGES):
        assert (said[:, column] == np.searchsorted(edges, given[:, column], side=side)).all()


@pytest.mark.parametrize("side", ["left", "right"])
def test_on_the_edges_and_a_last_bit_beside_them(side: str) -> None:
    edges = EDGES[2]
    near = np.concatenate([edges, np.nextafter(edges, np.inf), np.nextafter(edges, -np.inf)])[:, None]
    agree("bins", {"edges": (edges,), "side": side}, near)


@pytest.mark.parametrize("edges", [(np.array([2.0, 1.0]),), (np.array([np.nan]),), ()])
def test_edges_that_are_none_are_a_fault(edges: Any) -> None:
    with pytest.raises(Fault):
        bins.kind((Kind("number"),), {"edges": edges, "side": "left"})
    assert bins.jumps({"edges": (np.array([1.0]),), "side": "left"}, 1) == {0: np.array([1.0])}
