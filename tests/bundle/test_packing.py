"""A bundle is written whole or not at all, the same bytes for the same content, and read without unpacking it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from shall import bundle
from shall.core.errors import InputError, Refused
from tests.bundle import made

ABOUT = {"subject": "loans", "version": "1"}


def test_the_same_bytes_each_time_and_in_any_order(tmp_path):
    files = made.parts()
    one = bundle.write(files, ABOUT, tmp_path / "one.zip")
    two = bundle.write(dict(reversed(files.items())), dict(reversed(ABOUT.items())), tmp_path / "two.zip")
    assert one.read_bytes() == two.read_bytes()


def test_a_zip_that_every_tool_can_read(tmp_path):
    place = bundle.write(made.parts(), ABOUT, tmp_path / "a.zip")
    with zipfile.ZipFile(place) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted([*made.parts(), "manifest.json"])
        assert archive.read("graph.onnx") == made.parts()["graph.onnx"]


def test_folder_and_zip_are_one_bundle(tmp_path):
    folder, packed = (bundle.read(bundle.write(made.parts(), ABOUT, tmp_path / name)) for name in ("a", "a.zip"))
    assert folder.digest == packed.digest
    assert dict(folder.files) == dict(packed.files) == made.parts()
    assert folder.manifest == packed.manifest and folder.manifest.about == ABOUT
    assert folder["shall.toml"] == made.FILE.encode()
    with pytest.raises(Refused, match=r"has no x\.json"):
        folder["x.json"]


def test_a_bundle_is_replaced_and_nothing_else_is(tmp_path):
    place = bundle.write(made.parts(), ABOUT, tmp_path / "a")
    bundle.write(made.parts(1.0), ABOUT, place)
    assert bundle.read(place).files["graph.onnx"] == made.parts(1.0)["graph.onnx"]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("x")
    with pytest.raises(InputError, match="is no bundle"):
        bundle.write(made.parts(), ABOUT, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "x"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "mine"]


@pytest.mark.parametrize("calls", [1, 2])
def test_ctrl_c_while_a_folder_takes_the_place_of_another_leaves_that_one(calls, tmp_path, monkeypatch):
    place = bundle.write(made.parts(), ABOUT, tmp_path / "a")
    left, real = [calls], Path.rename

    def stopped(path, to):
        left[0] -= 1
        if left[0] == 0:
            raise KeyboardInterrupt
        return real(path, to)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(Path, "rename", stopped)
        bundle.write(made.parts(1.0), ABOUT, place)
    assert dict(bundle.read(place).files) == made.parts() and [*tmp_path.iterdir()] == [place]


def test_what_is_done_ahead_finds_it_written_and_what_that_raises_leaves_nothing(tmp_path):
    def refused():
        (beside,) = tmp_path.iterdir()
        assert sum(path.stat().st_size for path in beside.rglob("*")) > len(made.parts()["graph.onnx"])
        raise RuntimeError
    for name in ("a", "a.zip"):
        with pytest.raises(RuntimeError):
            bundle.write(made.parts(), ABOUT, tmp_path / name, ahead=refused)
        assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("name", ["a", "a.zip"])
def test_where_nothing_can_be_written_nothing_is_left(name, tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        bundle.write(made.parts(), ABOUT, tmp_path / "nowhere" / name)
    (tmp_path / "b.zip").mkdir()
    with pytest.raises(InputError, match="is a folder"):
        bundle.write(made.parts(), ABOUT, tmp_path / "b.zip")
    assert [path.name for path in tmp_path.iterdir()] == ["b.zip"]


def test_parts_that_do_not_belong_together_are_not_packed(tmp_path):
    with pytest.raises(InputError, match="another graph"):
        bundle.write({**made.parts(), "graph.onnx": b"x"}, ABOUT, tmp_path / "a.zip")
    with pytest.raises(InputError, match="plain data"):
        bundle.write(made.parts(), {"model": object()}, tmp_path / "a.zip")
    with pytest.raises(InputError, match="plain data"):
        bundle.write(made.parts(), {"score": float("nan")}, tmp_path / "a.zip")
    with pytest.raises(InputError, match="no role"):
        bundle.write(made.parts(), ABOUT, tmp_path / "a.zip", required=("king",))
    assert not [*tmp_path.iterdir()]


def test_where_there_is_no_bundle(tmp_path):
    with pytest.raises(InputError, match="there is no bundle at"):
        bundle.read(tmp_path / "a.zip")
    with pytest.raises(Refused, match="no manifest"):
        bundle.read(tmp_path)
