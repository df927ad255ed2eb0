"""Arrow IPC files and streams."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pytest

from shall.adapters import open_log
from shall.core.errors import DataError
from shall.testing.logs import check_log

TABLE = pa.table({"a": [1, 2, 3], "sex": pa.array(["F", None, "M"], pa.large_string()).dictionary_encode(),
                  "text": pa.array(["x", "y", None], pa.string_view())})


@pytest.mark.parametrize("name", ["log.arrow", "log.feather", "log.ipc", "log.arrows"])
def test_a_file_and_a_stream_by_any_name(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    for new in (pa.ipc.new_file, pa.ipc.new_stream):
        with new(path, TABLE.schema.with_metadata({"a": "b"})) as out:
            out.write_table(TABLE, max_chunksize=2)
        log = open_log(path)
        check_log(log, 3)
        assert log.rows == 3
        rows = pa.Table.from_batches(log.batches(["text", "a"])).to_pylist()
        assert [row["text"] for row in rows] == ["x", "y", None]
        assert log.schema.field("sex").type == pa.dictionary(pa.int32(), pa.string())


def test_feather(tmp_path: Path) -> None:
    plain = TABLE.drop_columns(["sex"]).cast(pa.schema([("a", pa.int64()), ("text", pa.string())]))
    pa.feather.write_feather(plain, tmp_path / "new.feather")
    check_log(open_log(tmp_path / "new.feather"), 3)
    pa.feather.write_feather(plain, tmp_path / "old.feather", version=1)
    with pytest.raises(DataError, match="Feather of version 1"):
        open_log(tmp_path / "old.feather")


@pytest.mark.parametrize("content", [b"", b"hello", b"ARROW1\0\0", b"ARROW1\0\0" + bytes(100)])
def test_what_is_no_arrow_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "log.arrow"
    path.write_bytes(content)
    with pytest.raises(DataError, match="cannot be read as Arrow IPC"):
        open_log(path)


def test_a_declared_type_is_held(tmp_path: Path) -> None:
    with pa.ipc.new_file(tmp_path / "log.arrow", TABLE.schema) as out:
        out.write_table(TABLE)
    open_log(tmp_path / "log.arrow", {"a": "integer", "sex": "string"})
    with pytest.raises(DataError, match=r'column a of .* is int64, and the shall file declares a = "string"'):
        open_log(tmp_path / "log.arrow", {"a": "string"})
