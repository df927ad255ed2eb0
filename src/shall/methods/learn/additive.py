"""An additive model that can be read: a table for each feature, whose entries add up to the margin of a row.

It is boosted with one feature a tree (LightGBM), and the trees of a feature are added up into one piecewise constant
function; `tables` shows them all. Nothing else is kept, so the tables are the model: a row's margin is the constant and
its entry in each table, and it answers without LightGBM. A missing value or an unseen category has its own entry.

Reference: Lou, Caruana and Gehrke (2012), "Intelligible models for classification and regression".
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.core.errors import MissingExtra
from shall.graph import Value
from shall.methods import nodes as said
from shall.methods.grown import Grown
from shall.methods.learn import _constraints, _rows
from shall.methods.learn._settings import chosen
from shall.methods.task import Choice, Floats, Scalar

lightgbm: Any
try:
    import lightgbm
except ImportError:
    lightgbm = None                             # a learned model answers without it

KINDS: Final = ("binary", "multiclass", "regressor")
CONSTRAINTS: Final = ("monotone",)              # beside `SPACE`; features never interact
SPACE: Final = (
    Choice("learning_rate", 0.08, 0.01, 0.3, log=True),
    Choice("num_leaves", 4, 2, 16, log=True),
    Choice("min_data_in_leaf", 20, 5, 300, log=True),
    Choice("rounds", 400, 100, 1500, log=True),
    Choice("lambda_l2", 1.0, 0.0, 20.0),
)
BINS: Final = 127                             # of a number, at most
FIXED: Final[dict[str, Any]] = {"num_threads": 1, "verbosity": -1, "deterministic": True, "force_row_wise": True,
                                "feature_fraction": 0.5, "max_bin": BINS}


@dataclass(frozen=True, slots=True)
class Table:
    """What one feature adds to the margin of each class.

    A number has ``edges`` [b - 1] and ``values`` [b, margins]: entry i counts above edge i - 1 and up to edge i. A
    category has no edges and the entries of its codes. ``missing`` [margins] is for a missing or unseen value.
    """

    feature: int                                # its place
    edges: Floats | None
    values: Floats
    missing: Floats

    def __call__(self, column: Floats) -> Floats:
        """float64[n, margins] of a column float64[n]."""
        if self.edges is not None:
            there = ~np.isnan(column)
            found = self.values[np.searchsorted(self.edges, np.where(there, column, 0.0))]
        else:
            there = (column >= 0) & (column < len(self.values))
            found = self.values[np.where(there, column, 0).astype(np.int64)]
        return np.where(there[:, None], found, self.missing)

    def described(self) -> dict[str, Any]:
        """As plain data."""
        return {"feature": self.feature, "edges": None if self.edges is None else self.edges.tolist(),
                "values": self.values.tolist(), "missing": self.missing.tolist()}

    @staticmethod
    def of(described: Mapping[str, Any]) -> Table:
        """From plain data."""
        edges = described["edges"]
        return Table(described["feature"], None if edges is None else np.array(edges, dtype=np.float64),
                     np.array(described["values"], dtype=np.float64), np.array(described["missing"], dtype=np.float64))


@dataclass(frozen=True, slots=True)
class Learned:
    """The constant [margins] and a table for each feature that matters; every table is 0 on average in training."""

    constant: Floats
    tables: tuple[Table, ...]

    def margins(self, X: Floats) -> Floats:
        """float64[n, margins]: log-odds, one margin for two classes; or the number itself."""
        found = np.tile(self.constant, (len(X), 1))
        for table in self.tables:
            found += table(X[:, table.feature])
        return found

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        return _rows.probabilities_of(self.margins(X))

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return np.asarray(self.margins(X)[:, 0])

    def content(self) -> bytes:
        """What was learned, as JSON."""
        return json.dumps({"constant": self.constant.tolist(),
                           "tables": [table.described() for table in self.tables]}).encode()


def fit(X: Floats, y: NDArray[Any], sizes: Sequence[int], classes: int = 2, seed: int = 0, *,
        weight: Floats | None = None, settings: Mapping[str, Scalar] | None = None) -> Learned:
    """Learn ``y`` [n] from ``X`` float64[n, p]; ``sizes``: categories of each feature.

    ``y`` is int64 in 0…classes-1, or float64 where ``classes`` is 0. Beside `SPACE`, ``settings`` may have `monotone`
    ("0,1,0,-1") of the features. InputError, DataError.
    """
    if lightgbm is None:
        raise MissingExtra("lightgbm", "build", "the additive model")
    asked = chosen((*SPACE, _constraints.GIVEN[0]), settings)
    _rows.check(X, y, weight)
    known = _rows.known(X, sizes)
    parameters = {**_parameters(asked, classes, sizes), "seed": seed}
    data = lightgbm.Dataset(known, y, weight=weight, free_raw_data=False, params={"verbosity": -1, "max_bin": BINS},
                            categorical_feature=[place for place, size in enumerate(sizes) if size])
    booster = lightgbm.train(parameters, data, num_boost_round=asked["rounds"])
    return _centred(*_flattened(booster, sizes), known, weight)


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    return Learned(np.array(plain["constant"], dtype=np.float64), tuple(Table.of(table) for table in plain["tables"]))


def nodes(learned: Learned, x: Value, classes: int) -> Value:
    """The same in a graph, as one forest: [classes], or [1] number."""
    forest = Grown(len(learned.constant))
    forest.roots.append(forest.leaf(learned.constant))
    for table in learned.tables:
        edges = np.arange(len(table.values) - 1) if table.edges is None else table.edges
        forest.stair(table.feature, edges.tolist(), list(table.values), table.missing)
    margins = forest.said(x)
    return said.probabilities(margins) if classes else margins


def _parameters(asked: dict[str, Any], classes: int, sizes: Sequence[int]) -> dict[str, Any]:
    goal = {0: {"objective": "regression"}, 2: {"objective": "binary"}}
    directions = _constraints.monotone(asked.pop("monotone"), sizes)
    return {**{name: value for name, value in asked.items() if name != "rounds"}, **FIXED,
            **goal.get(classes, {"objective": "multiclass", "num_class": classes}),
            "interaction_constraints": [[place] for place in range(len(sizes))],
            **({"monotone_constraints": directions} if directions else {})}


def _flattened(booster: Any, sizes: Sequence[int]) -> tuple[Floats, list[Table]]:
    """The trees of each feature as one table, and the trees without a feature as the constant."""
    trees = booster.dump_model()["tree_info"]
    margins = booster.num_model_per_iteration()
    constant = np.zeros(margins)
    of: dict[int, list[int]] = {}
    for number, tree in enumerate(trees):
        root = tree["tree_structure"]
        if "split_feature" in root:
            of.setdefault(root["split_feature"], []).append(number)
        else:
            constant[number % margins] += root["leaf_value"]
    tables = []
    for place in sorted(of):
        edges = None if sizes[place] else np.unique(list(_edges([trees[number] for number in of[place]])))
        asked = np.arange(sizes[place]) if edges is None else np.append(edges, np.finfo(np.float64).max)
        found = _added(booster, of[place], place, np.append(asked, np.nan), len(sizes))
        tables.append(Table(place, edges, found[:-1], found[-1]))
    return constant, tables


def _edges(trees: Sequence[Mapping[str, Any]]) -> Iterator[float]:
    left = [tree["tree_structure"] for tree in trees]
    while left:
        node = left.pop()
        if "threshold" in node:
            yield node["threshold"]
            left += [node["left_child"], node["right_child"]]


def _added(booster: Any, trees: Sequence[int], place: int, column: Floats, features: int) -> Floats:
    """float64[n, margins]: what the trees of one feature add up to; they look at no other one."""
    X = np.zeros((len(column), features))
    X[:, place] = column
    leaves = np.asarray(booster.predict(X, pred_leaf=True, num_threads=1), dtype=np.int64)
    margins = booster.num_model_per_iteration()
    found = np.zeros((len(column), margins))
    for number in trees:
        used, row = np.unique(leaves[:, number], return_inverse=True)
        found[:, number % margins] += np.array([booster.get_leaf_output(number, int(leaf)) for leaf in used])[row]
    return found


def _centred(constant: Floats, tables: Sequence[Table], X: Floats, weight: Floats | None) -> Learned:
    """Move each table's mean over the training rows into the constant."""
    moved = []
    for table in tables:
        mean = np.average(table(X[:, table.feature]), axis=0, weights=weight)
        constant = constant + mean
        moved.append(Table(table.feature, table.edges, table.values - mean, table.missing - mean))
    return Learned(constant, tuple(moved))
