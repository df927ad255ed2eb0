"""Files read in a process of their own: nothing that a file does reaches this one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

import shall
from shall.adapters import GuardedLog, open_log
from shall.adapters.limits import Limits
from shall.cli import run
from shall.core.errors import DataError
from shall.testing.logs import check_log

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits are those of POSIX")
ROWS = 500
TABLE = pa.table({
    "id": np.arange(ROWS), "score": np.random.default_rng(0).random(ROWS), "label": [n % 2 for n in range(ROWS)],
    "sex": [None if n % 11 == 0 else "FM"[n % 2] for n in range(ROWS)]})


def parquet(path: Path) -> None:
    pq.write_table(TABLE, path, row_group_size=200)


def csv(path: Path) -> None:
    pa.csv.write_csv(TABLE, path)


def ipc(path: Path) -> None:
    with pa.ipc.new_file(path, TABLE.schema) as out:
        out.write_table(TABLE.set_column(3, "sex", TABLE.column("sex").cast(pa.string())), max_chunksize=200)


def stream(path: Path) -> None:
    table = TABLE.set_column(3, "sex", TABLE.column("sex").dictionary_encode())
    with pa.ipc.new_stream(path, table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as out:
        out.write_table(table, max_chunksize=200)


def json_lines(path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in TABLE.to_pylist()))


FORMATS: dict[str, Callable[[Path], None]] = {
    "log.parquet": parquet, "log.csv": csv, "log.arrow": ipc, "log.arrows": stream, "log.jsonl": json_lines}


@pytest.fixture(params=FORMATS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    FORMATS[request.param](tmp_path / request.param)
    return tmp_path / str(request.param)


def gone(child: int) -> bool:
    """Whether a process is no more, not even as a zombie."""
    return not Path(f"/proc/{child}").exists()


def soon(true: Callable[[], bool], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.05)
    return true()


def test_it_is_the_log_that_it_guards(path: Path) -> None:
    log, plain = GuardedLog(path), open_log(path)
    check_log(log, ROWS)
    assert log.schema == plain.schema
    assert log.digest() == plain.digest()
    names = log.schema.names
    assert pa.Table.from_batches(log.batches(names)) == pa.Table.from_batches(plain.batches(names))


def test_one_child_answers_many_questions_and_goes_with_the_log(path: Path) -> None:
    log = GuardedLog(path)
    child = log._child.pid
    for _ in range(3):
        assert sum(batch.num_rows for batch in log.batches([])) == ROWS
    assert log._child.pid == child
    next(iter(log.batches(["id"])))                 # a reader that stops early ends the child
    assert gone(child)
    assert sum(batch.num_rows for batch in log.batches(["id"])) == ROWS
    child = log._child.pid
    del log
    assert gone(child)


def test_what_is_wrong_is_the_same_error(tmp_path: Path) -> None:
    for name, content in (("bad.parquet", b"PAR1hello"), ("bad.csv", b"a,b\n1\n"), ("bad.arrow", b"ARROW1x"),
                          ("bad.jsonl", b'{"a": 1'), ("none.csv", None), ("bad.json", b"{}")):
        if content is not None:
            (tmp_path / name).write_bytes(content)
        said = []
        for kind in (open_log, GuardedLog):
            with pytest.raises(DataError) as raised:
                log = kind(tmp_path / name)
                list(log.batches(log.schema.names))
            said.append(str(raised.value))
        assert said[0] == said[1]


def test_a_declared_type_goes_along(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("zip\n10001\n")
    assert pa.types.is_dictionary(GuardedLog(tmp_path / "log.csv", {"zip": "string"}).schema.field("zip").type)


def test_more_rows_than_the_limit(path: Path) -> None:
    with pytest.raises(DataError, match=r"more than 10|500 rows, more than 10"):
        log = GuardedLog(path, limits=Limits(rows=10))
        list(log.batches(["id"]))


def test_bombs(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.parquet"
    schema = pa.schema([("a", pa.dictionary(pa.int32(), pa.string()))])
    with pq.ParquetWriter(bomb, schema, compression="zstd") as out:
        part = pa.table({"a": pa.DictionaryArray.from_arrays(pa.array(np.zeros(2**20, np.int32)), ["x" * 1000])})
        for _ in range(16):                         # 17 million rows of 1000 letters
            out.write_table(part)
    assert bomb.stat().st_size < 2_000_000
    with pytest.raises(DataError, match="16,777,216 rows, more than 10,000,000"):
        GuardedLog(bomb, limits=Limits(rows=10_000_000))
    wide = tmp_path / "wide.parquet"
    pq.write_table(pa.table({f"c{n}": [1] for n in range(200)}), wide)
    with pytest.raises(DataError, match="200 columns, more than 100"):
        GuardedLog(wide, limits=Limits(columns=100))
    deep: Any = pa.array([1])
    for _ in range(20):
        deep = pa.StructArray.from_arrays([deep], ["a"])
    pq.write_table(pa.table({"a": deep}), tmp_path / "deep.parquet")
    with pytest.raises(DataError, match="nested deeper than 16"):
        GuardedLog(tmp_path / "deep.parquet")


def test_memory(tmp_path: Path) -> None:
    path = tmp_path / "log.arrow"
    with pa.ipc.new_file(path, pa.schema([("a", pa.int64())]), options=pa.ipc.IpcWriteOptions(
            compression="zstd")) as out:
        out.write_table(pa.table({"a": np.zeros(2**27, np.int64)}))     # a GB that takes some kB
    assert path.stat().st_size < 1_000_000
    with pytest.raises(DataError, match=r"log.arrow cannot be read.*(more memory|malloc)"):
        list(GuardedLog(path, limits=Limits(memory=5 * 2**28)).batches(["a"]))


@pytest.mark.parametrize("how", [signal.SIGSEGV, signal.SIGABRT, signal.SIGKILL, signal.SIGXCPU])
def test_a_child_that_dies_is_an_error(tmp_path: Path, how: signal.Signals) -> None:
    parquet(tmp_path / "log.parquet")
    log = GuardedLog(tmp_path / "log.parquet")
    os.kill(log._child.pid, how)
    with pytest.raises(DataError, match=r"the process that read it died|takes more than"):
        list(log.batches(["id"]))
    assert sum(batch.num_rows for batch in log.batches(["id"])) == ROWS


def test_a_child_that_hangs_is_an_error(tmp_path: Path) -> None:
    fifo = tmp_path / "log.csv"
    os.mkfifo(fifo)                                 # nobody writes: opening it waits for ever
    begun = time.monotonic()
    with pytest.raises(DataError, match="nothing came for 1 seconds"):
        GuardedLog(fifo, limits=Limits(stall=1))
    assert time.monotonic() - begun < 10


WAITING = """
import sys, time
from shall.adapters import GuardedLog
log = GuardedLog(sys.argv[1])
rows = log.batches(["id"])
next(rows)
print(log._child.pid, flush=True)
for _ in range(600):                # a signal just before one long sleep would only be seen behind it
    time.sleep(0.1)
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_the_child_ends_with_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    pq.write_table(pa.table({"id": np.arange(5_000_000)}), tmp_path / "log.parquet", row_group_size=10_000)
    parent = subprocess.Popen([sys.executable, "-c", WAITING, str(tmp_path / "log.parquet")], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.send_signal(how)
    parent.communicate(timeout=40)
    assert soon(lambda: gone(child))


def test_the_check_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    parquet(tmp_path / "log.parquet")
    path = tmp_path / "shall.toml"
    path.write_text('shall = 1\n[subject]\ntarget = "label"\npositive = "1"\n[data]\nlog = "log.parquet"\n'
                    '[groups]\nsex = "sex"\n[requirements]\nfair = "ratio of selection_rate over sex >= 0.5"\n')
    one, other = (shall.check(path, untrusted=untrusted, record=False) for untrusted in (False, True))
    assert one.verdicts == other.verdicts and one.digests == other.digests
    (tmp_path / "log.parquet").write_bytes(b"PAR1" + bytes(100) + b"PAR1")
    assert run(["check", str(path), "--untrusted"]) == 2
    assert "cannot be read as Parquet" in capsys.readouterr().err


def mutant(content: bytes, chance: np.random.Generator) -> bytes:
    """A file with some bits, bytes or whole parts changed."""
    damaged, size = bytearray(content), len(content)
    kind = chance.integers(6)
    place = int(chance.integers(size))
    if kind == 0:
        damaged[place] ^= 1 << int(chance.integers(8))
    elif kind == 1:
        for _ in range(int(chance.integers(1, 16))):
            damaged[int(chance.integers(size))] = int(chance.integers(256))
    elif kind == 2:
        damaged[place:place + 4] = [b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xff\xff\xff\xff"][chance.integers(3)]
    elif kind == 3:
        damaged[place:place] = chance.bytes(int(chance.integers(1, 40)))
    elif kind == 4:
        del damaged[place:]
    else:
        damaged[place:place] = damaged[max(0, place - int(chance.integers(1, 200))):place]
    return bytes(damaged)


class Again(GuardedLog):
    """One child for many files: a process a mutant would take hours."""

    def read(self) -> None:
        if self._child is None:
            self._start()
        else:
            self._open()
        self.schema = pa.ipc.read_schema(pa.py_buffer(self._answer(b"S")))
        list(self.batches(self.schema.names))


@pytest.mark.parametrize("tries", [40, pytest.param(4000, marks=pytest.mark.slow)])
def test_damaged_files(path: Path, tries: int) -> None:
    """Each is an error or a log of rows; the parent lives."""
    content, chance, refused, children = path.read_bytes(), np.random.default_rng(7), 0, set()
    log = Again(path, limits=Limits(stall=20, memory=2**31))
    for _ in range(tries):
        path.write_bytes(mutant(content, chance))
        try:
            log.read()
        except DataError:
            refused += 1
        children.add(log._child.pid if log._child else None)
    print(f"{path.name}: {tries} mutants, {refused} refused, {len(children)} children")
    assert 0 < refused < tries
