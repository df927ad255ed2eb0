"""A fault about classes names those of the data, where they are here and nobody distrusts them."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.api.opening import file_of
from shall.core.errors import FileError

FILE = """
shall = 1
[subject]
target = "{target}"
[data]
train = "rows.parquet"
[requirements]
right = "accuracy >= 0.9"
"""


def told(folder, target, untrusted=False):
    (folder / "shall.toml").write_text(FILE.format(target=target), encoding="utf-8")
    with pytest.raises(FileError) as caught:
        file_of(folder / "shall.toml", untrusted)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path):
    pq.write_table(pa.table({"wine": ["Barolo", "Asti", "Gavi"], "size": [10, 9, 2], "sold": ["no", "yes", "no"],
                             "odd": ['a"b', "c", "d"], "id": [1, 1, 1]}), tmp_path / "rows.parquet")
    return tmp_path


@pytest.mark.parametrize(("target", "said"), [
    ("wine", 'classes = ["Asti", "Barolo", "Gavi"]'), ("size", 'classes = ["2", "9", "10"]'),
    ("sold", 'positive = "no" or positive = "yes"'),
    ("odd", "bus"), ("id", "bus"), ("absent", "bus"),
])
def test_a_hint_names_the_values_of_the_target(folder, target, said):
    assert said in told(folder, target)


def test_files_that_nobody_vouches_for_are_not_read(folder):
    assert "bus" in told(folder, "wine", untrusted=True)
    with pytest.raises(FileError, match="bus"):
        shall.check(folder / "shall.toml", untrusted=True)


def test_a_file_that_cannot_be_read_changes_nothing(folder):
    (folder / "rows.parquet").write_bytes(b"not a table")
    assert "bus" in told(folder, "wine")
