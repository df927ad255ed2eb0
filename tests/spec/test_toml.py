"""Files that are no TOML, too large, or no text."""

from __future__ import annotations

from pathlib import Path

import pytest

from shall.core.errors import FileError
from shall.spec.toml import MAX_BYTES, read_document, read_file


def told(text: str) -> str:
    with pytest.raises(FileError) as caught:
        read_document(text, "x.toml")
    return str(caught.value)


def test_a_document() -> None:
    document = read_document("a = 1\r\n[b]\r\nc = '''x\r\ny'''\r\n", "x.toml")
    assert document.data == {"a": 1, "b": {"c": "x\ny"}}
    assert document.places.position(document.places.value(("b", "c"))) == (3, 5)


@pytest.mark.parametrize(("text", "said"), [
    ("a = yes", "x.toml:1:5: this is no value\n    write: a = \"yes\""),
    ("a = True", "x.toml:1:5: this is no value\n    write: a = true"),
    ("a = .5", "x.toml:1:5: this is no value\n    write: a = 0.5"),
    ("a = (1)", "x.toml:1:5: this is no value\n    text stands in quotes"),
    ("a = 'x", "a quote is not closed"),
    ("a = \"\"\"x", "a quote is not closed"),
    ("a = [1", "a list is not closed"),
    ("a = {b = 1", "an inline table is not closed"),
    ("a", "no `=`"),
    ("= 1", "neither a key nor a table"),
    ('a = "C:\\data"', "a backslash"),
    ('a = "C:\\uwe"', "no character code"),
    ("a = 2027-13-01", "no such date"),
    ("a = 1\nb = 2\na = 3", "x.toml:3:1: `a` is given twice, first on line 1"),
    ("a = {b = 1, b = 2}", "x.toml:1:13: `b` is given twice"),
    ("[a]\n[b]\n[a]", "x.toml:3:2: the table [a] is given twice"),
    ("a.b = 1\n[a.b]", "x.toml:2:2: `b` is given twice"),
    ("a = " + "9" * 5000, "x.toml"),
    ("a = 1\n\u0000", "x.toml:2:1"),
    ("\ufeffa = 1\n\ufeff", "x.toml"),
])
def test_faults_of_syntax(text: str, said: str) -> None:
    assert said in told(text)


def test_caps() -> None:
    assert "larger than 256 KB" in told("# " + "x" * MAX_BYTES)
    assert "nested deeper" in told("a = " + "[" * 100_000)
    assert "more than 8 parts" in told(".".join("a" * 9) + " = 1")


def test_files(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="no such file"):
        read_file(tmp_path / "none.toml", "none.toml")
    with pytest.raises(FileError, match=r"folder: it is a folder\n    name the file in it: .*shall\.toml"):
        read_file(tmp_path, "folder")
    rows = tmp_path / "rows.CSV"
    rows.write_text("score,label\n0.4,1\n", encoding="utf-8")
    with pytest.raises(FileError, match=r"it holds rows, and is no shall file\n    `shall init .*rows.CSV` proposes"):
        read_file(rows, "rows.CSV")
    file = tmp_path / "x.toml"
    file.write_bytes(b"a = 1\nb = '\xff'")
    with pytest.raises(FileError, match=r"x\.toml:2:6: it is not UTF-8"):
        read_file(file, "x.toml")
    file.write_bytes(b"#" * (MAX_BYTES + 1))
    with pytest.raises(FileError, match="larger than 256 KB"):
        read_file(file, "x.toml")
    file.write_bytes(b"\xef\xbb\xbfa = 1")
    assert read_file(file, "x.toml") == "a = 1"
