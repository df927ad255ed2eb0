"""A file and a server are told the same, step by step: they answer alike, to the last bit of every hash."""

from __future__ import annotations

import datetime
import itertools
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shall.core.errors import ShallError
from shall.core.store import Store
from shall.stores import open_store
from shall.stores._kept import KeptStore

Step = Callable[[Store], Any]


def clocked(store: Store) -> None:
    """The same times for both, each a second after the other."""
    assert isinstance(store, KeptStore)
    seconds = itertools.count()
    start = datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
    store._clock = lambda: start + datetime.timedelta(seconds=next(seconds))


def step(chance: random.Random) -> Step:
    kind, subject = chance.choice(["a", "b", "ü", "\U0001F702", ""]), chance.choice(["x", "X", "x ", "ß", "', --", ""])
    body: Any = chance.choice([{}, {"n": chance.random()}, {"t": "x" * chance.randrange(9000)}, {"n": float("nan")},
                               {"deep": [[[{"a": None}]]]}, {"big": 2**80}, {"n": -0.0}, {"t": "\u0000\u2028é\u0301"}])
    key = chance.choice([None, None, "", "k", str(chance.randrange(20)), "é", "e\u0301"])
    content = chance.randbytes(chance.choice([0, 1, 10, 5000]))
    gate, model, budget = chance.choice("gh"), f"m{chance.randrange(8)}", chance.choice([0, 3, 3, 5])
    steps: list[Step] = [
        lambda store: store.append(kind, subject, body, key), lambda store: store.append(kind, subject, body, key),
        lambda store: store.look(gate, model, budget), lambda store: store.put_blob(content),
        lambda store: store.records(kind, chance_subject), lambda store: store.latest(kind, chance_subject),
        lambda store: store.looks(gate), lambda store: store.blob("0" * 64), lambda store: store.counts(),
        lambda store: store.verify(), lambda store: store.append(kind, f"{subject}\0", {}),
    ]
    chance_subject = chance.choice([None, subject])
    return chance.choice(steps)


def answer(store: Store, asked: Step) -> Any:
    try:
        return asked(store)
    except ShallError as problem:
        return type(problem), str(problem).replace(getattr(store, "name", ""), "")


@pytest.mark.parametrize("steps", [300, pytest.param(2_000, marks=pytest.mark.slow)])
def test_a_file_and_a_server_answer_alike(postgresql: Callable[[], str], tmp_path: Path, chance: random.Random,
                                          steps: int) -> None:
    with open_store(tmp_path / "s.db") as file, open_store(postgresql()) as server:
        clocked(file)
        clocked(server)
        for number in range(steps):
            asked = step(chance)
            assert answer(file, asked) == answer(server, asked), number
        assert file.verify() == server.verify()
        assert file.head().sequence > steps // 8
