"""Lines that a search cannot keep are left to the verbs that can."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.api.shipping import certified_last

FILE = """\
shall = 1
[subject]
target = "y"
positive = "1"
[data]
train = "train.parquet"
gate = "gate.parquet"
shipped = "shipped.parquet"
[build]
trials = 1
learners = ["logistic_regression"]
readiness = "off"
blend = "off"
[requirements]
useful = "accuracy >= 0.7"
kept = "negative_flip_rate against shipped <= 20%"
"""


@pytest.fixture
def rows(tmp_path):
    chance = np.random.default_rng(0)
    x = chance.normal(size=1200)
    rows = pa.table({"id": np.arange(1200), "a": x, "y": (x + chance.normal(size=1200) / 2 > 0).astype(int)})
    pq.write_table(rows.slice(0, 800), tmp_path / "train.parquet")
    pq.write_table(rows.slice(800), tmp_path / "gate.parquet")
    return rows


def test_a_build_by_the_file_of_a_bundle_writes_nothing_into_it(rows, tmp_path):
    file = tmp_path / "bundle" / "shall.toml"
    file.parent.mkdir()
    (file.parent / "manifest.json").touch()
    lines = FILE.replace('"train.', '"../train.').replace('"gate.', '"../gate.').splitlines()
    file.write_text("\n".join(line for line in lines if not line.startswith(("kept", "shipped"))))
    built = shall.build(file)
    assert built.found and sorted(one.name for one in file.parent.iterdir()) == ["manifest.json", "shall.toml"]
    assert certified_last(shall.load(file)) == Path(built.model) and (tmp_path / ".shall" / "search.db").is_file()


def test_what_is_asked_of_rows_is_left_to_check(rows, tmp_path):
    x = rows["a"].to_numpy()
    pq.write_table(rows.slice(800).append_column("decision", pa.array((x[800:] > 0.1).astype(int))),
                   tmp_path / "shipped.parquet")
    (tmp_path / "shall.toml").write_text(FILE)
    said = []
    built = shall.build(tmp_path / "shall.toml", say=said.append)
    assert built.found and [verdict.name for verdict in built.verdicts] == ["useful"]
    assert any("kept is asked of the rows once a model is there, by `shall check`" in line for line in said)
    file = tmp_path / "shall.toml"
    file.write_text(FILE.replace('positive = "1"', f'positive = "1"\nmodel = "{built.model}"'))
    kept = next(verdict for verdict in shall.check(file, record=False).verdicts if verdict.name == "kept")
    assert kept.deciding.value is not None and kept.deciding.n == 400
