"""Places to keep a store: a file, and a database of a PostgreSQL that runs for these tests only."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from shall.core.store import Store
from shall.stores import open_store
from tests.postgresql_server import programs, server

NUMBERS = itertools.count()
SEED = random.randrange(2**32)


@pytest.fixture
def chance() -> random.Random:
    print("seed", SEED)                     # shown by pytest when the test fails
    return random.Random(SEED)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Callable[[], str]]:
    """Each call makes a new, empty database, and gives its address."""
    psycopg = pytest.importorskip("psycopg")
    if programs() is None:
        pytest.skip("there is no PostgreSQL here that may be started")
    with server() as address, psycopg.connect(address, autocommit=True) as connection:
        def made() -> str:
            name = f"store_{next(NUMBERS)}"
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
            return address.rpartition("/")[0] + f"/{name}"
        yield made


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Each call gives the address of a place where no store is yet."""
    if request.param == "postgresql":
        made: Callable[[], str] = request.getfixturevalue("postgresql")
        return made
    return lambda: str(tmp_path / f"{next(NUMBERS)}.db")


@pytest.fixture
def store(place: Callable[[], str]) -> Iterator[Store]:
    """A store that is new and empty."""
    opened = open_store(place())
    yield opened
    opened.close()
