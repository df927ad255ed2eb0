"""LightGBM's model text, as `save_model` writes it, read without LightGBM. Raw scores are the same to the last bit.

Reference: LightGBM 4, src/io/tree.cpp and include/LightGBM/tree.h.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from shall.core.errors import DataError
from shall.graph import booster, forest
from shall.graph.booster import Booster
from shall.graph.boosters import _lightgbm_tree as trees
from shall.graph.kinds import Fault

HEAD: Final = b"tree\n"
LINKS: Final = {
    "binary": "sigmoid", "cross_entropy": "sigmoid", "xentropy": "sigmoid", "multiclass": "softmax",
    "softmax": "softmax", "multiclassova": "sigmoid", "cross_entropy_lambda": "softplus", "xentlambda": "softplus",
    "poisson": "exp", "gamma": "exp", "tweedie": "exp", "regression": "identity", "regression_l1": "identity",
    "huber": "identity", "fair": "identity", "quantile": "identity", "mape": "identity", "lambdarank": "identity",
    "rank_xendcg": "identity", "": "identity"}
SQUARED: Final = ("regression", "regression_l1", "quantile", "mape", "fair")    # with `sqrt`: of the root


def takes(content: bytes) -> bool:
    """Whether it looks like one."""
    return content[:16].replace(b"\r\n", b"\n").startswith(HEAD)


def read(content: bytes) -> Booster:
    """The booster. DataError where the text is damaged, or says what no graph can."""
    if len(content) > booster.LARGEST:
        raise DataError(f"the booster has {len(content):,} bytes, more than {booster.LARGEST:,}")
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise DataError("the booster is not text in UTF-8") from error
    head, *blocks = _blocks(text)
    if "tree" not in head or not takes(content):
        raise DataError("this is no model text of LightGBM: its first line is not 'tree'")
    return _of(head, blocks, _listed(text))


def _blocks(text: str) -> Iterator[dict[str, str]]:
    """What stands before the trees, then each tree: by name, as text."""
    block: dict[str, str] = {}
    for line in text.split("\n"):
        name, _, value = line.rstrip("\r").partition("=")
        if name == "Tree":
            yield block
            block = {}
        if line.strip() == "end of trees":
            yield block
            return
        block[name] = value
    raise DataError("the booster is cut off: 'end of trees' is missing")


def _listed(text: str) -> tuple[tuple[Any, ...], ...]:
    """pandas' categories, which LightGBM's Python package writes on the last line."""
    line = text.rstrip().rpartition("\n")[2]
    if not line.startswith("pandas_categorical:"):
        return ()
    try:
        told = json.loads(line.partition(":")[2])
    except (ValueError, RecursionError) as error:
        raise DataError("the booster has categories that are not JSON") from error
    if told is None:
        return ()
    if not isinstance(told, list) or not all(isinstance(one, list) for one in told):
        raise DataError("the booster has categories that are not lists")
    if any(not isinstance(value, str | int | float | bool) for one in told for value in one):
        raise DataError("the booster has categories that are neither text nor numbers")
    return tuple(tuple(one) for one in told)


def _of(head: Mapping[str, str], blocks: Sequence[Mapping[str, str]], listed: tuple[tuple[Any, ...], ...]) -> Booster:
    outputs = booster.whole(head.get("num_tree_per_iteration", 1), "number of trees a round", 1, booster.OUTPUTS)
    width = booster.whole(head.get("max_feature_idx"), "last column", 0, booster.COLUMNS - 1) + 1
    if len(blocks) % outputs:
        raise DataError(f"the booster has {len(blocks)} trees, and {outputs} a round: the last round is cut off")
    for place, block in enumerate(blocks):
        if block.get("Tree") != str(place):
            raise DataError(f"tree {place} of the booster is called {block.get('Tree', '')[:20]!r}")
    op, settings = trees.joined([trees.tree(block, place) for place, block in enumerate(blocks)], outputs, width)
    try:
        forest.check(forest.of(settings), width)
    except Fault as fault:
        raise DataError(f"the booster is damaged: {fault.message}") from fault
    names = tuple(head.get("feature_names", "").split(" "))
    objective, link, scale = _objective(head.get("objective", ""))
    rounds = len(blocks) // outputs
    return Booster("lightgbm", op, settings, width, outputs, objective, link, "double", scale,
                   float(rounds) if "average_output" in head and rounds else 1.0,
                   names if len(names) == width else (), None, listed, _coded(head.get("feature_infos", "").split()))


def _coded(told: Sequence[str]) -> tuple[int, ...]:
    """The columns of categories: of a number, its range is told; of a constant, nothing."""
    return tuple(place for place, one in enumerate(told) if one != "none" and not one.startswith("["))


def _objective(told: str) -> tuple[str, str | None, float]:
    name, *rest = told.split() or [""]
    link, scale = LINKS.get(name), 1.0
    if "sqrt" in rest and name in SQUARED:
        link = "signed_square"
    for one in rest:
        if one.startswith("sigmoid:"):
            scale = trees.numbers(one.partition(":")[2], "sigmoid", 1)[0]
    return name, link, float(scale)
