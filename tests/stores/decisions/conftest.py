"""A folder for a log, and a disk that keeps nothing before it is told to."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shall.journal import disk


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "decisions" / "income"


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """A disk that keeps nothing before the event is set."""
    goes_on, really = threading.Event(), disk.keep

    def keep(place: int) -> None:
        if threading.current_thread().name == "shall-decisions":
            goes_on.wait()
        really(place)

    monkeypatch.setattr(disk, "keep", keep)
    yield goes_on
    goes_on.set()
