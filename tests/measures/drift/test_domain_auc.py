from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples.fetch import fetch
from shall import check
from shall.core.errors import FileError
from shall.core.verdict import Finding

LEFT_OUT = ["prediction", "predicted_probability", "household"]
WHOLE_ROWS = r"asked of whole rows, not of each feature\n.*jensen_shannon over feature against train"


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
    assert near.verdict is Finding.MET and 1900 < near.deciding.n <= 2100
    assert alike.verdict is not Finding.BROKEN


def test_three_years_later_they_are_not(years: Path) -> None:
    found, = asked(years, "later", "domain_auc against train <= 0.5")
    assert found.verdict is Finding.BROKEN and 0.52 < found.deciding.value < 0.8


def test_nothing_to_compare_is_undecided(years: Path) -> None:
    pq.write_table(pq.read_table(years / "train.parquet").slice(0, 30), years / "few.parquet")
    found, = asked(years, "few", "domain_auc against train <= 1")
    assert found.verdict is Finding.UNDECIDED and found.deciding.value is None


def test_the_training_rows_themselves_are_alike(years: Path) -> None:
    alike, = asked(years, "train", "domain_auc against train <= 0.5")
    assert alike.verdict is not Finding.BROKEN and alike.deciding.value == pytest.approx(0.5, abs=0.03)


def test_half_of_the_training_rows_hide_no_drift_of_the_others(years: Path) -> None:
    """People of three years later, 20 years older, and half of those of the training rows."""
    train, later = (pq.read_table(years / f"{name}.parquet") for name in ("train", "later"))
    older = pa.array(later["AGEP"].to_numpy() + 20.0).cast(train.schema.field("AGEP").type)
    later = later.set_column(later.column_names.index("AGEP"), "AGEP", older)
    both = pa.concat_tables([train.slice(0, 2000), later.select(train.column_names).slice(0, 2000).cast(train.schema)])
    pq.write_table(both, years / "half.parquet")
    found, = asked(years, "half", "domain_auc against train <= 0.55")
    assert found.verdict is Finding.BROKEN


@pytest.mark.parametrize("line", ["domain_auc over feature against train <= 0.6",
                                  "shared_rows over feature against train <= 0"])
def test_of_each_feature_it_is_refused(years: Path, line: str) -> None:
    with pytest.raises(FileError, match=WHOLE_ROWS):
        asked(years, "same", line)
