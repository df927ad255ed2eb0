"""The state of a watch on the disk: whole or not there, of one process, and refused where it was changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from shall.core.chain import canonical
from shall.core.errors import StoreError
from shall.journal import disk
from shall.stores.watching import Watched, WatchFolder, named


def test_what_was_kept_is_there_and_what_nobody_names_is_gone(tmp_path: Path) -> None:
    one, two = named("rows1", b"one"), named("rows1", b"two")
    with WatchFolder(tmp_path / "watch") as folder:
        assert folder.state() is None
        folder.keep({"n": 1.5, "wealth": [0.1, 1 / 3]}, {one: b"one"}, {one})
        folder.keep({"n": 2}, {two: b"two"}, {two})
    with WatchFolder(tmp_path / "watch") as folder:
        assert folder.state() == {"n": 2} and folder.tally(two) == b"two"
        with pytest.raises(StoreError, match="afresh"):
            folder.tally(one)
        folder.forget()
        assert folder.state() is None


def test_numbers_come_back_to_the_last_bit(tmp_path: Path) -> None:
    values = [0.1 + 0.2, 1e-300, 2.0**53 + 2, -1 / 3]
    state = {"values": values, "of": {"ü \"b\"\n": {}, "a": {"1": None, "0": [{"z": 1, "b": (True, "ä")}]}}}
    with WatchFolder(tmp_path) as folder:
        folder.keep(state, {}, set())
        told = folder.state()
        assert told is not None and told["values"] == values
        assert canonical(told) == canonical(state)
        refused: list[Any] = [{1: 2}, {"a": {1: 2}}, {"a": [{1: 2}]}, {"a": float("nan")}]
        for wrong in refused:
            with pytest.raises(StoreError, match="cannot be kept as JSON"):
                folder.keep(wrong, {}, set())
        assert folder.state() == told


def test_two_cannot_have_it(tmp_path: Path) -> None:
    with WatchFolder(tmp_path), pytest.raises(Watched, match=f"process {os.getpid()}"):
        WatchFolder(tmp_path)
    WatchFolder(tmp_path).close()


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    name = named("rows1", b"counts")
    with WatchFolder(tmp_path) as folder:
        folder.keep({"rows": 10}, {name: b"counts"}, {name})
        content = (tmp_path / "state.json").read_bytes()
        for place in range(len(content)):
            changed = bytearray(content)
            changed[place] ^= 1
            (tmp_path / "state.json").write_bytes(changed)
            try:
                assert folder.state() == {"rows": 10}       # a space, or the like
            except StoreError as error:
                assert "afresh" in str(error)
        (tmp_path / name).write_bytes(b"count5")
        with pytest.raises(StoreError, match="changed after it was written"):
            folder.tally(name)


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with WatchFolder(tmp_path) as folder:
        folder.keep({"rows": 1}, {}, set())

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")
        monkeypatch.setattr(disk, "write", full)
        with pytest.raises(StoreError, match="No space left"):
            folder.keep({"rows": 2}, {}, set())
        assert folder.state() == {"rows": 1}


def test_after_it_was_closed_nothing_is_written(tmp_path: Path) -> None:
    folder = WatchFolder(tmp_path)
    folder.close()
    with pytest.raises(StoreError, match="closed"):
        folder.keep({"rows": 2}, {}, set())
