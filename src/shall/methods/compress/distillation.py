"""Distillation: a small LightGBM that learned what all models of a graph say together, in their place.

The place is the first node through which everything goes that the models say; calibration, rules and thresholds after
it stay. The student takes the columns that the trees of the graph take, or the largest net. It learns from the graph's
own answers, also on rows that nobody saw: a row with some columns of another one.

Reference: Buciluă, Caruana and Niculescu-Mizil (2006), "Model compression"; Hinton et al. (2015), "Distilling the
knowledge in a neural network".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from shall.core.errors import MissingExtra
from shall.graph.boosters import lightgbm_text
from shall.graph.kinds import Array, Kind
from shall.graph.node import Graph, Node
from shall.methods.compress import _cut
from shall.methods.compress._parts import Candidate, Rows

NEEDS: Final = ("lightgbm",)
WHOLE: Final = True                        # nothing else is left to be made smaller
STRENGTHS: Final = ((200, 31), (100, 31), (60, 31), (60, 15), (30, 31), (30, 15), (30, 7), (15, 15))    # trees, leaves
ROWS: Final = 20_000                        # to learn from
MIXED: Final = 0.2                          # of the columns of a made row are another row's
FIXED: Final[dict[str, Any]] = {"num_threads": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True,
                                "min_data_in_leaf": 10, "max_bin": 255}
SUMMED: Final = 1.5                         # learning rate times the root of the trees


class Lesson(NamedTuple):
    """``place``: of the node to be replaced; ``given``: of the one that the student takes; what both say [n, width]."""

    place: int
    given: int
    x: Array
    wanted: Array


def candidates(graph: Graph, rows: Rows, seed: int = 0, strengths: Sequence[tuple[int, int]] = STRENGTHS
               ) -> Iterator[Candidate]:
    """One student after the other, each smaller; ``strengths``: their trees, and the leaves of each."""
    lesson = _lesson(graph, rows, seed)
    if lesson is None:
        return
    for trees, leaves in strengths:
        yield Candidate(f"distilled into {trees} trees of {leaves} leaves",
                        _cut.spliced(graph, lesson.place, _student(lesson, trees, leaves, seed)).pruned())


def _lesson(graph: Graph, rows: Rows, seed: int) -> Lesson | None:
    taken = _taken(graph)
    some = _cut.waists(graph)
    if taken is None or not some or not len(rows):
        return None
    every = Rows({name: np.concatenate([array, _mixed(array, max(0, ROWS - len(rows)), seed)])
                  for name, array in rows.packed.items()})
    x, *said = every.values(graph, [taken, *some])
    place, wanted = next(((one, value) for one, value in zip(some, said, strict=True) if _shares(value)),
                         (some[0], said[0]))
    known = np.isfinite(wanted).all(axis=1)
    if not known.any() or np.ptp(wanted[known], axis=0).max() == 0 or (wanted.shape[1] > 1 and not _shares(wanted)):
        return None
    return Lesson(place, taken, x[known], wanted[known])


def _taken(graph: Graph) -> int | None:
    """What the trees of the graph take, else its largest net."""
    models = sorted(_cut.models(graph), key=lambda place: (graph.nodes[place].op == "net", -_size(graph.nodes[place])))
    return graph.nodes[models[0]].inputs[0] if models else None


def _size(node: Node) -> int:
    return len(node.settings["roots"]) if "roots" in node.settings else len(node.settings["layers"])


def _mixed(array: Array, count: int, seed: int) -> Array:
    """Rows with some columns of other rows; the same columns of the same rows whatever the array."""
    random = np.random.default_rng(seed)
    own, other = random.integers(len(array), size=(2, count))
    swapped = np.random.default_rng((seed, array.shape[1])).random((count, array.shape[1])) < MIXED
    return np.asarray(np.where(swapped, array[other], array[own]))


def _shares(value: Array) -> bool:
    """Whether they are probabilities: of one class, or of all."""
    known = value[np.isfinite(value).all(axis=1)]
    inside = len(known) > 0 and float(known.min()) >= 0 and float(known.max()) <= 1
    return inside and (value.shape[1] == 1 or bool(np.allclose(known.sum(axis=1), 1)))


def _student(lesson: Lesson, trees: int, leaves: int, seed: int) -> list[Node]:
    """The nodes in place of the old one; shares are learned by their cross entropy."""
    wide = lesson.wanted.shape[1]
    objective: Any = "regression"
    if _shares(lesson.wanted):
        objective = "cross_entropy" if wide == 1 else _several(lesson.wanted)
    asked = {**FIXED, "objective": objective, "num_leaves": leaves, "seed": seed, "num_class": wide,
             "learning_rate": SUMMED / trees**0.5}
    lightgbm = _lightgbm()
    data = lightgbm.Dataset(lesson.x, lesson.wanted[:, 0], params={"verbosity": -1})
    grown = lightgbm.train(asked, data, num_boost_round=trees)
    read = lightgbm_text.read(grown.model_to_string(num_iteration=-1).encode())
    kind = Kind("number", wide)
    made = Node(read.op, (lesson.given,), dict(read.settings), kind)
    if objective == "regression":
        return [made]
    if wide > 1:
        return [made, Node("softmax", (lesson.place,), {}, kind)]
    return [made, Node("elementwise", (lesson.place,), {"function": "sigmoid"}, kind)]


def _several(wanted: Array) -> Callable[[Array, Any], tuple[Array, Array]]:
    """Gradient and curvature of the cross entropy between shares [n, classes] and the softmax of sums."""
    def asked(sums: Array, _: Any) -> tuple[Array, Array]:
        powers = np.exp(sums - sums.max(axis=1, keepdims=True))
        p = powers / powers.sum(axis=1, keepdims=True)
        return p - wanted, np.maximum(p * (1 - p), 1e-6) * wanted.shape[1] / (wanted.shape[1] - 1)

    return asked


def _lightgbm() -> Any:
    try:
        import lightgbm  # not at the head: other compressions go without
    except ImportError as error:
        raise MissingExtra("lightgbm", "build", "distillation") from error
    return lightgbm
