"""Extremely randomised trees, or a random forest (scikit-learn): the probability of each class, or a number.

Each split takes the best of one random threshold a feature (`splits` = "random"), or the best of all thresholds on
rows drawn with replacement ("best": a random forest). A missing value or an unseen category goes to the side that
scikit-learn gives it. A category is read as a number, its code, which our encoding gives by how frequent it is. A
leaf has at least one of 4,000 rows, so what is kept stays small. The shares of the classes count as one more tree, so
no probability is 0. Deterministic: one thread, fixed seed. It answers without scikit-learn.

Reference: Geurts, Ernst and Wehenkel (2006), "Extremely randomized trees"; Breiman (2001), "Random forests".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra, ShallError
from shall.graph import Value
from shall.methods.learn import _forest, _rows
from shall.methods.learn._forest import Learned
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

try:
    from sklearn import ensemble
except ImportError:
    ensemble = None                             # a learned model answers without it

KINDS: Final = ("binary", "multiclass", "regressor")
SPACE: Final = (
    Choice("trees", 100, 20, 300, log=True),
    Choice("max_features", 0.3, 0.05, 1.0, log=True),
    Choice("min_samples_leaf", 1, 1, 100, log=True),
    Choice("splits", "random", options=("random", "best")),
)
MOST: Final = 4000                              # leaves of a tree
TRIED: Final = 200                              # rows on which our answers are held against scikit-learn's


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` [n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    ``y`` is int64 in 0…classes-1, or float64 where ``classes`` is 0. MissingExtra where scikit-learn is not installed,
    InputError where a setting is none of `SPACE`, DataError where the rows or weights are not as they must be.
    """
    if ensemble is None:
        raise MissingExtra("scikit-learn", "build", "a forest of random trees")
    asked = chosen(SPACE, settings)
    _rows.check(X, y, weight)
    if weight is not None:
        X, y, weight = X[weight > 0], y[weight > 0], weight[weight > 0]
    centre = 0 if classes else float(np.average(y, weights=weight))     # its squared errors are sums of squares of y
    model = _model(asked, len(X), classes, seed).fit(_forest.singles(X, sizes), y - centre, weight)
    prior = _rows.shares(y, classes, weight) if classes else np.zeros(0)
    learned = _forest.of([tree.tree_ for tree in model.estimators_], sizes, prior, _present(model, classes), centre)
    _same(learned, model, X[:TRIED], centre)
    return learned


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    return _forest.load(content)


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph: [classes], or [1] number."""
    return _forest.nodes(learned, x)


def _model(asked: Mapping[str, Any], rows: int, classes: int, seed: int) -> Any:
    """The estimator."""
    best = asked["splits"] == "best"
    forest, extra = ((ensemble.RandomForestClassifier, ensemble.ExtraTreesClassifier) if classes else
                     (ensemble.RandomForestRegressor, ensemble.ExtraTreesRegressor))
    return (forest if best else extra)(
        asked["trees"], max_features=asked["max_features"], bootstrap=best, random_state=seed, n_jobs=1,
        min_samples_leaf=max(asked["min_samples_leaf"], -(-rows // MOST)))


def _present(model: Any, classes: int) -> list[int]:
    return [int(label) for label in model.classes_] if classes else [0]


def _same(learned: Learned, model: Any, X: Floats, centre: float) -> None:
    """ShallError where a new scikit-learn keeps its trees in another way, so that ours would say something else."""
    rows = _forest.singles(X, learned.sizes)
    theirs = model.predict_proba(rows) if len(learned.prior) else model.predict(rows)[:, None] + centre
    ours = learned.means(X)[:, _present(model, len(learned.prior))]
    if not np.allclose(ours, theirs, rtol=1e-6, atol=1e-6 * float(np.abs(learned.says).max())):
        raise ShallError("this scikit-learn keeps its trees in a way that shall does not know: take lightgbm instead, "
                         "and please report it")
