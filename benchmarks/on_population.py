"""What a log says of another population, beside NannyML: ``python -m benchmarks.on_population [SEEDS]``.

Adult, parted at random: rows to learn from, rows of a biased place with labels, and rows of the whole population whose
labels are hidden. The place has few people who are old, learned and work long, for whom a model is wrong more often.
The model was learned in such a place too. What is asked is how good it is on the population, whose labels tell it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, recall_score, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

import shall
from benchmarks import harness
from examples.fetch import fetch
from shall.methods.learn import lightgbm
from shall.methods.prepare import encode

NANNYML: Final = ("nannyml==0.13.1", "statsmodels==0.14.4", "numpy==1.26.4", "pandas==2.2.3", "pyarrow==17.0.0",
                  "scikit-learn==1.5.2", "scipy==1.14.1", "fsspec==2024.10.0", "s3fs==2024.10.0", "gcsfs==2024.10.0",
                  "setuptools==80.9.0")
SEEDS: Final = 10
LABEL: Final = "income"
POSITIVE: Final = ">50K"
MEASURES: Final = ("accuracy", "roc_auc", "true_positive_rate")
ON: Final = " on population"
GIVEN: Final = ("label", "score", "decision")
SIZES: Final = (9_000, 21_000)              # rows of the population that are kept to learn from, and for the place


def worlds(seed: int, sizes: tuple[int, int] = SIZES) -> tuple[pa.Table, pa.Table]:
    """The log of a biased place, and the population; both with score and decision of a model, and the label."""
    parts = [pq.read_table(fetch("adult") / f"{name}.parquet") for name in ("train", "test")]
    random = np.random.default_rng(seed)
    table = pa.concat_tables(parts).combine_chunks()
    table = table.take(random.permutation(len(table)))
    learn, place = biased(table.slice(0, sizes[0]), random), biased(table.slice(*sizes), random)
    names = [name for name in table.column_names if name not in (LABEL, "fnlwgt")]
    encoding = encode.fit(learn, names)
    learned = lightgbm.fit(encoding(learn), positive(learn).astype(np.int64), encoding.sizes, classes=2, seed=seed)
    return tuple(decided(rows.select([*names, LABEL]), learned.probabilities(encoding(rows))[:, 1])   # type: ignore[return-value]
                 for rows in (place, table.slice(sum(sizes))))


def biased(rows: pa.Table, random: np.random.Generator) -> pa.Table:
    """Few of those that are old, learned and work long."""
    level = sum((rows.column(name).to_numpy() - center) / spread for name, center, spread in
                (("age", 38, 14), ("education_num", 10, 2.6), ("hours_per_week", 40, 12)))
    return rows.filter(pa.array(random.random(len(rows)) < 1 / (1 + np.exp(0.9 * level + 0.3))))


def positive(rows: pa.Table) -> Any:
    """bool[rows]: the label."""
    return np.array(rows.column(LABEL).to_pylist()) == POSITIVE


def decided(rows: pa.Table, score: Any) -> pa.Table:
    """With what the model says."""
    label = positive(rows).astype(np.int8)
    return (rows.drop_columns([LABEL]).append_column("score", pa.array(score))
            .append_column("decision", pa.array((score >= 0.5).astype(np.int8)))
            .append_column("label", pa.array(label)))


def ours(log: pa.Table, population: Path) -> dict[str, Any]:
    """What the log says of itself and of the population, each with its bounds."""
    lines = {f"{name}{where}": f"{name}{where} >= 0.5" for name in MEASURES for where in ("", ON)}
    report, cpu = harness.timed(lambda: shall.check(
        {"subject": {"target": "label", "positive": "1"}, "data": {"population": str(population)},
         "requirements": lines}, log, record=False))
    found = {one.name: (one.deciding.value, one.deciding.low, one.deciding.high) for one in report.verdicts}
    return {"cpu": cpu, "note": report.notes[-1], "raw": {name: found[name] for name in MEASURES},
            "found": {name: found[name + ON] for name in MEASURES}}


def by_hand(log: pa.Table, population: pa.Table) -> dict[str, Any]:
    """Importance weights in a few lines of scikit-learn; no bounds."""
    names = [name for name in log.column_names if name not in GIVEN]
    both = pd.concat([log.select(names).to_pandas(), population.select(names).to_pandas()])
    other = np.arange(len(both)) >= len(log)

    def made() -> Any:
        text = make_column_selector(dtype_exclude="number")
        columns = make_column_transformer((OneHotEncoder(handle_unknown="ignore"), text), remainder=StandardScaler())
        chance = make_pipeline(columns, LogisticRegression(max_iter=1000)).fit(both, other).predict_proba(both)[:, 1]
        weight = (chance / (1 - chance))[:len(log)]
        label, decision, score = (log.column(name).to_numpy() for name in ("label", "decision", "score"))
        return {"accuracy": accuracy_score(label, decision, sample_weight=weight),
                "roc_auc": roc_auc_score(label, score, sample_weight=weight),
                "true_positive_rate": recall_score(label, decision, sample_weight=weight)}

    found, cpu = harness.timed(made)
    return {"cpu": cpu, "found": {name: (value, None, None) for name, value in found.items()}}


def truth(population: pa.Table) -> dict[str, float]:
    """What the labels of the population say."""
    report = shall.check({"subject": {"target": "label", "positive": "1"},
                          "requirements": {name: f"{name} >= 0.5" for name in MEASURES}}, population, record=False)
    return {one.name: float(one.deciding.value or np.nan) for one in report.verdicts}


def compared(seed: int, folder: Path) -> dict[str, Any]:
    """One world: what is true, and what each says."""
    log, population = worlds(seed)
    paths = folder / "log.parquet", folder / "population.parquet", folder / "unlabelled.parquet"
    pq.write_table(log, paths[0])
    pq.write_table(population.drop_columns(["label", "score", "decision"]), paths[1])
    pq.write_table(population.drop_columns(["label"]), paths[2])
    peer = harness.environment("nannyml", NANNYML)
    mine = ours(log, paths[1])
    return {"seed": seed, "rows": len(log), "true": truth(population), "note": mine["note"], "who": {
        "the log as it is": {"cpu": 0.0, "found": mine["raw"]}, "shall, `on`": mine,
        "NannyML CBPE": harness.run(peer, "benchmarks.peers.nannyml_cbpe", str(paths[0]), str(paths[2])),
        "scikit-learn, by hand": by_hand(log, population)}}


def told(rows: list[dict[str, Any]]) -> list[str]:
    """The lines of the report."""
    sizes = [row["rows"] for row in rows]
    return [f"{len(rows)} worlds, logs of {min(sizes):,} to {max(sizes):,} rows. Distance to what the labels of the",
            "population say: mean, largest, with sign; how often a one-sided 95 % bound is wrong; CPU seconds",
            f"{'':<21} {'':<19} {'mean':>7} {'largest':>8} {'signed':>8} {'low':>6} {'high':>6} {'CPU':>6}",
            *(line(rows, who, name) for who in rows[0]["who"] for name in MEASURES),
            "the first world: " + rows[0]["note"]]


def line(rows: list[dict[str, Any]], who: str, name: str) -> str:
    """One contender and one measure over all worlds."""
    true = np.array([row["true"][name] for row in rows])
    value, low, high = (np.array([row["who"][who]["found"][name][place] for row in rows], dtype=float)
                        for place in range(3))
    off, cpu = value - true, np.mean([row["who"][who]["cpu"] for row in rows])
    known = bool(np.isfinite(low).all())
    wrong = f"{np.mean(low > true):>6.0%} {np.mean(high < true):>6.0%}" if known else f"{'-':>6} {'-':>6}"
    return (f"{who:<21} {name:<19} {np.abs(off).mean():>7.4f} {np.abs(off).max():>8.4f} {off.mean():>+8.4f} {wrong} "
            f"{cpu:>6.1f}")


def main(seeds: int) -> None:
    """All worlds."""
    with tempfile.TemporaryDirectory() as folder:
        rows = [compared(seed, Path(folder)) for seed in range(seeds)]
    harness.save("on_population", ["python -m benchmarks.on_population " + str(seeds), *told(rows)], {"worlds": rows})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SEEDS)
