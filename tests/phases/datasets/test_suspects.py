"""A list for people is opened in sheets: no cell of it is a formula, and each stays in its row and column."""

from __future__ import annotations

import csv
import io
import re

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from shall.adapters.writing import write
from shall.phases.datasets.suspects import Suspects
from tests.reports.hostile import NAMES

USABLE = [name for name in NAMES if name.encode("utf-8", "ignore").decode() == name and "\x00" not in name]
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"[-+]?\d+([.,]\d*)?")


def listed(column: str = "id") -> Suspects:
    number = len(USABLE)
    return Suspects(pa.table({"row": range(number), column: USABLE,
                              "given": pa.array(USABLE).dictionary_encode(), "wrong": [-0.5] * number}), number, 1)


def test_no_cell_is_a_formula_and_none_is_lost(tmp_path):
    listed().write(tmp_path / "again.csv")
    with (tmp_path / "again.csv").open(newline="", encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    assert head == ["row", "id", "given", "wrong"] and len(rows) == len(USABLE) >= 200
    for name, (_, one, other, wrong) in zip(USABLE, rows, strict=True):
        assert one == other and one in (name, f"'{name}")
        assert not FORMULA.match(one) or NUMBER.fullmatch(one), name
        assert (one == name) == (not FORMULA.match(name) or bool(NUMBER.fullmatch(name)))
        assert float(wrong) == -0.5, "a number is no formula"


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+cmd|'/c calc'!A0"])
def test_nor_is_the_name_of_a_column(tmp_path, name):
    listed(name).write(tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_text(encoding="utf-8").split(",")[1] == f'"\'{name}"'


def test_what_machines_read_is_left_as_it_is(tmp_path):
    listed().write(tmp_path / "again.parquet")
    assert pq.read_table(tmp_path / "again.parquet")["id"].to_pylist() == USABLE


def test_scores_in_a_csv_come_back_as_they_were(tmp_path):
    table = pa.table({"id": USABLE, "score": [0.5] * len(USABLE)})
    write(table.to_batches(), table.schema, tmp_path / "scores.csv")
    with (tmp_path / "scores.csv").open("rb") as file:
        rows = [*csv.reader(io.TextIOWrapper(file, "utf-8", newline=""))][1:]
    assert [name for name, _ in rows] == USABLE
