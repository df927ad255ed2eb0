"""Ships that end half-way: a version in the store lies at its place, or is that of the same model when it ships again.
"""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall import bundle
from shall.bundle import folder
from shall.core.errors import InputError, StoreError
from shall.core.store import Record
from shall.graph import Compiled, compile, inputs
from shall.phases.ship import ShipReport
from shall.stores import open_store
from shall.stores.sqlite import SqliteStore
from tests.cli import test_ship

SPEC = test_ship.SPEC.replace("[data]\n", "[data]\nlooks = 5\n")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    age = np.linspace(18, 80, 400)
    pq.write_table(pa.table({"age": age, "repaid": (age > 45).astype(int)}), tmp_path / "gate.parquet")
    (tmp_path / "shall.toml").write_text(SPEC)
    return tmp_path


def graph(limit: float = 45.0) -> Compiled:
    x = inputs({"age": "number"})
    return compile(x, decision=x["age"] > limit)


def ship(home: Path, limit: float = 45.0, name: str = "bundle") -> ShipReport:
    return shall.ship(graph(limit), home / "shall.toml", home / name)


def shipped(home: Path) -> list[Record]:
    if not (home / ".shall" / "shall.db").exists():
        return []
    with open_store(home / ".shall" / "shall.db") as store:
        store.verify()
        return [*store.records("shipped", "loans")]


def names(home: Path) -> set[str]:
    return {path.name for path in home.iterdir()} - {".shall", "gate.parquet", "shall.toml"}


def full(*_: Any) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_a_disk_that_is_full_takes_no_number_and_leaves_the_older_one(
        name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(InputError, match="cannot be written: No space left"):
        patched.setattr(folder, "_put", full)
        ship(home, name=name)
    assert not names(home) and not shipped(home)
    assert ship(home, name=name).version == "1" and names(home) == {name}
    before = bundle.read(home / name).digest
    with monkeypatch.context() as patched, pytest.raises(InputError, match="No space left"):
        patched.setattr(folder, "_put", full)
        ship(home, 50.0, name)
    assert bundle.read(home / name).digest == before and names(home) == {name}
    assert ship(home, 50.0, name).version == "2" and [one.body["version"] for one in shipped(home)] == ["1", "2"]


@pytest.mark.parametrize(("name", "said"), [
    ("nowhere/bundle", "cannot be written: No such file"), ("gate.parquet/bundle.zip", "cannot be written: Not a dir"),
    ("gate.parquet", "is no bundle"), ("mine", "is no bundle"), ("mine.zip", "is a folder")])
def test_a_place_that_cannot_be_written_is_told_before_anything_is_proved(
        name: str, said: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in ("mine", "mine.zip"):
        (home / one).mkdir()
        (home / one / "thesis.txt").write_text("x")
    monkeypatch.setattr("shall.phases.ship.prove", None)
    with pytest.raises(InputError, match=said):
        ship(home, name=name)
    assert not (home / ".shall").exists() and names(home) == {"mine", "mine.zip"}


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_a_store_that_takes_no_record_leaves_no_bundle(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SqliteStore.append

    def down(store: SqliteStore, kind: str, *told: Any, **more: Any) -> Record:
        if kind == "shipped":
            raise StoreError("the disk refused; nothing was recorded")
        return real(store, kind, *told, **more)
    with monkeypatch.context() as patched, pytest.raises(StoreError):
        patched.setattr(SqliteStore, "append", down)
        ship(home, name=name)
    assert not names(home) and not shipped(home)


def test_what_cannot_be_put_at_its_place_any_more_says_which_version_it_is(
        home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = SqliteStore.append

    def meanwhile(store: SqliteStore, kind: str, *told: Any, **more: Any) -> Record:
        if kind == "shipped":
            monkeypatch.setattr(Path, "rename", full)
        return real(store, kind, *told, **more)
    monkeypatch.setattr(SqliteStore, "append", meanwhile)
    with pytest.raises(InputError) as found:
        ship(home)
    assert "No space left on device; version 1 is recorded, and may lie nowhere: ship the same model again" in str(
        found.value)
    monkeypatch.undo()
    assert ship(home, name="other").version == "1"
    assert [one.body["place"] for one in shipped(home)] == [str(home / "bundle"), str(home / "other")]


KILLED = """
import json, os, signal, sys
from pathlib import Path
from shall import bundle
from shall.api import shipping
from shall.api.opening import file_of
from shall.bundle import folder
from shall.stores.sqlite import SqliteStore
home, name = Path(sys.argv[1]), sys.argv[2]
left = [0]

def dying(owner, what):
    real = getattr(owner, what)
    def called(*told, **more):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*told, **more)
    setattr(owner, what, called)

for owner, what in ((folder, "_put"), (folder, "_keep_names"), (SqliteStore, "append"), (Path, "rename"),
                    (Path, "replace"), (folder.shutil, "rmtree")):
    dying(owner, what)

def pack(content, name=name):
    file = file_of(home / "shall.toml")
    files = {"graph.onnx": content.encode(), "graph.json": b"{}"}
    return shipping._packed(file, files, (None, {}), (home / name, {"place": str(home / name)}), record=True)[0]

pack("old")
step, done = 0, False
while not done:
    step += 1
    child = os.fork()
    if not child:
        left[0] = step
        pack(f"model {step}")
        os._exit(0)
    done = os.waitpid(child, 0)[1] == 0
    lies = (home / name).exists()
    there = bundle.read(home / name) if lies else None
    told = [] if there is None else [there.manifest.about["version"], there["graph.onnx"].decode()]
    again, other = pack(f"model {step}", f"same-{name}"), pack(f"other {step}", f"other-{name}")
    print(json.dumps([step, told, again, other]), flush=True)
"""


@pytest.mark.parametrize("name", ["bundle", "bundle.zip"])
def test_killed_at_any_step_no_number_is_of_two_and_the_same_model_ships_as_its_version(name: str, home: Path) -> None:
    script = home / "killed.py"
    script.write_text(KILLED)
    ran = subprocess.run([sys.executable, str(script), str(home), name], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    steps = [json.loads(line) for line in ran.stdout.splitlines()]
    records = shipped(home)
    meant: dict[str, str] = {}
    for one in records:                     # no version means two things
        assert meant.setdefault(one.body["version"], one.body["answers"]) == one.body["answers"]
    numbers = [number for _, _, again, other in steps for number in (again, other)]
    assert numbers == [str(number) for number in range(2, 2 + len(numbers))]     # none is left out, none twice
    content, whole = "old", {"1": "old"}
    for step, told, again, other in steps:
        whole |= {again: f"model {step}", other: f"other {step}"}
        if told:                            # the older one, or the new one, and it says its own number
            assert told[1] in (content, f"model {step}") and whole[told[0]] == told[1]
            content = told[1]
        else:                               # only a folder is exchanged in two steps
            assert name == "bundle" and content == "old"
            assert [path for path in home.glob(".bundle.*/old") if bundle.read(path).manifest.about["version"]]
    assert content == f"model {steps[-1][0]}" and len(steps) > (7 if name == "bundle" else 4)
    newest = {one.body["version"]: one.body["place"] for one in records}
    assert newest[steps[-1][3]] == str(home / f"other-{name}")
