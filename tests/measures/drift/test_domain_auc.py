from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall import check
from shall.core.verdict import Finding

LEFT_OUT = ["prediction", "predicted_probability", "household"]


@pytest.fixture(scope="module")
def years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two halves of 2015, and 2018, 4,000 people each."""
    folder = tmp_path_factory.mktemp("years")
    then = pq.read_table(fetch("employment") / "2015.parquet").drop_columns([*LEFT_OUT, "employed"])
    now = pq.read_table(fetch("employment") / "decisions" / "2018.parquet").drop_columns(LEFT_OUT)
    for name, table, first in (("train", then, 0), ("same", then, 1), ("later", now, 0)):
        pq.write_table(table.take(pa.array(range(first, 40_000, 10))), folder / f"{name}.parquet")
    return folder


def asked(years: Path, log: str, *lines: str) -> Any:
    file = {"subject": {"kind": "dataset"}, "columns": {"id": "id", "time": "year"}, "groups": {"sex": "sex"},
            "data": {"train": str(years / "train.parquet")},
            "requirements": {f"asked_{place}": line for place, line in enumerate(lines)}}
    return check(file, data=str(years / f"{log}.parquet"), record=False).verdicts


def test_people_of_the_same_year_are_alike(years: Path) -> None:
    near, alike = asked(years, "same", "domain_auc against train <= 0.55", "domain_auc against train <= 0.5")
    assert near.verdict is Finding.MET and near.deciding.n == 2000
    assert alike.verdict is not Finding.BROKEN


def test_three_years_later_they_are_not(years: Path) -> None:
    found, = asked(years, "later", "domain_auc against train <= 0.5")
    assert found.verdict is Finding.BROKEN and 0.52 < found.deciding.value < 0.8


def test_nothing_to_compare_is_undecided(years: Path) -> None:
    pq.write_table(pq.read_table(years / "train.parquet").slice(0, 30), years / "few.parquet")
    found, = asked(years, "few", "domain_auc against train <= 1")
    assert found.verdict is Finding.UNDECIDED and found.deciding.value is None
