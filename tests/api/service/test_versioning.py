"""Versions count up with what answers, and never mean two things."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

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


def test_without_a_store() -> None:
    assert version_of(FILES, "a", None, None) == "1" and version_of(FILES, "a", "5", None) == "5"
