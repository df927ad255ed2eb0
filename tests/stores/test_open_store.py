"""One door for every kind of store, by its address."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shall import stores
from shall.core.errors import InputError, StoreError
from shall.stores import engine_of, open_store


@pytest.mark.parametrize(("address", "engine", "place"), [
    ("s.db", "sqlite", "s.db"), (Path("a folder/s.db"), "sqlite", "a folder/s.db"),
    ("sqlite:///s.db", "sqlite", "/s.db"),
    ("postgresql://me@host/db", "postgresql", "postgresql://me@host/db"),
    ("POSTGRES://host/db?sslmode=require", "postgresql", "POSTGRES://host/db?sslmode=require"),
])
def test_an_address_says_who_keeps_it(address: str | Path, engine: str, place: str) -> None:
    assert engine_of(address) == (engine, place)


@pytest.mark.parametrize("address", ["mysql://me:hush@host/db", "http://host/db", "://x"])
def test_another_address_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(InputError, match="is no address of a store") as caught:
        open_store(address)
    assert "hush" not in str(caught.value)


def test_a_file_is_opened(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store, open_store(f"sqlite://{tmp_path}/s.db") as same:
        store.append("a", "x", {})
        assert same.head() == store.head()


def test_where_processes_cannot_share_a_file_it_is_refused_and_nobody_waits() -> None:
    with pytest.raises(StoreError, match="on a disk of this machine"):
        open_store(":memory:")


def test_the_room_loads_what_is_used_and_no_more(tmp_path: Path) -> None:
    code = ("import sys, shall.stores, shall.core.recalls; print({'apsw', 'psycopg'} & {*sys.modules}); "
            "shall.stores.open_store(sys.argv[1]); print({'apsw', 'psycopg'} & {*sys.modules})")
    ran = subprocess.run([sys.executable, "-c", code, str(tmp_path / "s.db")], capture_output=True, text=True,
                         check=True)
    assert ran.stdout.splitlines() == ["set()", "{'apsw'}"]
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        stores.nothing  # noqa: B018
