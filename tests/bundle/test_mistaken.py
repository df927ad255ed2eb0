"""Another file than a bundle is told as what it is; a damaged zip stays a refusal."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from shall import bundle
from shall.core.errors import InputError, Refused
from tests.bundle import made


@pytest.mark.parametrize(("name", "said"), [
    ("m.pkl", "pickled object.*compile it"), ("m.joblib", "pickled object"), ("gate.parquet", "file of rows"),
    ("shall.toml", "shall file.*--spec"), ("model.onnx", "ONNX model by itself"), ("ana.pub", "--key"),
    ("readme.txt", "no bundle: a bundle is a folder or a .zip"), ("empty", "no bundle"),
])
def test_a_file_that_is_no_bundle_is_told(name: str, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"" if name == "empty" else pickle.dumps([1]))
    with pytest.raises(InputError, match=said):
        bundle.read(tmp_path / name)


def test_torch_writes_a_zip_that_is_a_pickle(tmp_path: Path) -> None:
    (tmp_path / "net.pt").write_bytes(b"PK\3\4 and more")
    with pytest.raises(InputError, match="pickled object"):
        bundle.read(tmp_path / "net.pt")


@pytest.mark.parametrize("name", ["graph.onnx", "graph.json", "manifest.json", "shall.toml"])
def test_one_file_of_a_bundle_names_its_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle.write(made.parts(), {}, tmp_path / "b2")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"one file of a bundle: give the folder, b2$"):
        bundle.read(f"b2/{name}")
    made.compiled().save("graph")
    if name.startswith("graph"):
        with pytest.raises(InputError, match=r"one file of a graph that was saved: give the folder, graph$"):
            bundle.read(f"graph/{name}")


@pytest.mark.parametrize("name", ["loans.zip", "loans.ZIP", "loans.bundle"])
def test_a_damaged_zip_is_refused(name: str, tmp_path: Path) -> None:
    whole = bundle.write(made.parts(), {}, tmp_path / "whole.zip").read_bytes()
    (tmp_path / name).write_bytes(whole)
    assert bundle.read(tmp_path / name).files.keys() == made.parts().keys()
    (tmp_path / name).write_bytes(whole[:-40])
    with pytest.raises(Refused, match="no zip, or a damaged one"):
        bundle.read(tmp_path / name)


@pytest.mark.parametrize("content", [b"", b"\0" * 100, b"\x80\x04]"])
def test_what_is_called_a_zip_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "loans.zip").write_bytes(content)
    with pytest.raises(Refused, match="no zip, or a damaged one"):
        bundle.read(tmp_path / "loans.zip")
