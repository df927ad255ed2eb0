from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shall.core.verdict import Finding


def test_rows_of_the_training_file(ask: Any, tumours: pa.Table, tmp_path: Path) -> None:
    pq.write_table(tumours.slice(0, 400), tmp_path / "train.parquet")
    data = {"train": str(tmp_path / "train.parquet")}
    assert ask("shared_rows against train <= 0", tumours.slice(400), data=data).verdict is Finding.MET
    found = ask("shared_rows against train <= 0", tumours.slice(390), data=data)
    assert found.verdict is Finding.BROKEN and found.deciding.value == 10 / 179


def test_types_that_differ_and_columns_of_one_file_only(ask: Any, tumours: pa.Table, tmp_path: Path) -> None:
    train = tumours.slice(0, 10).set_column(4, "label", tumours.slice(0, 10)["label"].cast(pa.float64()))
    pq.write_table(train.drop_columns(["ward"]), tmp_path / "train.parquet")
    found = ask("shared_rows against train <= 0", tumours, data={"train": str(tmp_path / "train.parquet")})
    assert found.deciding.value == 10 / 569
