"""CSV files: no row lost, no type guessed from the first rows."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
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


def kinds(table: pa.Table) -> list[str]:
    return [str(field.type.value_type if pa.types.is_dictionary(field.type) else field.type) for field in table.schema]


@pytest.mark.parametrize(("values", "kind"), [
    ("1 2 -3", "int64"), ("1 2.5", "double"), ("1 1e3 -.5 2.", "double"), ("1 NA", "int64"), ("1.5 NaN null", "double"),
    ("00501 10001", "string"), ("1 2 007", "string"), ("+49170 +4179", "string"),
    ("12345678901234567890 12345678901234567891", "string"),    # as floats both would be the same
    ("true false", "bool"), ("True FALSE", "bool"), ("yes no", "string"), ("NA BE", "string"),
    ("2026-11-21 2026-01-02", "date32[day]"), ("2026-11-21T10:00:00Z", "timestamp[s, tz=UTC]"),
    ("2026-11-21T10:00:00.5+02:00 2026-11-21T10:00:00Z", "timestamp[us, tz=UTC]"),
    ("2026-11-21 2026-11-21T10:00:00", "timestamp[s]"), ("21/11/2026 01/02/2026", "string"),
    ("NA null", "null"), ("1 x y z", "string"), ("inf 1", "double"),
])
def test_types_of_all_values(tmp_path: Path, values: str, kind: str) -> None:
    table = read(tmp_path, "a,b\n" + "".join(f"{value},x\n" for value in values.split()))
    assert kinds(table)[0] == kind
    if kind == "string":
        assert table.column("a").to_pylist() == values.split()


def test_a_type_is_taken_from_all_rows(tmp_path: Path) -> None:
    late = read(tmp_path, "a\n" + "1\n" * 800_000 + "0.5\n")
    assert kinds(late) == ["double"] and len(late) == 800_001
    assert kinds(read(tmp_path, "a\n" + "10001\n" * 800_000 + "00501\n")) == ["string"]
    assert kinds(read(tmp_path, "a\n" + "\n" * 800_000 + "x\n")) == ["string"]


@pytest.mark.parametrize(("content", "message"), [
    ("a\n" + "1\n" * 1_000_000 + "x\n",
     r"column a, row 1,000,002 \(the header is row 1\) says 'x', and 1,000,000 other "
     r"values are integers: mend it; or, if all are text, add to the shall file: \[columns.types\] a = \"string\""),
    ("wage,b\n999,x\n\"1,234\",y\n", r"column wage, row 3 .* says '1,234', .* write numbers without thousands"),
    ("when\n" + "2026-11-21\n" * 20 + "soon\n", "row 22 .* says 'soon', and 20 other values are dates"),
    ("when\n2026-11-21T10:00:00Z\n" * 1 + "2026-11-21T10:00:00Z\n" * 20 + "2026-11-21T10:00:00\n",
     "row 23 .* and 21 other values are timestamps"),
    ("my col\n" + "1\n" * 20 + "x\n", r'\[columns.types\] "my col" = "string"'),
])
def test_a_few_values_unlike_all_others_are_damage(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)


@pytest.mark.parametrize(("word", "values", "found"), [
    ("string", ["1", "2"], ["1", "2"]), ("string", ["NA", ""], ["NA", None]), ("number", ["1", "2"], [1.0, 2.0]),
    ("integer", ["007", "NA"], [7, None]), ("boolean", ["true", "0", "1"], None), ("number", ["1", "1.5x"], None),
    ("integer", ["1", "1.0"], None), ("date", ["2026-11-21", "21.11.2026"], None),
    ("boolean", ["true", "False"], [True, False]), ("string", ["12345678901234567890"], ["12345678901234567890"]),
])
def test_declared_types(tmp_path: Path, word: str, values: list[str], found: list | None) -> None:
    path = tmp_path / "log.csv"
    path.write_text("id,a\n" + "".join(f"{place},{value}\n" for place, value in enumerate(values)))
    if found is None:
        with pytest.raises(DataError, match=r"column a, row \d .*the header is row 1.* says '.*', which is not .*, as "
                                            r"the shall file declares"):
            open_log(path, {"a": word}).schema  # noqa: B018
    else:
        log = open_log(path, {"a": word})
        assert pa.Table.from_batches(log.batches(["a"])).column("a").to_pylist() == found


def test_rows_in_are_rows_counted_by_hand(tmp_path: Path) -> None:
    """Quoted separators, newlines and quotes, CRLF, a BOM, blocks cut anywhere: counted by another reader."""
    chance = np.random.default_rng(4)
    texts = ["plain", "", "a,b", 'say "so"', "two\nlines", "two\r\nlines", "ü;|\t", "'", "0"]
    path = tmp_path / "log.csv"
    for separator, end in ((",", "\n"), (";", "\r\n"), ("\t", "\n"), ("|", "\n")):
        with path.open("w", encoding="utf-8-sig", newline="") as out:
            writer = csv.writer(out, delimiter=separator, lineterminator=end)
            writer.writerow(["id", "text", "more text"])
            for place in range(rows := 150_000 if separator == "," else 10_000):
                writer.writerow([place, *(texts[k] for k in chance.integers(0, len(texts), 2))])
        with path.open(encoding="utf-8-sig", newline="") as file:
            wanted = list(csv.reader(file, delimiter=separator))
        log = open_log(path)
        table = pa.Table.from_batches(log.batches(log.schema.names))
        assert log.rows == len(wanted) - 1 == rows
        assert table.column("id").to_pylist() == [int(row[0]) for row in wanted[1:]]
        assert table.column("more text").to_pylist() == [row[2] or None for row in wanted[1:]]


@pytest.mark.parametrize("tries", [200, pytest.param(4000, marks=pytest.mark.slow)])
def test_a_damaged_file_that_is_read_has_its_types_and_all_its_rows(tmp_path: Path, tries: int) -> None:
    """Of the mutants that are read, the rows are those that another reader counts."""
    chance, path, taken = np.random.default_rng(6), tmp_path / "log.csv", 0
    whole = "id,score,sex\n" + "".join(f"{n},{n / 100},{'FM'[n % 2]}\n" for n in range(100)) + '100,1.0,"F"\n'
    types = {"id": "integer", "score": "number", "sex": "string"}
    for _ in range(tries):
        content = bytearray(whole.encode())
        for _ in range(int(chance.integers(1, 4))):
            content[int(chance.integers(13, len(content)))] = int(chance.choice(list(b'0123456789.,\n"-eFM\xff')))
        path.write_bytes(content)
        try:
            log = open_log(path, types)
            table = pa.Table.from_batches(log.batches(log.schema.names))
        except DataError:
            continue
        taken += 1
        wanted = [row for row in csv.reader(content.decode().splitlines(keepends=True)) if row][1:]
        assert kinds(table) == ["int64", "double", "string"]
        assert table.column("sex").to_pylist() == [row[2] or None for row in wanted]
        assert table.column("id").to_pylist() == [int(row[0]) if row[0] else None for row in wanted]
    assert 0 < taken < tries


@pytest.mark.parametrize(("content", "message"), [
    ("a,b\n1,x\n2\n", "Expected 2 columns, got 1"),
    ("a,b\n1,x,y\n", "Expected 2 columns, got 3"),
    ('a,b\n1,"x\n2,y\n3,z\n', "opened and never closed"),
    (b"a,b\n1,\xff\xfe\n", "column b of .* is not written in UTF-8"),
    ("", "it is empty"),
    ("a,a\n1,2\n", "two columns called a"),
    ('a,b\n1,"x\n2,"y\n', r'line 3: a quote \("\) stands inside a value'),
    ('a,b\n1,5" pipe\n2,6" pipe\n', "line 2: a quote"),
    ('a,b\n1,"x" \n', "line 2: a quote"),
    ("a,b\n1,ü\n".encode("utf-16"), "is not written in UTF-8: save the file as UTF-8, which a spreadsheet"),
    ("a,b\n1,x\n2,ü\n".encode("latin-1"), "column b of .*, row 3, is not written in UTF-8"),
    (b"PAR1\x15\x04\x15\0PAR1", r"is Parquet, whatever its name says: call it \w+\.parquet"),
])
def test_a_damaged_file_is_an_error(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        read(tmp_path, content)
