"""Early exit: a small model decides where it is sure to decide as the full one does, and the full one the rest.

Sure is a score far enough from the threshold. How far is set on calibration rows that the small model did not learn
from: the nearest distance at which it decides otherwise in at most a declared share of all rows, by the exact upper
bound of a binomial rate. Distances are tried from the farthest on until one fails, so no bound is spent on choosing.

Reference: Teerapittayanon et al. (2016), "BranchyNet"; Angelopoulos et al. (2021), "Learn then test"; Clopper and
Pearson (1934).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from shall.graph import onnx
from shall.graph.kinds import Array, Kind
from shall.graph.node import Graph, Node
from shall.graph.session import Session
from shall.graph.staged import SURE
from shall.methods.compress import distillation
from shall.methods.compress._parts import Candidate, Rows
from shall.stats.special import clopper_pearson

NEEDS: Final = ("lightgbm",)
WHOLE: Final = True                         # no other way goes with it
SHARES: Final = (0.002, 0.01)               # of the rows that may be decided otherwise
ALPHA: Final = 0.05
GRID: Final = 40                            # distances that are tried
SCORE: Final = "score"
DECIDED: Final = ("decision", "abstained")


def candidates(graph: Graph, rows: Rows, seed: int = 0) -> Iterator[Candidate]:
    """The full graph behind a small one, for each share; nothing where no row could leave early."""
    outputs = dict(graph.outputs)
    if SCORE not in outputs or not {*DECIDED} & outputs.keys() or graph.nodes[outputs[SCORE]].kind.width != 1:
        return
    order = np.random.default_rng(seed).permutation(len(rows))
    learn, rest = np.sort(order[:len(order) // 2]), np.sort(order[len(order) // 2:])
    small = next(iter(distillation.candidates(graph, rows.take(learn), seed, ((30, 15),))), None)
    if small is None or not len(rest):
        return
    score, otherwise = _asked(graph, small.graph, rows.take(learn))
    middle = middle_of(score, otherwise)
    score, otherwise = _asked(graph, small.graph, rows.take(rest))
    for share in SHARES:
        far, leaving = gate(np.abs(score - middle), otherwise, share)
        if leaving:
            yield Candidate(f"early exit of {leaving:.0%} of the rows, {share:.1%} decided otherwise", graph,
                            _gated(small.graph, middle, far))


def middle_of(score: Array, otherwise: Array) -> float:
    """The score around which a small model is not sure; of rows that set no bound."""
    known = np.isfinite(score)
    some = score[otherwise & known] if (otherwise & known).any() else score[known]
    return float(np.median(some)) if len(some) else 0.5


def gate(distance: Array, otherwise: Array, share: float) -> tuple[float, float]:
    """The distance from which on rows leave, and their share: 0 where none may.

    Args:
        distance: float64[n] of the small model's score from its middle.
        otherwise: bool[n]: whether it decides otherwise than the full one.
        share: of all rows that may leave and be decided otherwise, with a confidence of 95 %.
    """
    distance = np.where(np.isfinite(distance), distance, -1.0)
    far, leaving = np.inf, 0.0
    for tried in np.unique(np.quantile(distance, np.linspace(0, 1, GRID)))[::-1]:
        leaves = distance >= tried
        wrong = float((leaves & otherwise).sum())
        if tried < 0 or clopper_pearson(np.array([wrong]), np.array([float(len(distance))]), ALPHA)[1][0] > share:
            break
        far, leaving = float(tried), float(leaves.mean())
    return far, leaving


def _asked(graph: Graph, small: Graph, rows: Rows) -> tuple[Array, Array]:
    """The small graph's score, and whether both decide differently."""
    full, said = (Session(onnx.emitted(one))(dict(rows.packed)) for one in (graph, small))
    found = np.zeros(len(full[SCORE]), np.bool_)
    for name in DECIDED:
        if name in full:
            found |= (said[name] != full[name]).any(axis=1)
    return said[SCORE][:, 0], found


def _gated(graph: Graph, middle: float, far: float) -> Graph:
    """The small graph that says of each row whether it is sure."""
    score, last, number = dict(graph.outputs)[SCORE], len(graph.nodes), Kind("number")
    more = (Node("constant", (), {"value": np.array([middle])}, number),
            Node("arithmetic", (score, last), {"function": "subtract"}, number),
            Node("elementwise", (last + 1,), {"function": "absolute"}, number),
            Node("constant", (), {"value": np.array([far])}, number),
            Node("compare", (last + 2, last + 3), {"function": "greater_equal"}, Kind("truth")))
    return replace(graph, nodes=(*graph.nodes, *more), outputs=(*graph.outputs, (SURE, last + 4))).pruned()
