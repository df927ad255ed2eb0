"""Ctrl-C while rows are counted or searched: exit code 130, one sentence, and nothing half written."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.adapters.frames import TableLog
from shall.api.opening import PEEK, peek
from shall.stores import open_store

FILE = """shall = 1
[subject]
name = "loans"
target = "label"
positive = "1"
[groups]
sex = "sex"
race = "race"
[requirements]
right = "accuracy over sex by race >= 0.40"
"""
PATIENCE = 120                              # seconds for a process to open its rows, on a machine that does much else


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Many rows in a small file: counting them takes a second, and searching them ten."""
    chance, number = np.random.default_rng(1), 1_000_000
    table = pa.table({
        "label": chance.integers(0, 2, number), "decision": chance.integers(0, 2, number),
        **{name: pa.array(chance.integers(0, 6, number).astype(str)).dictionary_encode()
           for name in ("sex", "race", "area", "job")}})
    place = tmp_path_factory.mktemp("rows") / "rows.parquet"
    with pq.ParquetWriter(place, table.schema) as writer:
        for _ in range(24):
            writer.write_table(table)
    return place


def interrupted(place: Path, rows: Path, arguments: Sequence[str]) -> tuple[int, str, str, Path]:
    """The exit code, what was printed, and the folder where it ran; Ctrl-C came when the rows were open.

    Where this process slept meanwhile, and Ctrl-C came so late that all was done, it is tried again elsewhere.
    """
    while True:
        folder = Path(tempfile.mkdtemp(dir=place))
        (folder / "shall.toml").write_text(FILE)
        (folder / "before.html").write_text("an older report")
        ran = subprocess.Popen([sys.executable, "-m", "shall", *arguments, "--data", str(rows)], cwd=folder, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        began = looked = time.monotonic()
        while ran.poll() is None and not has_open(ran.pid, rows):
            looked = time.monotonic()       # they were not open before
            assert looked - began < PATIENCE
            time.sleep(0.002)
        ran.send_signal(signal.SIGINT)
        late = time.monotonic() - looked > 0.2
        out, said = ran.communicate(timeout=PATIENCE)
        if ran.returncode or not late:
            return ran.returncode, out, said, folder


def has_open(process: int, path: Path) -> bool:
    try:
        return any(one.readlink() == path for one in Path(f"/proc/{process}/fd").iterdir())
    except OSError:                         # a file was closed meanwhile
        return False


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="open files are seen in /proc")
@pytest.mark.parametrize("verb", ["check", "intersections", "slices"])
def test_an_interrupt_ends_it_and_leaves_nothing_half_written(tmp_path: Path, rows: Path, verb: str) -> None:
    code, out, said, folder = interrupted(tmp_path, rows, [verb, "-o", "report.html", "-o", "before.html"])
    assert (code, out) == (130, "") and said.splitlines()[-1] == "interrupted" and "Traceback" not in said
    assert sorted(path.name for path in folder.iterdir() if path.name != ".shall") == ["before.html", "shall.toml"]
    assert (folder / "before.html").read_text() == "an older report"
    assert (folder / "shall.toml").read_text() == FILE
    if (folder / ".shall").exists():        # where it keeps what it finds, that has no word of this
        with open_store(folder / ".shall" / "shall.db") as store:
            assert store.verify().sequence == 0
    code, out, said, _ = interrupted(tmp_path, rows, [verb, "--json"])
    told = json.loads(out)
    assert code == 130 and (told["verb"], told["error"]["kind"], told["error"]["code"]) == (verb, "Interrupted", 130)


def test_an_interrupt_while_a_log_that_was_looked_into_is_closed_is_not_lost() -> None:
    """Left to be let go of, the generator would swallow it, and the command would go on to its end."""
    class Log(TableLog):
        def batches(self, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
            try:
                yield from super().batches(columns)
            finally:
                raise KeyboardInterrupt     # while it waits for the thread that reads ahead
    with pytest.raises(KeyboardInterrupt):
        peek(Log(pa.table({"label": np.zeros(2 * PEEK)})))
