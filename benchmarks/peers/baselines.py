"""Honest baselines: the same six rates and gaps by pandas, numpy and scikit-learn, by hand, in memory.

``python -m benchmarks.peers.baselines LOG``; runs in the environment of Fairlearn.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas
from sklearn.metrics import confusion_matrix

from benchmarks.harness import cpu_seconds

GROUPINGS = (["sex"], ["race"], ["sex", "race", "age"])


def rates(table: Any) -> Any:
    """float[6, G] from counts [G, label, decision]."""
    (tn, fp), (fn, tp) = np.moveaxis(table[..., 0, :], -1, 0), np.moveaxis(table[..., 1, :], -1, 0)
    n = tn + fp + fn + tp
    return np.stack([(tp + fp) / n, tp / (tp + fn), fp / (fp + tn), fn / (tp + fn), tp / (tp + fp), (tp + tn) / n])


def gaps(measured: Any) -> Any:
    """Differences and ratios over the groups."""
    return measured.max(1) - measured.min(1), measured.min(1) / measured.max(1)


def by_pandas(frame: pandas.DataFrame) -> list[Any]:
    """One `groupby` on the finest cells, added up for the coarser groupings."""
    cells = frame.groupby(["sex", "race", "age", "label", "decision"], observed=True).size()
    found = []
    for grouping in GROUPINGS:
        table = cells.groupby([*grouping, "label", "decision"], observed=True).sum().unstack(["label", "decision"])
        table = table.sort_index(axis=1).fillna(0).to_numpy().reshape(len(table), 2, 2)
        found.append(gaps(rates(table)))
    return found


def by_numpy(frame: pandas.DataFrame) -> list[Any]:
    """One `bincount` on the codes of the categories."""
    sizes = [len(frame[name].cat.categories) for name in ("sex", "race", "age")]
    code = np.zeros(len(frame), dtype=np.int64)
    for name, size in zip(("sex", "race", "age"), sizes, strict=True):
        code = code * size + frame[name].cat.codes.to_numpy()
    code = code * 4 + frame["label"].to_numpy() * 2 + frame["decision"].to_numpy()
    cube = np.bincount(code, minlength=int(np.prod(sizes)) * 4).reshape(*sizes, 2, 2)
    tables = (cube.sum((1, 2)), cube.sum((0, 2)), cube.reshape(-1, 2, 2))
    return [gaps(rates(table)) for table in tables]


def by_sklearn(frame: pandas.DataFrame) -> list[Any]:
    """A confusion matrix of scikit-learn for each group."""
    found = []
    for grouping in GROUPINGS:
        groups = frame.groupby(grouping, observed=True).indices.values()
        label, decision = frame["label"].to_numpy(), frame["decision"].to_numpy()
        table = np.stack([confusion_matrix(label[rows], decision[rows], labels=[0, 1]) for rows in groups])
        found.append(gaps(rates(table)))
    return found


def main(path: str) -> None:
    """Each way three times after a warm-up; the median."""
    frame = pandas.read_parquet(path, columns=["label", "decision", "sex", "race", "age"])
    before = cpu_seconds()
    pandas.read_parquet(path, columns=["label", "decision", "sex", "race", "age"])
    took = {"pandas.read_parquet alone": cpu_seconds() - before}
    ways: dict[str, Callable[[pandas.DataFrame], list[Any]]] = {
        "scikit-learn confusion_matrix by hand": by_sklearn, "pandas groupby(observed).size()": by_pandas,
        "numpy bincount": by_numpy}
    found = {}
    for name, way in ways.items():
        way(frame.iloc[:2000])
        spent = []
        for _ in range(3):
            before = cpu_seconds()
            found[name] = way(frame)
            spent.append(cpu_seconds() - before)
        took[name] = sorted(spent)[1]
    first, *others = found.values()
    same = all(np.array_equal(a, b) for other in others for one, two in zip(first, other, strict=True)
               for a, b in zip(one, two, strict=True))
    print(json.dumps({"cpu": sum(took.values()), "took": took, "agree": same}))


if __name__ == "__main__":
    main(sys.argv[1])
