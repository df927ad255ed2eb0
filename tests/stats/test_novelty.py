"""What training never saw is found in real rows, and rows like those of training are hardly ever taken for it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score

from examples.fetch import fetch
from shall.core.errors import DataError
from shall.stats import novelty
from shall.stats.novelty import Novelty

Columns = dict[str, np.ndarray[Any, Any]]
LEFT_OUT = {"age over 60": lambda rows: rows["age"] > 60, "married women": lambda rows: (
    rows["sex"] == "Female") & (rows["marital_status"] == "Married-civ-spouse"),
    "middle-aged with a degree": lambda rows: (rows["age"] >= 35) & (rows["age"] <= 45) & (rows["education_num"] >= 13)}


@cache
def census() -> Columns:
    table = pq.read_table(fetch("adult") / "train.parquet").drop_columns(["fnlwgt", "income"]).slice(0, 20_000)
    return {name: table.column(name).to_numpy() if name in ("age", "education_num", "hours_per_week", "capital_gain",
            "capital_loss") else np.array(table.column(name).to_pylist(), dtype=object) for name in table.column_names}


def some(rows: Any) -> Columns:
    return {name: values[rows] for name, values in census().items()}


@pytest.mark.parametrize("what", LEFT_OUT)
def test_a_group_that_was_left_out_is_found(what: str) -> None:
    out = LEFT_OUT[what](census())
    order = np.random.default_rng(0).permutation(np.flatnonzero(~out))
    made = novelty.fit(some(order[:6000])).calibrated(some(order[6000:8000]), 0.05)
    known, unknown = made.strangeness(some(order[8000:])), made.strangeness(some(out))
    assert roc_auc_score(np.repeat([0, 1], [len(known), len(unknown)]), np.append(known, unknown)) >= 0.93
    assert (known > made.line).mean() <= 0.065
    assert (unknown > made.line).mean() >= 0.85
    np.testing.assert_array_equal(made.seen(some(out)), unknown <= made.line)


def test_rows_of_the_same_kind_are_sent_away_as_seldom_as_promised() -> None:
    """The law is exact on average over lines: 200 lines of 200 rows each."""
    order = np.random.default_rng(1).permutation(20_000)
    made = novelty.fit(some(order[:4000]))
    scores, chance, away = made.strangeness(some(order[4000:])), np.random.default_rng(2), []
    for _ in range(200):
        mixed = chance.permutation(scores)
        away.append((mixed[200:] > novelty.scores_of(mixed[:200]).quantile(0.9)).mean())
    assert np.mean(away) <= 0.1 + 3 * np.std(away) / np.sqrt(200)


def test_wide_rows_go_by_distance() -> None:
    table = pq.read_table(fetch("mnist") / "digits.parquet")
    label = table.column("label").to_numpy()
    pixels = {name: table.column(name).to_numpy() / 255 for name in table.column_names if name.startswith("p")}
    order = np.random.default_rng(0).permutation(len(label))
    known, unknown = order[label[order] < 8], order[label[order] >= 8]
    parts = [{name: values[rows] for name, values in pixels.items()} for rows in
             (known[:2500], known[2500:3200], known[3200:], unknown)]
    made = novelty.fit(parts[0], label[known[:2500]]).calibrated(parts[1], 0.05)
    old, new = made.strangeness(parts[2]), made.strangeness(parts[3])
    assert roc_auc_score(np.repeat([0, 1], [len(old), len(new)]), np.append(old, new)) >= 0.88
    assert (old > made.line).mean() <= 0.08 and (new > made.line).mean() >= 0.4
    row = {name: values[0] for name, values in parts[3].items()}
    assert made.knows(row) == bool(made.seen({name: [value] for name, value in row.items()})[0])
    assert made.why(row) in ("far from every row of training", "between two classes, near the rows of neither")


def test_a_row_is_read_as_the_columns_are_and_is_told_why() -> None:
    made = novelty.fit(some(slice(0, 4000))).calibrated(some(slice(4000, 6000)), 0.05)
    table = [dict(zip(census(), values, strict=True)) for values in zip(*some(slice(6000, 6500)).values(), strict=True)]
    assert [made.knows(row) for row in table] == made.seen(some(slice(6000, 6500))).tolist()
    assert made.why({**table[0], "age": 99}) == "age = 99 (training saw 17 to 90) was never seen in training"
    assert made.why({**table[0], "sex": "Male", "relationship": "Wife"}).startswith("relationship = Wife together with")
    again = novelty.of(json.loads(json.dumps(made.described())))
    np.testing.assert_array_equal(again.strangeness(some(slice(6000, 9000))), made.strangeness(some(slice(6000, 9000))))
    assert again.limits == made.limits


def test_of_many_numbers_one_that_lies_far_outside_is_found() -> None:
    """Of thirty columns every fifth fresh row is beyond the range of one: how far counts, or no line could tell."""
    X = load_breast_cancer(as_frame=True).data
    cuts = slice(0, 300), slice(300, 500), slice(500, 569)
    parts = [{name: X[name].to_numpy()[some] for name in X} for some in cuts]
    made = novelty.fit(parts[0]).calibrated(parts[1], 0.1)
    assert made.seen(parts[2]).mean() >= 0.8
    assert not made.seen({**parts[2], "mean radius": np.full(69, 400.0)}).any()


def test_without_a_line_everything_counts_as_seen() -> None:
    made = novelty.fit(some(slice(0, 100)))
    assert made.seen(some(slice(100, 200))).all()
    few = made.calibrated(some(slice(100, 110)), 0.05)      # 19 rows could tell 5 %
    assert few.line == np.inf and isinstance(novelty.of(json.loads(json.dumps(few.described()))), Novelty)


def test_what_cannot_be_told_is_refused() -> None:
    with pytest.raises(DataError, match="20 rows"):
        novelty.fit({"x": np.arange(3.0)})
    with pytest.raises(DataError, match="no column age, "):
        novelty.fit(some(slice(0, 100))).seen({"sex": census()["sex"][:9]})
    with pytest.raises(DataError, match="another kind than training"):
        novelty.fit(some(slice(0, 100))).seen({**some(slice(0, 2)), "age": np.array(["old", "young"], dtype=object)})
    with pytest.raises(DataError, match="numbers"):
        novelty.fit({f"x{place}": np.array(["a"] * 50, dtype=object) for place in range(70)})
    with pytest.raises(DataError, match="has values"):
        novelty.fit({"x": np.full(50, np.nan)})
    with pytest.raises(DataError, match="between 0 and 1"):
        novelty.fit(some(slice(0, 100))).calibrated(some(slice(0, 100)), 1.5)
