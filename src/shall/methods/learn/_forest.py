"""A forest whose trees count alike, as plain arrays: what it says of rows, and how it is written down."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from shall.graph import Value
from shall.graph.forest import Forest
from shall.methods import nodes as said
from shall.methods.grown import trees
from shall.methods.learn import _rows
from shall.methods.task import Floats, Ints

LEAF: Final = -1                                # instead of a feature
AT_ONCE: Final = 65536                          # ways through a tree that are walked together: they fit the cache
LARGEST: Final = float(np.finfo(np.float32).max)
Singles = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Learned:
    """The nodes [m] of all trees, those of a split side by side; ``roots`` of the trees.

    A row goes to ``next`` where its feature is at most the threshold, or is missing and ``missing`` says so, else to
    the node after it. A leaf has no feature, and ``next`` is its line in ``says`` [lines, classes]: float32, or
    float64 where a number is learned.
    ``prior`` float64[classes] counts as one more tree; it is empty where a number is learned.
    """

    sizes: tuple[int, ...]
    roots: Ints
    feature: NDArray[np.int32]
    threshold: Singles
    next: NDArray[np.int32]
    missing: NDArray[np.bool_]
    says: NDArray[np.float32] | Floats
    prior: Floats

    def means(self, X: Floats) -> Floats:
        """float64[n, classes]: the mean of all trees."""
        rows = singles(X, self.sizes)
        found = np.zeros((len(X), self.says.shape[1]))
        step = max(1, AT_ONCE // len(self.roots))
        for start in range(0, len(X), step):
            for lines in self._lines(rows[start : start + step]):
                found[start : start + step] += self.says[lines]
        return found / len(self.roots)

    def probabilities(self, X: Floats) -> Floats:
        """float64[n, classes]."""
        found = (self.means(X) * len(self.roots) + self.prior) / (len(self.roots) + 1)
        return np.asarray(found / found.sum(axis=1, keepdims=True))

    def values(self, X: Floats) -> Floats:
        """float64[n]."""
        return self.means(X)[:, 0]

    def content(self) -> bytes:
        """What was learned, as JSON."""
        arrays = {name: _text(getattr(self, name), kind) for name, kind in _ARRAYS.items()}
        return json.dumps({"sizes": self.sizes, "prior": self.prior.tolist(), "lines": len(self.says),
                           "nodes": len(self.feature), "says": _text(self.says, _kind(self.prior)),
                           "missing": _text(np.packbits(self.missing), "u1"),
                           **arrays}).encode()

    def _lines(self, rows: Singles) -> NDArray[np.int32]:
        """int32[trees, n]: where each tree leads each row, level by level."""
        n, p = rows.shape
        node = np.repeat(self.roots, n)
        on, base = np.arange(len(node)), np.tile(np.arange(n) * p, len(self.roots))
        flat = rows.ravel()
        here: NDArray[Any] = node
        while len(here):
            feature = self.feature[here]
            inner = np.flatnonzero(feature >= 0)
            if len(inner) < len(here):
                on, base, here, feature = on[inner], base[inner], here[inner], feature[inner]
            x = flat[base + feature]
            right = ~(x <= self.threshold[here]) & ~(np.isnan(x) & self.missing[here])
            here = self.next[here] + right
            node[on] = here
        return np.asarray(self.next[node].reshape(len(self.roots), n))


_ARRAYS: Final[dict[str, str]] = {"roots": "<i4", "feature": "<i4", "threshold": "<f4", "next": "<i4"}


def singles(X: Floats, sizes: Sequence[int]) -> Singles:
    """Rows as the trees read them, float32[n, p]: nan where missing or unseen, and finite else."""
    return np.clip(_rows.known(X, sizes), -LARGEST, LARGEST).astype(np.float32)


def of(trees: Sequence[Any], sizes: Sequence[int], prior: Floats, present: Sequence[int],
       centre: float = 0.0) -> Learned:
    """From the arrays of scikit-learn's trees, whose classes are ``present``; ``centre`` is added to what they say."""
    parts, start, width = [], 0, max(1, len(prior))
    for tree in trees:
        parts.append(_part(tree, start))
        start += tree.node_count
    feature, threshold, beside, missing, value = map(np.concatenate, zip(*parts, strict=True))
    leaf = feature == LEAF
    distinct, line = np.unique((value[leaf] + centre).astype(_kind(prior)), axis=0, return_inverse=True)
    beside[leaf] = line.ravel()
    says = np.zeros((len(distinct), width), dtype=distinct.dtype)
    says[:, present] = distinct
    roots = np.cumsum([0, *(tree.node_count for tree in trees[:-1])])
    return Learned(tuple(sizes), roots, feature, threshold, beside, missing, says, prior)


def _part(tree: Any, start: int) -> tuple[Any, ...]:
    """A tree in an order where the two sides of a split lie side by side."""
    split = np.flatnonzero(tree.children_left != LEAF)
    order = np.concatenate([[0], np.column_stack([tree.children_left[split], tree.children_right[split]]).ravel()])
    place = np.empty(len(order), dtype=np.int32)
    place[order] = np.arange(len(order)) + start
    inner = tree.children_left != LEAF
    threshold = np.where(inner, tree.threshold, 0.0)
    single = threshold.astype(np.float32)       # a single is at most the threshold if at most the next single below
    single = np.where(single > threshold, np.nextafter(single, np.float32(-np.inf)), single)
    beside = np.where(inner, place[tree.children_left], 0)
    return (np.where(inner, tree.feature, LEAF).astype(np.int32)[order], single.astype(np.float32)[order],
            beside.astype(np.int32)[order], tree.missing_go_to_left.astype(bool)[order], tree.value[order, 0, :])


def load(content: bytes) -> Learned:
    """From the JSON of `content`."""
    plain = json.loads(content)
    arrays = {name: np.frombuffer(base64.b64decode(plain[name]), dtype=kind) for name, kind in _ARRAYS.items()}
    prior = np.array(plain["prior"], dtype=np.float64)
    says = np.frombuffer(base64.b64decode(plain["says"]), dtype=_kind(prior)).reshape(plain["lines"], -1)
    bits = np.frombuffer(base64.b64decode(plain["missing"]), dtype=np.uint8)
    return Learned(tuple(plain["sizes"]), arrays["roots"].astype(np.int64),
                   arrays["feature"].astype(np.int32), arrays["threshold"].astype(np.float32),
                   arrays["next"].astype(np.int32), np.unpackbits(bits, count=plain["nodes"]).astype(bool),
                   says, prior)


def nodes(learned: Learned, x: Value) -> Value:
    """The same in a graph, as one forest: [classes], or [1] number."""
    rows = Value("single", (said.clipped(x, -LARGEST, LARGEST),), {})
    count = float(len(learned.roots))
    means = trees(_forest(learned), rows, count)
    if not len(learned.prior):
        return means
    return said.shared((means * count + learned.prior) / (count + 1.0))


def _forest(learned: Learned) -> Forest:
    """Splits and leaves are numbered each by themselves, in their order."""
    leaf = learned.feature == LEAF
    place = np.where(leaf, ~(np.cumsum(leaf) - 1), np.cumsum(~leaf) - 1).astype(np.int32)
    split = np.flatnonzero(~leaf)
    nothing = np.zeros(0, dtype=np.int32)
    return Forest(
        learned.feature[split], learned.threshold[split].astype(np.float64), place[learned.next[split]],
        place[learned.next[split] + 1], learned.missing[split], np.full(len(split), -1, dtype=np.int32), nothing,
        nothing, place[learned.roots], learned.says[learned.next[leaf]].astype(np.float64), nothing,
        learned.says.shape[1])


def _kind(prior: Floats) -> str:
    """Of what leaves say: a number may be large beside its differences."""
    return "<f4" if len(prior) else "<f8"


def _text(array: NDArray[Any], kind: str) -> str:
    return base64.b64encode(array.astype(kind).tobytes()).decode()
