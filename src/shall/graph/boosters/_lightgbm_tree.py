"""One tree of LightGBM's text as arrays, and all of them as one forest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final, NamedTuple

import numpy as np

from shall.core.errors import DataError
from shall.graph import booster, forest
from shall.graph.forest import Forest
from shall.graph.kinds import Array

ZERO: Final = float(np.float32(1e-35))      # kZeroThreshold: what is nearer to 0 is 0 to LightGBM
BY_CATEGORY, DEFAULT_LEFT = 1, 2            # bits of decision_type; the two after them: what is missing
NONE, AS_ZERO, AS_NAN = 0, 1, 2


class Tree(NamedTuple):
    """Splits [m] and leaves [m + 1]; ``sets``: the categories of each set, ``line``: of each leaf that has one."""

    feature: Array
    threshold: Array
    decision: Array
    left: Array
    right: Array
    value: Array
    sets: tuple[Array, ...]
    line: tuple[Array, Array, Array, Array] | None      # constants, how many columns, the columns, coefficients
    often_left: Array                       # [m], or [0] where it does not tell how many rows there were


def tree(block: Mapping[str, str], place: int) -> Tree:
    """The arrays of a tree's lines. DataError."""
    leaves = booster.whole(block.get("num_leaves"), f"number of leaves of tree {place}", 1, forest.MOST)
    where = f"of tree {place}"

    def line(name: str, size: int) -> Array:
        return numbers(block.get(name, ""), f"{name} {where}", size)

    splits = leaves - 1
    decision, left, right = (_whole(line(name, splits), where) for name in ("decision_type", "left_child",
                                                                           "right_child"))
    feature, value = _whole(line("split_feature", splits), where), line("leaf_value", leaves)
    sets = _sets(block, place)
    threshold = numbers(block.get("threshold", ""), f"threshold {where}", splits, infinite=True)
    if ((decision & BY_CATEGORY) > 0).any():
        chosen = threshold[(decision & BY_CATEGORY) > 0]
        if ((chosen < 0) | (chosen >= len(sets)) | (chosen != np.floor(chosen))).any():     # infinite ones, too
            raise DataError(f"tree {place} of the booster splits by categories that it does not have")
    straight = _line(block, place, leaves) if block.get("is_linear", "0").strip() == "1" else None
    often = _often(block, left, right, where) if splits and "internal_count" in block and "leaf_count" in block else \
        np.zeros(0, np.bool_)
    return Tree(feature, threshold, decision, left, right, value, sets, straight, often)


def numbers(told: str, what: str, size: int, infinite: bool = False) -> Array:
    """float64[size] of text. DataError where it is no text of as many numbers, finite ones unless told otherwise."""
    parts = told.split()
    if len(parts) != size:
        raise DataError(f"the booster has {len(parts)} numbers as {what}, and not {size}")
    try:
        found = np.array([float(part) for part in parts], dtype=np.float64)
    except ValueError as error:
        raise DataError(f"the booster has {what} that are no numbers") from error
    if np.isnan(found).any() or not (infinite or np.isfinite(found).all()) or "_" in told:
        raise DataError(f"the booster has {what} that are no finite numbers")
    return found


def _often(block: Mapping[str, str], left: Array, right: Array, where: str) -> Array:
    """Which splits send most of their rows to the left."""
    splits, leaves = (numbers(block[name], f"{name} {where}", len(left) + more)
                      for name, more in (("internal_count", 0), ("leaf_count", 1)))
    if not all((-len(leaves) <= side.min() and side.max() < len(splits)) for side in (left, right)):
        return np.zeros(0, np.bool_)        # damaged, which is told of the whole forest
    count = [np.where(side >= 0, splits[np.maximum(side, 0)], leaves[np.maximum(~side, 0)]) for side in (left, right)]
    return count[0] > count[1]


def _whole(found: Array, where: str) -> Array:
    if (np.abs(found) >= 2**31).any() or (found != np.floor(found)).any():
        raise DataError(f"the booster has places {where} that are no whole numbers")
    return found.astype(np.int32)


def _sets(block: Mapping[str, str], place: int) -> tuple[Array, ...]:
    """The categories of each set: bits, 32 a word."""
    count = booster.whole(block.get("num_cat", 0), f"number of sets of tree {place}", 0, forest.MOST)
    if not count:
        return ()
    ends = _whole(numbers(block.get("cat_boundaries", ""), f"cat_boundaries of tree {place}", count + 1), "of sets")
    size = len(block.get("cat_threshold", "").split())
    words = numbers(block.get("cat_threshold", ""), f"cat_threshold of tree {place}", size)
    if ends[0] != 0 or ends[-1] != size or (np.diff(ends) < 0).any() or (words < 0).any() or (words >= 2**32).any():
        raise DataError(f"tree {place} of the booster has damaged sets of categories")
    if (words != np.floor(words)).any() or (np.diff(ends) > forest.LARGEST // 32).any():
        raise DataError(f"tree {place} of the booster has categories above {forest.LARGEST:,}")
    bits = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")
    return tuple(np.flatnonzero(bits[32 * start:32 * end]) for start, end in pairwise(ends))


def _line(block: Mapping[str, str], place: int, leaves: int) -> tuple[Array, Array, Array, Array]:
    where = f"of tree {place}"
    counts = _whole(numbers(block.get("num_features", ""), f"num_features {where}", leaves), where)
    if (counts < 0).any():
        raise DataError(f"the booster has a leaf with less than no column {where}")
    columns = _whole(numbers(block.get("leaf_features", ""), f"leaf_features {where}", int(counts.sum())), where)
    slopes = numbers(block.get("leaf_coeff", ""), f"leaf_coeff {where}", int(counts.sum()))
    return numbers(block.get("leaf_const", ""), f"leaf_const {where}", leaves), counts, columns, slopes


def joined(trees: Sequence[Tree], outputs: int, width: int) -> tuple[str, dict[str, Any]]:
    """The operation of all trees and its settings. DataError."""
    splits = np.cumsum([0, *(len(one.feature) for one in trees)])
    leaves = np.cumsum([0, *(len(one.value) for one in trees)])
    decision = _all([one.decision for one in trees], np.int32)
    feature = _all([one.feature for one in trees], np.int32)
    threshold = _all([one.threshold for one in trees], np.float64)
    by_category, as_what = (decision & BY_CATEGORY) > 0, (decision >> 2) & 3
    if (as_what > AS_NAN).any() or (decision < 0).any() or (feature < 0).any() or (feature >= width).any():
        raise DataError("the booster has splits of an unknown kind, or by columns that it does not have")
    left_by_default = np.where(as_what == NONE, threshold >= 0, (decision & DEFAULT_LEFT) > 0)
    often = _all([one.often_left for one in trees], np.bool_)
    sets = [one for each in trees for one in each.sets]
    before = np.repeat(np.cumsum([0, *(len(one.sets) for one in trees)])[:-1], np.diff(splits))
    grown = Forest(
        feature, np.where(by_category, 0.0, _past_zero(threshold)),
        _moved([one.left for one in trees], splits, leaves), _moved([one.right for one in trees], splits, leaves),
        left_by_default & ~by_category, np.where(by_category, before + threshold, -1).astype(np.int32),
        np.repeat(np.arange(len(sets)), [len(one) for one in sets]).astype(np.int32), _all(sets, np.int32),
        np.array([splits[place] if len(one.feature) else ~leaves[place] for place, one in enumerate(trees)], np.int32),
        _all([one.value for one in trees], np.float64),
        np.repeat(np.arange(len(trees)) % outputs, np.diff(leaves)).astype(np.int32), outputs,
        often_left=often if len(often) == len(feature) else np.zeros(0, np.bool_))
    settings = grown.settings() | _reading(feature, by_category, as_what, width)
    if any(one.line is not None for one in trees):
        return "linear_trees", settings | _lines(trees, width)
    return "trees", settings


def _all(parts: Sequence[Array], dtype: Any) -> Array:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)


def _moved(parts: Sequence[Array], splits: Array, leaves: Array) -> Array:
    """Children of single trees as children in all of them."""
    return _all([np.where(part >= 0, part + splits[place], part - leaves[place])
                 for place, part in enumerate(parts)], np.int32)


def _past_zero(threshold: Array) -> Array:
    """A number near 0 is 0 to LightGBM: thresholds near 0 move to the end of what is near."""
    found = np.where((threshold >= 0) & (threshold < ZERO), ZERO, threshold)
    return np.where((threshold < 0) & (threshold >= -ZERO), np.nextafter(-ZERO, -np.inf), found)


def _reading(feature: Array, by_category: Array, as_what: Array, width: int) -> dict[str, Any]:
    """How columns are read: where 0 is missing, and which are categories. DataError where trees do not agree."""
    def columns(chosen: Array) -> Array:
        return np.isin(np.arange(width), feature[chosen])

    zero, whole = columns((as_what == AS_ZERO) & ~by_category), columns(by_category)
    for one, other, what in ((zero, columns((as_what != AS_ZERO) & ~by_category), "0 as missing"),
                             (whole, columns(~by_category), "categories")):
        if (one & other).any():
            raise DataError(f"column {np.flatnonzero(one & other)[0]} of the booster has {what} in some trees and not "
                            "in others: train it anew")
    settings: dict[str, Any] = {"zero": zero} if zero.any() else {}
    return settings | ({"whole": whole, "toward_zero": True} if whole.any() else {})


def _lines(trees: Sequence[Tree], width: int) -> dict[str, Array]:
    """For each leaf: a constant, and columns with their slopes; -1 where there is no column any more."""
    parts = [one.line or (one.value, np.zeros(len(one.value), np.int32), np.zeros(0), np.zeros(0)) for one in trees]
    counts = _all([part[1] for part in parts], np.int64)
    flat, slopes = _all([part[2] for part in parts], np.int64), _all([part[3] for part in parts], np.float64)
    if (flat < 0).any() or (flat >= width).any():
        raise DataError("the booster has leaves with columns that it does not have")
    most = max(int(counts.max(initial=0)), 1)
    if most * len(counts) > forest.MOST:
        raise DataError("the booster has leaves with too many columns")
    inside = np.arange(most) < counts[:, None]
    column, slope = np.full(inside.shape, -1, np.int32), np.zeros(inside.shape)
    column[inside], slope[inside] = flat, slopes
    return {"constant": _all([part[0] for part in parts], np.float64), "column": column, "slope": slope}
