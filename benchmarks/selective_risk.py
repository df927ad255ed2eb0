"""A promised share of wrong answers, kept or not: ``python -m benchmarks.selective_risk``.

A model learns from the training file of Adult. 500 times some of the 16,281 other rows place a line by each way, and it
is judged on the rest. Ways: ours (a line tested from the surest rows on), the algorithm of Geifman and El-Yaniv (2017)
with exact binomial bounds, and the naive line, where the rows themselves show the risk.
"""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Final

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from benchmarks.harness import Result, save, timed
from examples.fetch import fetch
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode
from shall.methods.selective import risk_control
from shall.stats.special import clopper_pearson

RESPLITS: Final = 500
CONFIDENCE: Final = 0.95
CASES: Final = ((0.05, 1000), (0.05, 4000), (0.02, 2000), (0.1, 500))
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def world() -> tuple[Floats, Bools, NDArray[np.str_]]:
    """How sure the model is, whether it is wrong, and the sex."""
    tables = [pq.read_table(fetch("adult") / f"{name}.parquet").drop_columns(["fnlwgt"]) for name in ("train", "test")]
    names = [name for name in tables[0].column_names if name != "income"]
    encoding = encode.fit(tables[0], names)
    labels = [np.array([one == ">50K" for one in table["income"].to_pylist()], dtype=np.int64) for table in tables]
    learned = lightgbm.fit(encoding(tables[0]), labels[0], encoding.sizes, classes=2, settings={"rounds": 100})
    P = learned.probabilities(encoding(tables[1]))
    return P.max(axis=1), P.argmax(axis=1) != labels[1], np.array(tables[1]["sex"].to_pylist())


def naive(sure: Floats, wrong: Bools, risk: float, _: Any = None) -> float:
    """As low as the rows themselves show the risk."""
    order = np.argsort(-sure, kind="stable")
    kept = np.flatnonzero(np.cumsum(wrong[order]) <= risk * np.arange(1, len(sure) + 1))
    return float(sure[order][kept[-1]]) if len(kept) else math.inf


def guaranteed(sure: Floats, wrong: Bools, risk: float, _: Any = None) -> float:
    """Geifman and El-Yaniv (2017), algorithm 2: a binary search, each step at an equal part of the level."""
    order = np.argsort(sure, kind="stable")
    low, high, steps, line = 0, len(sure) - 1, math.ceil(math.log2(len(sure))), math.inf
    for _step in range(steps):
        middle = math.ceil((low + high) / 2)
        answered = sure >= sure[order[middle]]
        k, n = np.array([float(wrong[answered].sum())]), np.array([float(answered.sum())])
        if clopper_pearson(k, n, (1 - CONFIDENCE) / steps)[1][0] < risk:
            high, line = middle, float(sure[order[middle]])
        else:
            low = middle
    return line


def ours(sure: Floats, wrong: Bools, risk: float, groups: Any = None) -> float:
    """`risk_control`."""
    return risk_control.fit(sure, wrong, risk, CONFIDENCE, groups).line


def case(told: tuple[Floats, Bools, NDArray[np.str_]], risk: float, rows: int, way: tuple[Any, bool]) -> Result:
    """How often the promise was broken, overall or in some group, and the share answered."""
    (sure, wrong, sex), (line_of, grouped) = told, way
    chance, broken, coverage, cpu = np.random.default_rng(0), 0, [], 0.0
    for _ in range(RESPLITS):
        order = chance.permutation(len(sure))
        some, rest = order[:rows], order[rows:]
        line, seconds = timed(partial(line_of, sure[some], wrong[some], risk, sex[some] if grouped else None))
        cpu += seconds / RESPLITS
        answered = sure[rest] >= line
        coverage.append(answered.mean())
        parts = [answered & (sex[rest] == one) for one in np.unique(sex)] if grouped else [answered]
        broken += any(part.any() and wrong[rest][part].mean() > risk for part in parts)
    return {"broken": broken / RESPLITS, "answered": float(np.mean(coverage)),
            "answered_low": float(np.quantile(coverage, 0.1)), "cpu": cpu}


def main() -> None:
    """Each case, each way."""
    told = world()
    ways = {"ours": (ours, False), "ours, in each sex": (ours, True), "Geifman and El-Yaniv": (guaranteed, False),
            "naive": (naive, False)}
    lines = ["python -m benchmarks.selective_risk",
             f"Adult, LightGBM, wrong on {told[1].mean():.1%} of all rows; {RESPLITS} resplits, {CONFIDENCE:.0%} "
             "confidence.",
             "", f"{'risk':>6}{'rows':>7}  {'':24}{'broken':>8}{'answered':>10}{'worst 10 %':>12}{'CPU ms':>8}"]
    figures: Result = {}
    for risk, rows in CASES:
        for name, way in ways.items():
            found = case(told, risk, rows, way)
            figures[f"{risk}, {rows}, {name}"] = found
            lines.append(f"{risk:6.0%}{rows:7,}  {name:24}{found['broken']:8.1%}{found['answered']:10.1%}"
                         f"{found['answered_low']:12.1%}{1000 * found['cpu']:8.1f}")
    save("selective_risk", lines, {"cases": figures})


if __name__ == "__main__":
    main()
