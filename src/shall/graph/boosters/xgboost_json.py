"""XGBoost's models, as `save_model` writes them in JSON or UBJSON, read without XGBoost. Margins are the same to the
last bit; where early stopping found a best round, rounds after it do not count, as scikit-learn's interface has it.

Reference: XGBoost 3.2, doc/model.schema, src/tree and src/gbm.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

import numpy as np

from shall.core.errors import DataError
from shall.graph import booster, forest
from shall.graph.booster import Booster
from shall.graph.boosters import _xgboost_tree as trees
from shall.graph.boosters._ubjson import Reader
from shall.graph.kinds import Array, Fault

LINKS: Final = {
    "binary:logistic": "sigmoid", "reg:logistic": "sigmoid", "binary:logitraw": "identity", "binary:hinge": "step",
    "multi:softprob": "softmax", "multi:softmax": "argmax", "count:poisson": "exp", "reg:gamma": "exp",
    "reg:tweedie": "exp", "survival:cox": "exp", "survival:aft": "exp", "reg:squarederror": "identity",
    "reg:linear": "identity", "reg:squaredlogerror": "identity", "reg:pseudohubererror": "identity",
    "reg:absoluteerror": "identity", "reg:quantileerror": "identity", "reg:expectileerror": "identity",
    "rank:pairwise": "identity", "rank:ndcg": "identity", "rank:map": "identity"}
LOGIT: Final = ("binary:logistic", "reg:logistic")
READABLE: Final = (1, 2, 3)                 # major versions whose format is known


def takes(content: bytes) -> bool:
    """Whether it looks like one."""
    return content[:1] == b"{" and b"learner" in content[:4096]


def read(content: bytes, best_only: bool = True, in_place: bool = False) -> Booster:
    """The booster, up to its best round where it has one and ``best_only``.

    ``in_place``: a dart to 3.2 adds up as its `inplace_predict`, and so its wrapper for scikit-learn, which takes the
    start off each tree again, in single precision. DataError where the file is damaged, or says what no graph can.
    """
    if len(content) > booster.LARGEST:
        raise DataError(f"the booster has {len(content):,} bytes, more than {booster.LARGEST:,}")
    try:
        return _of(_told(content), best_only, in_place)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError, RecursionError) as error:
        raise DataError(f"this is no model of XGBoost, or a damaged one: {error!r:.200}") from error
    except Fault as fault:
        raise DataError(f"the booster is damaged: {fault.message}") from fault


def _told(content: bytes) -> Mapping[str, Any]:
    plain = content[:16].lstrip(b"{ \t\r\n")[:1] in (b'"', b"}")
    told = json.loads(content) if plain else Reader(content).value()
    if not isinstance(told, dict) or not isinstance(told.get("learner"), dict):
        raise DataError("this is no model of XGBoost: it has no 'learner'")
    if told.get("version", [0])[0] not in READABLE:
        raise DataError(f"the booster is of XGBoost {told.get('version')}, whose format is not known")
    return told


def _of(told: Mapping[str, Any], best_only: bool, in_place: bool) -> Booster:
    learner, version = told["learner"], told["version"]
    parameters, grown = learner["learner_model_param"], learner["gradient_booster"]
    width = booster.whole(parameters["num_feature"], "number of columns", 1, booster.COLUMNS)
    classes = booster.whole(parameters.get("num_class", 0), "number of classes", 0, booster.OUTPUTS)
    targets = booster.whole(parameters.get("num_target", 1), "number of targets", 0, booster.OUTPUTS)
    outputs = max(classes, targets, 1)
    objective = str(learner["objective"]["name"])
    starts = _starts(str(parameters["base_score"]), objective, outputs)
    kind, best = grown["name"], learner.get("attributes", {}).get("best_iteration") if best_only else None
    if kind == "gblinear":
        op, settings = "linear_single", _linear(grown, width, starts, version)
    else:
        if kind not in ("gbtree", "dart"):
            raise DataError(f"the booster is a {str(kind)[:40]!r}, which is not known: gbtree, dart or gblinear are")
        op, settings = "trees", _forest(grown, best, starts, width, in_place)
    model = grown.get("gbtree", grown).get("model", {})
    names = tuple(str(one) for one in learner.get("feature_names") or ())
    return Booster(f"xgboost {'.'.join(str(part) for part in version)[:20]}", op, settings, width, outputs, objective,
                   LINKS.get(objective), "single", names=names if len(names) == width else (),
                   categories=_categories(model.get("cats"), width))


def _starts(written: str, objective: str, outputs: int) -> Array:
    """The margins that the sums start from: float32[outputs]."""
    found = trees.numbers([float(part) for part in written.strip("[] ").split(",")], "base_score")
    if len(found) not in (1, outputs):
        raise DataError(f"the booster has {len(found)} starts for {outputs} outputs")
    if objective in LOGIT:
        if not ((found > 0) & (found < 1)).all():
            raise DataError(f"the booster starts from {written[:40]}, which is no probability")
        odds = np.float32(1) / found - np.float32(1)
        found = np.array([-math.log(one) for one in odds.astype(np.float64)], np.float32)
    elif LINKS.get(objective) == "exp":
        if not (found > 0).all():
            raise DataError(f"the booster starts from {written[:40]}, which has no logarithm")
        found = np.array([math.log(one) for one in found.astype(np.float64)], np.float32)
    return np.broadcast_to(found, outputs).copy()


def _linear(grown: Mapping[str, Any], width: int, starts: Array, version: Sequence[int]) -> dict[str, Any]:
    """float32 weights [p, outputs] and biases: the last of them. To 3.4, every output starts as the first one does."""
    if (starts != starts[0]).any() and tuple(version[:2]) > (3, 4):
        raise DataError("a gblinear of several outputs that start differently is not known from XGBoost 3.5 on")
    weights = trees.numbers(grown["model"]["weights"], "weights", (width + 1) * len(starts)).reshape(width + 1, -1)
    return {"weight": weights[:-1], "bias": weights[-1] + starts[0]}


def _forest(grown: Mapping[str, Any], best: Any, starts: Array, width: int, in_place: bool
            ) -> dict[str, Any]:
    model = grown["gbtree"]["model"] if "gbtree" in grown else grown["model"]
    groups = trees.whole(model["tree_info"], "tree_info", len(model["trees"]))
    if len(groups) and (groups.min() < 0 or groups.max() >= len(starts)):
        raise DataError(f"the booster has a tree for output {groups.max()} of {len(starts)}")
    count = _counted(model, best, len(starts))
    found = [trees.tree(one, place) for place, one in enumerate(model["trees"][:count])]
    dropped = model.get("weight_drop", grown.get("weight_drop"))    # there since 3.3
    if grown["name"] == "dart" or dropped:
        weights = trees.numbers(dropped, "weight_drop", len(groups))
        lifts = starts[groups] if in_place and grown["name"] == "dart" else np.zeros(len(groups), np.float32)
        found = [one._replace(value=((lift + one.value) - lift) * weight)
                 for one, weight, lift in zip(found, weights, lifts, strict=False)]
    joined = trees.joined(found, groups[:count], starts)
    forest.check(joined, width)
    by_category = np.isin(np.arange(width), joined.feature[joined.member >= 0])
    return joined.settings() | ({"whole": by_category} if by_category.any() else {})


def _counted(model: Mapping[str, Any], best: Any, outputs: int) -> int:
    """How many trees count: those up to the best round, where there is one."""
    every = len(model["trees"])
    if best is None:
        return every
    last = booster.whole(best, "best round", 0, forest.MOST) + 1
    ends = model.get("iteration_indptr")
    if ends is not None:
        ends = trees.whole(ends, "iteration_indptr")
        return min(int(ends[last]), every) if 0 <= last < len(ends) else every
    parallel = booster.whole(model["gbtree_model_param"].get("num_parallel_tree", 1), "trees a round", 1, forest.MOST)
    return min(last * parallel * outputs, every)


def _categories(told: Any, width: int) -> dict[int, tuple[Any, ...]] | None:
    """What the codes of a column stand for, as XGBoost 3.1 and later write it."""
    if not told or not told.get("enc"):
        return None
    if len(told["enc"]) != width:
        raise DataError(f"the booster has categories of {len(told['enc'])} columns, and {width} columns")
    return {place: _texts(one) if "offsets" in one else tuple(one["values"]) for place, one in enumerate(told["enc"])
            if len(one["values"])}


def _texts(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The names; none where one is beyond ASCII: XGBoost cuts those of pandas by letters, and writes bytes."""
    ends = trees.whole(told["offsets"], "offsets of categories")
    content = bytes(int(one) & 255 for one in told["values"])
    if len(ends) and (ends[0] != 0 or (np.diff(ends) < 0).any() or ends[-1] > len(content)):
        raise DataError("the booster has damaged names of categories")
    if not content.isascii():
        return ()
    return tuple(content[start:end].decode() for start, end in pairwise(ends))
