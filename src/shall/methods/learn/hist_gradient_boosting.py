"""Gradient boosted trees on histograms (scikit-learn): the probability of each class, or a number.

What is kept is the plain arrays of the trees, and it answers without scikit-learn. Deterministic: one thread, fixed
seed. A missing value or an unseen category goes where it fits best. A feature of more than 255 categories is taken
by its codes as a number, because scikit-learn has no more bins.

Reference: Friedman (2001), "Greedy function approximation: a gradient boosting machine", with the histograms of Ke et
al. (2017).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import InputError, MissingExtra, ShallError
from shall.graph import Value
from shall.methods.learn import _constraints, _rows, _trees
from shall.methods.learn._settings import chosen
from shall.methods.learn._trees import Learned, Tree
from shall.methods.task import Choice, Floats, Ints, Scalar

try:
    from sklearn import ensemble
    from threadpoolctl import threadpool_limits
except ImportError:
    ensemble = None                             # a learned model answers without it

KINDS: Final = ("binary", "multiclass", "regressor")
CONSTRAINTS: Final = ("monotone", "interactions")  # constraints, beside `SPACE`
SPACE: Final = (
    Choice("learning_rate", 0.08, 0.01, 0.3, log=True),
    Choice("max_leaf_nodes", 31, 4, 64, log=True),
    Choice("min_samples_leaf", 20, 5, 300, log=True),
    Choice("max_features", 0.5, 0.2, 1.0),
    Choice("max_iter", 120, 30, 300, log=True),
    Choice("l2_regularization", 0.0, 0.0, 20.0),
)
MOST: Final = 255                               # categories of a feature
TRIED: Final = 200                              # rows on which our answers are held against scikit-learn's


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` [n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    ``y`` is int64 in 0…classes-1, or float64 where ``classes`` is 0. Beside `SPACE`, ``settings`` may have `monotone`
    ("0,1,0,-1"; two classes or a number) and `interactions` ("0,1;2,3") of the features. InputError, DataError.
    """
    if ensemble is None:
        raise MissingExtra("scikit-learn", "build", "boosted trees on histograms")
    asked = chosen((*SPACE, *_constraints.GIVEN), settings)
    _rows.check(X, y, weight)
    present = np.unique(y) if classes else np.zeros(0, dtype=np.int64)
    if len(present) == 1:
        return _trees.constant(int(present[0]), tuple(sizes), classes)
    sizes_here = tuple(size if size <= MOST else 0 for size in sizes)
    layout = _Layout.of(_rows.known(X, sizes_here), sizes_here)
    model = _model(asked, layout, sizes_here, classes, seed)
    with threadpool_limits(1, "openmp"):
        model.fit(layout(X), y, weight)
        learned = _learned(model, layout, sizes_here, classes, present)
        _same(learned, model, layout, X[:TRIED], present)
    return learned


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    return _trees.load(content)


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [classes], or [1] number."""
    return _trees.nodes(learned, x)


class _Layout:
    """Categories first and by the codes that training has, as scikit-learn would lay them out itself."""

    def __init__(self, order: Sequence[int], seen: Sequence[Floats]) -> None:
        self.order, self.seen = list(order), list(seen)

    @staticmethod
    def of(X: Floats, sizes: Sequence[int]) -> _Layout:
        """Of training rows ``X`` float64[n, p] in which unseen categories are missing."""
        codes = {place: np.unique(X[:, place][~np.isnan(X[:, place])]) for place, size in enumerate(sizes) if size}
        first = [place for place, seen in codes.items() if len(seen)]
        return _Layout([*first, *(place for place in range(len(sizes)) if place not in first)],
                       [codes[place] for place in first])

    def __call__(self, X: Floats) -> Floats:
        """float64[n, p]."""
        ordered = X[:, self.order]
        for place, seen in enumerate(self.seen):
            column = ordered[:, place]
            ordered[:, place] = np.where(np.isin(column, seen), np.searchsorted(seen, column), np.nan)
        return ordered

    def codes(self, place: int, left: NDArray[np.uint32]) -> tuple[list[int], list[int]]:
        """The codes that go left and right, where ``left`` has a bit for each."""
        goes = np.unpackbits(left.view(np.uint8), bitorder="little")[: len(self.seen[place])].astype(bool)
        codes = self.seen[place].astype(int)
        return codes[goes].tolist(), codes[~goes].tolist()


def _model(asked: dict[str, Any], layout: _Layout, sizes: Sequence[int], classes: int, seed: int) -> Any:
    """The estimator. InputError where it cannot keep what is asked of it."""
    directions = _constraints.monotone(asked.pop("monotone"), sizes)
    if directions and classes > 2:
        raise InputError("monotone: scikit-learn has it for two classes or a number only")
    meetings = _constraints.interactions(asked.pop("interactions"), len(sizes))
    kind = ensemble.HistGradientBoostingClassifier if classes else ensemble.HistGradientBoostingRegressor
    return kind(**asked, early_stopping=False, random_state=seed, categorical_features=range(len(layout.seen)) or None,
                monotonic_cst=[directions[place] for place in layout.order] if directions else None,
                interaction_cst=[[layout.order.index(place) for place in group] for group in meetings] or None)


def _learned(model: Any, layout: _Layout, sizes: Sequence[int], classes: int, present: Ints) -> Learned:
    """The arrays of the estimator's trees; scikit-learn has no public name for them."""
    steps = tuple(tuple(_tree(tree, layout) for tree in step) for step in model._predictors)
    start = tuple(float(margin) for margin in np.ravel(model._baseline_prediction))
    return Learned(tuple(sizes), classes, tuple(int(number) for number in present), start, steps)


def _tree(tree: Any, layout: _Layout) -> Tree:
    nodes, places = tree.nodes, np.arange(len(tree.nodes))
    leaf = nodes["is_leaf"].astype(bool)
    here = np.array(layout.order)[nodes["feature_idx"]]
    bits = tree.raw_left_cat_bitsets
    codes = {int(node): layout.codes(int(nodes["feature_idx"][node]), bits[nodes["bitset_idx"][node]])
             for node in np.flatnonzero(nodes["is_categorical"].astype(bool) & ~leaf)}
    threshold = np.where(leaf, 0.0, np.minimum(nodes["num_threshold"], np.finfo(np.float64).max))
    left, right = (np.where(leaf, places, nodes[side].astype(np.int64)) for side in ("left", "right"))
    return Tree(np.where(leaf, 0, here), threshold, left, right, nodes["missing_go_to_left"].astype(bool),
                np.where(leaf, nodes["value"], 0.0), codes)


def _same(learned: Learned, model: Any, layout: _Layout, X: Floats, present: Ints) -> None:
    """ShallError where a new scikit-learn keeps its trees in another way, so that ours would say something else."""
    theirs = model.predict_proba(layout(X)) if learned.classes else model.predict(layout(X))
    ours = learned.probabilities(X)[:, present] if learned.classes else learned.values(X)
    if not np.allclose(ours, theirs, rtol=1e-9, atol=1e-12):
        raise ShallError("this scikit-learn keeps its trees in a way that shall does not know: take lightgbm instead, "
                         "and please report it")
