"""Rows unlike those of training, beside scikit-learn: ``python -m benchmarks.unseen``.

A part of some real rows is left out of training, and has to be told from other rows that are like those of training.
Ours: `shall.stats.novelty`. Peers: IsolationForest and LocalOutlierFactor (novelty=True) as they come, on numbers that
are standardised and words one-hot (images as they are). Each learns from the same rows; each line is the same conformal
quantile of the same further rows, for a false alarm in at most 5 %.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import LocalOutlierFactor
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from benchmarks.harness import Result, save, timed
from examples.fetch import fetch
from shall.stats import novelty
from shall.stats.conformal import scores_of

ALPHA: Final = 0.05
SEEDS: Final = 3
Columns = dict[str, NDArray[Any]]
Bools = NDArray[np.bool_]
Case = tuple[str, Columns, NDArray[np.int64], Bools]


def _columns(path: Any, without: tuple[str, ...]) -> Columns:
    table = pq.read_table(path)
    found = {}
    for name in (one for one in table.column_names if one not in without):
        values = table.column(name).to_pylist()
        words = any(isinstance(value, str) for value in values)
        found[name] = np.array(values, dtype=object if words else np.float64)
    return found


def cases() -> Iterator[Case]:
    """What is left out: name, columns, classes, which rows."""
    adult = _columns(fetch("adult") / "train.parquet", ("fnlwgt", "income"))
    age, none = adult["age"], np.zeros(len(adult["age"]), dtype=np.int64)
    yield "Adult: over 60", adult, none, age > 60
    yield "Adult: race Black", adult, none, adult["race"] == "Black"
    yield "Adult: over 55 hours a week", adult, none, adult["hours_per_week"] > 55
    yield "Adult: married women", adult, none, (adult["sex"] == "Female") & (
        adult["marital_status"] == "Married-civ-spouse")
    yield "Adult: 35 to 45 with a degree", adult, none, (age >= 35) & (age <= 45) & (adult["education_num"] >= 13)
    people = _columns(fetch("employment") / "2015.parquet", (
        "id", "year", "household", "employed", "prediction", "predicted_probability", "timestamp"))
    none = np.zeros(len(people["AGEP"]), dtype=np.int64)
    yield "Employment: over 60", people, none, people["AGEP"] > 60
    yield "Employment: race black", people, none, people["race"] == "black"
    yield "Employment: women under 30", people, none, (people["sex"] == "women") & (people["AGEP"] < 30)
    digits = _columns(fetch("mnist") / "digits.parquet", ("id",))
    label = digits.pop("label").astype(np.int64)
    pixels = {name: values / 255 for name, values in digits.items()}
    yield "MNIST-5k: 8 and 9", pixels, label, label >= 8
    yield "MNIST-5k: 0 and 1", pixels, label - 2 * (label >= 2), label <= 1


def judged(case: Case, seed: int, learn: Callable[[Columns, Any], Callable[[Columns], Any]]) -> Result:
    """Area, false alarms and rows found by one contender, and its CPU seconds."""
    _, columns, label, out = case
    chance = np.random.default_rng(seed)
    known, new = chance.permutation(np.flatnonzero(~out)), chance.permutation(np.flatnonzero(out))[:3000]
    count = min(8000, len(known) * 6 // 10)
    cuts = known[:count], known[count:count + count // 4], known[count + count // 4:][:3000], new
    train, line, old, new_rows = ({name: values[rows] for name, values in columns.items()} for rows in cuts)

    def work() -> tuple[Any, Any, Any]:
        strange = learn(train, label[cuts[0]])
        return strange(line), strange(old), strange(new_rows)

    (calibration, first, second), seconds = timed(work)
    limit = scores_of(calibration).quantile(1 - ALPHA)
    truth = np.repeat([0, 1], [len(first), len(second)])
    return {"area": float(roc_auc_score(truth, np.append(first, second))), "false": float((first > limit).mean()),
            "found": float((second > limit).mean()), "cpu": seconds}


def _ours(train: Columns, label: Any) -> Callable[[Columns], Any]:
    return novelty.fit(train, label).strangeness


def _forest(train: Columns, label: Any) -> Callable[[Columns], Any]:
    encode = _encoder(train)
    made = IsolationForest(random_state=0, n_jobs=1).fit(encode(train))
    return lambda columns: -made.score_samples(encode(columns))


def _factor(train: Columns, label: Any) -> Callable[[Columns], Any]:
    encode = _encoder(train)
    made = LocalOutlierFactor(novelty=True, n_jobs=1).fit(encode(train))
    return lambda columns: -made.score_samples(encode(columns))


def _encoder(train: Columns) -> Callable[[Columns], NDArray[np.float64]]:
    numbers = [name for name, values in train.items() if values.dtype != object]
    words = [name for name in train if name not in numbers]

    def split(columns: Columns) -> tuple[Any, Any]:
        told = [[str(value) for value in columns[name]] for name in words]
        return np.nan_to_num(np.stack([columns[name] for name in numbers], axis=1)), np.array(told, dtype=object).T

    first, second = split(train)
    if not words:
        return lambda columns: split(columns)[0]
    scaled, coded = StandardScaler().fit(first), OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(second)

    def encode(columns: Columns) -> NDArray[np.float64]:
        some, other = split(columns)
        return np.hstack([scaled.transform(some), coded.transform(other)])

    return encode


def main() -> None:
    """Each case, each contender, some seeds."""
    contenders = {"ours": _ours, "isolation forest": _forest, "local outlier factor": _factor}
    lines = ["python -m benchmarks.unseen",
             f"Means of {SEEDS} seeds: area under the curve, rows found, false alarms at a line for {ALPHA:.0%}.", "",
             f"{'left out':32}{'':24}{'area':>7}{'found':>9}{'false':>9}{'CPU s':>9}"]
    figures: Result = {}
    for case in cases():
        for name, learn in contenders.items():
            found = [judged(case, seed, learn) for seed in range(SEEDS)]
            mean = {key: float(np.mean([one[key] for one in found])) for key in found[0]}
            figures[f"{case[0]}, {name}"] = mean
            lines.append(f"{case[0]:32}{name:24}{mean['area']:7.3f}{mean['found']:9.1%}{mean['false']:9.1%}"
                         f"{mean['cpu']:9.2f}")
    save("unseen", lines, {"cases": figures})


if __name__ == "__main__":
    main()
