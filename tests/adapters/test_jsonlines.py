"""JSON lines: types of all lines, no line lost, no number changed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError
from shall.testing.logs import check_log


def read(tmp_path: Path, content: bytes | str, types: dict[str, str] | None = None) -> pa.Table:
    path = tmp_path / "log.jsonl"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    log = open_log(path, types or {})
    if len(content) < 1000:
        check_log(log, log.rows)
    return pa.Table.from_batches(log.batches(log.schema.names), log.schema)


@pytest.mark.parametrize(("content", "rows"), [
    ('{"a": 1, "b": "x"}\n{"b": "y"}\n', [{"a": 1, "b": "x"}, {"a": None, "b": "y"}]),
    (b'\xef\xbb\xbf{"a": 1}\r\n\r\n{"a": 2.5}', [{"a": 1.0}, {"a": 2.5}]),
    ('{"user": {"age": 3, "home": {"zip": "00501"}}}\n{"user": null}\n',
     [{"user.age": 3, "user.home.zip": "00501"}, {"user.age": None, "user.home.zip": None}]),
    ('{"tags": ["a", "b"]}\n', [{"tags": ["a", "b"]}]), ("", []), ('{"a": true}\n', [{"a": True}]),
])
def test_rows(tmp_path: Path, content: bytes | str, rows: list[dict[str, Any]]) -> None:
    assert read(tmp_path, content).to_pylist() == rows


def test_types_are_those_of_all_lines(tmp_path: Path) -> None:
    many = '{"a": 1, "t": "2026-11-21"}\n' * 160_000
    table = read(tmp_path, many + '{"a": 0.5, "t": "soon", "late": 1}\n')
    assert table.schema.types == [pa.float64(), pa.string(), pa.int64()] and len(table) == 160_001
    with pytest.raises(DataError, match=r"column a is int64 at first and string after line|line 160,001: .*to string"):
        read(tmp_path, many + '{"a": "x"}\n')


def test_declared_types(tmp_path: Path) -> None:
    table = read(tmp_path, '{"a": 1, "t": "2026-11-21"}\n', {"a": "number", "t": "string", "absent": "string"})
    assert table.to_pylist() == [{"a": 1.0, "t": "2026-11-21"}]
    with pytest.raises(DataError, match="line 2"):
        read(tmp_path, '{"a": "1"}\n{"a": 2}\n', {"a": "string"})


@pytest.mark.parametrize(("content", "message"), [
    ('{"a": 1}\n{"a": 1, "a": 2}\n', "line 2: .*twice"), ('{"a": 1}\n{"a": 2\n', "line 2"),
    ('{"a": 1}{"a": 2}\n', "1 lines hold 2 objects"), ('{"a":\n1}\n', "2 lines hold 1 objects"), ("[1]\n", "line 1"),
    ('{"a": 1}\n\n{"a": "x"}\n', "line 3: .*from number to string"), ('{"a": 1e999}\n', "line 1: .*too big"),
    ('{"a": 1}\n{"a": 12345678901234567890}\n', "line 2: 12345678901234567890 is larger than 64 bits"),
    (b'{"a": "\xff"}\n', "UTF8"), ('{"a": {"b": 1}, "a.b": 2}\n', "two columns called a.b"),
    ('{"a": ' + "[" * 5000 + "]" * 5000 + "}\n", "nested deeper than 32"),
    ('{"a": 1}\n' + '{"a": ' * 100_000 + "1" + "}" * 100_000 + "\n", "line 2: nested deeper than 32"),
])
def test_a_damaged_file_is_an_error(tmp_path: Path, content: bytes | str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)
