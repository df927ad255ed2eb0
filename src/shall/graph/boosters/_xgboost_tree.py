"""One tree of XGBoost's JSON as arrays, and all of them as one forest of single precision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from shall.core.errors import DataError
from shall.graph import forest
from shall.graph.forest import Forest
from shall.graph.kinds import Array

LEAF: Final = -1


class Tree(NamedTuple):
    """Splits [m] and leaves [m + 1], in an order in which children come after their parent."""

    feature: Array
    threshold: Array
    left: Array
    right: Array
    missing_left: Array
    member: Array                           # of ``sets``
    sets: tuple[Array, ...]
    value: Array
    often_left: Array                       # [m], or [0] where it does not tell how heavy its nodes are


def tree(told: Mapping[str, Any], place: int) -> Tree:
    """The arrays of a tree. DataError."""
    where = f"of tree {place}"
    if str(told.get("tree_param", {}).get("size_leaf_vector", "1")) not in ("0", "1"):
        raise DataError(f"the leaves {where} hold several numbers: train with multi_strategy='one_output_per_tree'")
    left, right = (whole(told[name], f"{name} {where}") for name in ("left_children", "right_children"))
    size = len(left)
    feature, default = (whole(told[name], f"{name} {where}", size) for name in ("split_indices", "default_left"))
    condition = numbers(told["split_conditions"], f"split_conditions {where}", size)
    by_category = whole(told["split_type"], f"split_type {where}", size) == 1 if told.get("split_type") else \
        np.zeros(size, np.bool_)
    order = _order(left, right, where)
    inner = left[order] != LEAF
    place_of = np.zeros(size, np.int64)
    place_of[order[inner]], place_of[order[~inner]] = np.arange(inner.sum()), ~np.arange((~inner).sum())
    splits, member = order[inner], np.full(size, -1)
    sets = _sets(told, member, where)
    by_category = by_category[splits]
    if ((member[splits] >= 0) != by_category).any():
        raise DataError(f"the booster has splits by categories {where} without their categories")
    yes, no = place_of[left[splits]], place_of[right[splits]]
    often = _often(told, left[splits], right[splits], where)
    return Tree(feature[splits], np.where(by_category, np.float32(0), condition[splits]),
                np.where(by_category, no, yes), np.where(by_category, yes, no),
                (default[splits] != 0) != by_category, member[splits], sets, condition[order[~inner]],
                often & ~by_category if len(often) else often)


def _often(told: Mapping[str, Any], left: Array, right: Array, where: str) -> Array:
    """Which splits send most of their rows to the left, as their second derivatives weigh them."""
    if "sum_hessian" not in told:
        return np.zeros(0, np.bool_)
    weight = _array(told["sum_hessian"], f"sum_hessian {where}", len(told["left_children"]))    # infinite ones, too
    return np.asarray(weight[left] > weight[right])


def _order(left: Array, right: Array, where: str) -> Array:
    """The nodes that the root leads to, level by level. DataError where one is reached twice."""
    size, here, levels, count = len(left), np.zeros(min(1, len(left)), np.int64), [], 0
    if not size or ((left == LEAF) != (right == LEAF)).any():
        raise DataError(f"the booster has a node {where} with one child, or no node")
    while len(here):
        levels.append(here)
        count += len(here)
        inner = here[left[here] != LEAF]
        here = np.concatenate([left[inner], right[inner]]).astype(np.int64)
        if count + len(here) > size or (here < 0).any() or (here >= size).any() or len(levels) > forest.DEEPEST:
            raise DataError(f"the booster has damaged children {where}, or more than {forest.DEEPEST} levels")
    order = np.concatenate(levels)
    if len(np.unique(order)) != len(order):
        raise DataError(f"the booster has a node {where} with several parents")
    return order


def _sets(told: Mapping[str, Any], member: Array, where: str) -> tuple[Array, ...]:
    """The categories that go right; says in ``member`` which nodes have which."""
    nodes = whole(told.get("categories_nodes", ()), f"categories_nodes {where}")
    starts, sizes = (whole(told.get(name, ()), f"{name} {where}", len(nodes))
                     for name in ("categories_segments", "categories_sizes"))
    categories = whole(told.get("categories", ()), f"categories {where}")
    ends = starts.astype(np.int64) + sizes
    if (nodes < 0).any() or (nodes >= len(member)).any() or (starts < 0).any() or (sizes < 0).any() or (
            ends > len(categories)).any() or (categories < 0).any() or (categories >= forest.LARGEST).any():
        raise DataError(f"the booster has damaged categories {where}")
    if sizes.sum() > len(categories) or len(np.unique(nodes)) != len(nodes):
        raise DataError(f"the booster has categories {where} that several nodes share")
    member[nodes] = np.arange(len(nodes))
    return tuple(np.unique(categories[start:end]) for start, end in zip(starts, ends, strict=True))


def whole(told: Any, what: str, size: int | None = None) -> Array:
    """int32[size] of a list. DataError."""
    found = _array(told, what, size)
    if not (np.abs(found) < 2**31).all() or (found != np.floor(found)).any():
        raise DataError(f"the booster has {what} that are no whole numbers")
    return found.astype(np.int32)


def numbers(told: Any, what: str, size: int | None = None) -> Array:
    """float32[size] of a list of finite numbers. DataError."""
    with np.errstate(over="ignore"):
        found = _array(told, what, size).astype(np.float32)
    if not np.isfinite(found).all():
        raise DataError(f"the booster has {what} that are no finite numbers")
    return found


def _array(told: Any, what: str, size: int | None) -> Array:
    try:
        found = np.array(told if isinstance(told, list | tuple) else None, dtype=np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise DataError(f"the booster has {what} that are no numbers") from error
    if found.ndim != 1 or (size is not None and len(found) != size):
        raise DataError(f"the booster has {found.shape} numbers as {what}, and not {size}")
    return found


def joined(trees: Sequence[Tree], groups: Array, starts: Array) -> Forest:
    """One forest; first of all a tree of one leaf for each number of ``starts`` that is not 0."""
    begin = np.flatnonzero(starts)
    splits = np.cumsum([0, *(len(one.feature) for one in trees)])
    leaves = np.cumsum([len(begin), *(len(one.value) for one in trees)])
    sets = [one for each in trees for one in each.sets]
    before = np.cumsum([0, *(len(one.sets) for one in trees)])

    def moved(name: str) -> Array:
        return _all([np.where(getattr(one, name) >= 0, getattr(one, name) + splits[place],
                              getattr(one, name) - leaves[place]) for place, one in enumerate(trees)], np.int32)

    often = _all([one.often_left for one in trees], np.bool_)
    members = [np.where(one.member >= 0, one.member + before[place], -1) for place, one in enumerate(trees)]
    roots = [splits[place] if len(one.feature) else ~leaves[place] for place, one in enumerate(trees)]
    return Forest(
        _all([one.feature for one in trees], np.int32), _all([one.threshold for one in trees], np.float32),
        moved("left"), moved("right"), _all([one.missing_left for one in trees], np.bool_), _all(members, np.int32),
        np.repeat(np.arange(len(sets)), [len(one) for one in sets]).astype(np.int32), _all(sets, np.int32),
        np.concatenate([~np.arange(len(begin)), roots]).astype(np.int32),
        _all([starts[begin], *(one.value for one in trees)], np.float32),
        _all([begin, np.repeat(groups, np.diff(leaves))], np.int32), len(starts), strict=True, precision="single",
        often_left=often if len(often) == splits[-1] else np.zeros(0, np.bool_))


def _all(parts: Sequence[Array], dtype: Any) -> Array:
    return np.concatenate([np.zeros(0, dtype), *parts]).astype(dtype)
