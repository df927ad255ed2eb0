"""CSV files: no row lost, no type guessed from the first rows."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError


def read(tmp_path: Path, content: str | bytes) -> pa.Table:
    path = tmp_path / "log.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    log = open_log(path)
    return pa.Table.from_batches(log.batches(log.schema.names))


@pytest.mark.parametrize(("content", "rows"), [
    ("a,b\n1,x\n2,y\n", [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]),
    ("a;b\r\n1;x\r\n", [{"a": 1, "b": "x"}]),
    ("a\tb\n1\tx", [{"a": 1, "b": "x"}]),
    (b"\xef\xbb\xbfa,b\n1,x\n", [{"a": 1, "b": "x"}]),
    ('a,b\n1,"x\ny, z"\n', [{"a": 1, "b": "x\ny, z"}]),
    ('a,b\n1,"say ""so"""\n', [{"a": 1, "b": 'say "so"'}]),
    ("a,b\n1,x\n,\n3,\n", [{"a": 1, "b": "x"}, {"a": None, "b": None}, {"a": 3, "b": None}]),
    ("a\n1\n\n3\n", [{"a": 1}, {"a": None}, {"a": 3}]),
    ("a,b\n1,NA\n2,x\n", [{"a": 1, "b": "NA"}, {"a": 2, "b": "x"}]),
    ("a\ntrue\nfalse\n", [{"a": True}, {"a": False}]),
])
def test_rows(tmp_path: Path, content: str | bytes, rows: list[dict]) -> None:
    assert read(tmp_path, content).to_pylist() == rows


def test_a_type_is_taken_from_all_rows(tmp_path: Path) -> None:
    late = "a\n" + "1\n" * 400_000 + "x\n"
    table = read(tmp_path, late)
    assert table.schema.field("a").type == pa.string()
    assert len(table) == 400_001


@pytest.mark.parametrize(("content", "message"), [
    ("a,b\n1,x\n2\n", "Expected 2 columns, got 1"),
    ("a,b\n1,x,y\n", "Expected 2 columns, got 3"),
    ('a,b\n1,"x\n2,y\n3,z\n', "opened and never closed"),
    (b"a,b\n1,\xff\xfe\n", "column b of .* is not written in UTF-8"),
    ("", "Empty CSV file"),
    ("a,a\n1,2\n", "two columns called a"),
])
def test_a_damaged_file_is_an_error(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)
