"""Versions count up with what answers, and never mean two things."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shall import bundle
from shall.api.service.versioning import version_of
from shall.core.errors import InputError
from shall.core.store import Store
from shall.stores import open_store

FILES = {"graph.onnx": b"one", "graph.json": b"{}"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "shall.db")
    yield found
    found.close()


def other(content: bytes) -> dict[str, bytes]:
    return {**FILES, "graph.onnx": content}


def test_one_more_than_the_last(store: Store) -> None:
    assert version_of(FILES, "a", None, store) == "1"
    assert version_of(other(b"two"), "a", None, store) == "2"
    assert version_of(other(b"three"), "a", "9", store) == "9"
    assert version_of(other(b"four"), "a", "beta", store) == "beta"
    assert version_of(other(b"five"), "a", None, store) == "10"
    assert version_of(other(b"two"), "b", None, store) == "1"


def test_what_answers_alike_is_the_same_version(store: Store) -> None:
    assert version_of(FILES, "a", None, store) == version_of({**FILES, "evidence/check.json": b"x"}, "a", None, store)
    assert version_of({**FILES, "guard.json": b"x"}, "a", None, store) == "2"
    assert version_of(FILES, "a", None, store) == "1" and version_of(FILES, "a", "1", store) == "1"
    assert version_of(FILES, "a", "7", store) == "7" and version_of(FILES, "a", None, store) == "7"


def test_a_version_never_means_two_things(store: Store) -> None:
    version_of(FILES, "a", "7", store)
    with pytest.raises(InputError, match="version 7 of a was shipped already, and answers otherwise: choose another "
                                         "one, or none for version 8"):
        version_of(other(b"two"), "a", "7", store)
    with pytest.raises(InputError, match="write --version 7"):
        version_of(FILES, "a", "Version 7", store)


def test_of_two_that_ship_at_one_time_each_has_a_number_of_its_own(store: Store) -> None:
    """The second takes the number while the first still writes: the first writes again, with the next one."""
    wrote = list[str]()

    def put(version: str, record: Callable[[], None]) -> None:
        wrote.append(version)
        if len(wrote) == 1:
            assert version_of(other(b"two"), "a", None, store) == "1"
        record()
    assert version_of(FILES, "a", None, store, put=put) == "2" and wrote == ["1", "2"]
    wrote.clear()
    with pytest.raises(InputError, match="version 1 of b was shipped already"):
        version_of(FILES, "b", "1", store, put=lambda version, record: (
            version_of(other(b"two"), "b", None, store), record()))
    assert [one.body["version"] for one in store.records("shipped")] == ["1", "2", "1"]


def test_what_lies_elsewhere_now_is_recorded_again(store: Store, tmp_path: Path) -> None:
    """As long as it lies where it lay, one record says where; else it was killed, packed over or moved."""
    def ship(name: str, content: bytes = b"one") -> str:
        files, place = other(content), tmp_path / name
        return version_of(files, "a", None, store, {"place": str(place)}, lambda version, record: bundle.write(
            files, {"version": version}, place, ahead=record))
    assert [ship("x"), ship("x"), ship("y"), ship("x", b"two"), ship("x"), ship("x")] == ["1", "1", "1", "2", "1", "1"]
    assert [(one.body["version"], Path(one.body["place"]).name) for one in store.records("shipped")] == [
        ("1", "x"), ("2", "x"), ("1", "x")]


def test_without_a_store() -> None:
    assert version_of(FILES, "a", None, None) == "1" and version_of(FILES, "a", "5", None) == "5"
