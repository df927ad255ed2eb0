"""Fewer and lower trees: those that move the sum most are kept, and their leaves fitted again towards the full sum.

Of a boosted forest these are about its first rounds. Leaf values are fitted on the sums of the whole forest, which have
no noise, so a small ridge is enough.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from shall.graph import forest
from shall.graph.forest import Forest
from shall.graph.kinds import Array
from shall.graph.node import Graph
from shall.graph.ops import trees
from shall.methods.compress import _forests
from shall.methods.compress._parts import Candidate, Rows, places, replaced

NEEDS: Final = ()
SHARES: Final = (0.5, 0.25, 0.12, 0.06)
DEPTHS: Final = (None, 5, 3)
FEWEST: Final = 10                          # trees that are worth the effort
MOST: Final = 4096                          # rows that leaves are fitted on
CELLS: Final = 8_000_000                    # rows by trees


def candidates(graph: Graph, rows: Rows, seed: int = 0) -> Iterator[Candidate]:
    """Every forest with a share of its trees, as deep as they were or cut."""
    found = [place for place in places(graph, "trees") if len(graph.nodes[place].settings["roots"]) >= FEWEST]
    if not found or not len(rows):
        return
    chosen = np.sort(np.random.default_rng(seed).permutation(len(rows))[:MOST])
    given = dict(zip(found, rows.take(chosen).values(graph, [graph.nodes[place].inputs[0] for place in found]),
                     strict=True))
    known = {place: _known(graph, place, given[place]) for place in found}
    for share in SHARES:
        for depth in DEPTHS:
            made = graph
            for place in found:
                made = _smaller(made, place, known[place], (share, depth))
            yield Candidate(f"{share:.0%} of the trees" + (f", {depth} levels" if depth else ""), made)


class _Known:
    """A forest, what it says of some rows, and its trees in the order of how much they move the sum."""

    def __init__(self, grown: Forest, x: Array) -> None:
        self.grown, self.x = grown, x
        reached = forest.leaves(grown, x)
        self.wanted = _forests.sums(grown, reached)
        effect = grown.value[reached].astype(np.float64).var(axis=0)
        self.order = np.argsort(-(effect.sum(axis=1) if effect.ndim == 2 else effect), kind="stable")
        self.bare = np.flatnonzero(grown.roots < 0)     # the start of the sum

    def kept(self, share: float) -> Array:
        few = self.order[:max(1, round(share * len(self.order)))]
        return np.union1d(few, self.bare)


def _known(graph: Graph, place: int, given: Array) -> _Known:
    settings = graph.nodes[place].settings
    most = max(256, CELLS // len(settings["roots"]))
    return _Known(forest.of(settings), trees.read(given[:most], settings))


def _smaller(graph: Graph, place: int, known: _Known, how: tuple[float, int | None]) -> Graph:
    share, depth = how
    made = _forests.some(known.grown, known.kept(share), depth)
    made = _forests.fitted(made, forest.leaves(made, known.x), known.wanted)
    return replaced(graph, place, {**graph.nodes[place].settings, **made.settings()})
