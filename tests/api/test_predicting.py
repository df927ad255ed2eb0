"""A file is scored out of core, whole or not at all, with the same bits as a row by itself."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

import shall
from shall import bundle
from shall.core.errors import DataError, InputError, Refused
from tests.runtimes import made


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    compiled = made.loans()
    files = {"graph.onnx": compiled.onnx, "graph.json": compiled.json}
    return bundle.write(files, {"subject": "loans"}, tmp_path_factory.mktemp("bundle") / "loans.zip")


@pytest.fixture(scope="module")
def table():
    return made.rows(300_000)


@pytest.fixture(scope="module")
def whole(place, table):
    return shall.load_bundle(place)(table)


def same(found, whole):
    assert found["score"].to_numpy().tobytes() == whole["score"].tobytes()
    assert found["decision"].to_pylist() == whole["decision"].tolist()
    assert found["capped"].to_pylist() == whole["capped"].tolist()


def test_parquet_to_parquet(place, table, whole, tmp_path):
    pq.write_table(table, tmp_path / "rows.parquet", row_group_size=50_000)
    told = []
    found = shall.predict(place, tmp_path / "rows.parquet", tmp_path / "out.parquet",
                          progress=lambda what, rows: told.append((what, rows)))
    scored = pq.read_table(tmp_path / "out.parquet")
    assert scored.column_names == ["id", "score", "decision", "capped"] == list(found.columns)
    assert scored["id"].equals(table["id"])
    same(scored, whole)
    assert found.rows == sum(rows for _, rows in told) == 300_000
    assert found.missing["decision"] == scored["decision"].null_count > 0
    assert sum(found.values["decision"].values()) + found.missing["decision"] == 300_000
    assert found.bundle == bundle.read(place).digest
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.parquet", "rows.parquet"]


def test_the_same_bytes_however_the_rows_come(place, table, tmp_path):
    for number, size in enumerate((300_000, 7_001)):
        pq.write_table(table, tmp_path / f"rows{number}.parquet", row_group_size=size)
        shall.predict(place, tmp_path / f"rows{number}.parquet", tmp_path / f"out{number}.parquet")
    assert (tmp_path / "out0.parquet").read_bytes() == (tmp_path / "out1.parquet").read_bytes()


@pytest.mark.parametrize("suffix", [".csv", ".arrow"])
def test_other_formats(suffix, place, table, whole, tmp_path):
    some = table.slice(0, 3000)
    if suffix == ".csv":
        csv.write_csv(some, tmp_path / "rows.csv")
    else:
        with pa.ipc.new_file(tmp_path / "rows.arrow", some.schema) as file:
            file.write_table(some)
    shall.predict(place, tmp_path / f"rows{suffix}", tmp_path / f"out{suffix}", keep=["city", "id"])
    if suffix == ".csv":
        found = csv.read_csv(tmp_path / "out.csv")
    else:
        found = pa.ipc.open_file(tmp_path / "out.arrow").read_all()
    assert found.column_names == ["city", "id", "score", "decision", "capped"]
    assert found["id"].to_pylist() == some["id"].to_pylist()
    np.testing.assert_array_equal(found["score"].to_numpy(), whole["score"][:3000])


def test_a_folder_and_a_frame(place, table, whole, tmp_path):
    for number in range(3):
        (tmp_path / "rows").mkdir(exist_ok=True)
        pq.write_table(table.slice(number * 1000, 1000), tmp_path / "rows" / f"{number}.parquet")
    shall.predict(place, tmp_path / "rows", tmp_path / "out.parquet", keep=())
    found = pq.read_table(tmp_path / "out.parquet")
    assert found.column_names == ["score", "decision", "capped"]
    same(found, {name: values[:3000] for name, values in whole.items()})
    shall.predict(place, table.slice(0, 10), tmp_path / "few.parquet")
    np.testing.assert_array_equal(pq.read_table(tmp_path / "few.parquet")["score"].to_numpy(), whole["score"][:10])


def test_no_rows_give_an_empty_file(place, table, tmp_path):
    found = shall.predict(place, table.slice(0, 0), tmp_path / "out.parquet")
    assert found.rows == 0 and found.missing == {"score": 0, "decision": 0, "capped": 0}
    empty = pq.read_table(tmp_path / "out.parquet")
    assert empty.column_names == ["id", "score", "decision", "capped"] and len(empty) == 0


def test_what_cannot_be_done_leaves_what_was_there(place, table, tmp_path):
    out, rows = tmp_path / "out.parquet", tmp_path / "rows.parquet"
    out.write_bytes(b"before")
    pq.write_table(table.slice(0, 100), rows)
    with pytest.raises(DataError, match="no column age, which the bundle takes"):
        shall.predict(place, table.slice(0, 5).drop(["age"]), out)
    with pytest.raises(InputError, match="no column x to keep"):
        shall.predict(place, rows, out, keep=["x"])
    with pytest.raises(InputError, match="cannot be kept"):
        shall.predict(place, table.slice(0, 5).append_column("score", [[1] * 5]), out, keep=["score"])
    with pytest.raises(InputError, match="the suffix says the format"):
        shall.predict(place, rows, tmp_path / "out.xlsx")
    with pytest.raises(InputError, match="its folder is not there"):
        shall.predict(place, rows, tmp_path / "none" / "out.parquet")
    with pytest.raises(InputError, match="is what is read"):
        shall.predict(place, rows, rows)
    with pytest.raises(InputError, match="there are no workers 'moon'"):
        shall.predict(place, rows, tmp_path / "out", on="moon")
    with pytest.raises(DataError, match="age"):
        shall.predict(place, table.slice(0, 2).set_column(1, "age", [["1", "2"]]), out)
    damaged = rows.read_bytes()
    rows.write_bytes(damaged[:100] + b"\xff" * 200 + damaged[300:])
    with pytest.raises(DataError):
        shall.predict(place, rows, out)
    assert out.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.parquet", "rows.parquet"]


def test_a_bundle_that_is_not_signed_is_refused(place, table, tmp_path):
    from shall.bundle import keys

    with pytest.raises((Refused, InputError)):
        shall.predict(place, table.slice(0, 5), tmp_path / "out.parquet", keys={"user": [keys.new().public.id]})
    assert not [*tmp_path.iterdir()]


def test_an_interrupted_run_leaves_nothing(place, table, tmp_path):
    (tmp_path / "out").mkdir()
    rows = tmp_path / "rows.parquet"
    with pq.ParquetWriter(rows, table.schema) as writer:
        for _ in range(20):
            writer.write_table(table)
    late = True
    while late:                             # this process slept meanwhile, and Ctrl-C came when all was done
        ran = subprocess.Popen([sys.executable, "-m", "shall", "predict", str(place), str(rows), "-o",
                                str(tmp_path / "out" / "out.parquet")], stderr=subprocess.PIPE, text=True)
        until = time.monotonic() + 60
        there, looked = [], time.monotonic()
        while ran.poll() is None and (not there or size(there[0]) < 1000):
            looked = time.monotonic()
            assert looked < until
            time.sleep(0.05)
            there = [*(tmp_path / "out").iterdir()]
        ran.send_signal(signal.SIGINT)
        late = time.monotonic() - looked > 0.3
        _, said = ran.communicate(timeout=60)
        late = late and ran.returncode == 0
        if late:
            (tmp_path / "out" / "out.parquet").unlink()
    assert [path.name for path in there] != ["out.parquet"]
    assert ran.returncode == 130 and "interrupted" in said
    assert not [*(tmp_path / "out").iterdir()]


def size(path):
    with contextlib.suppress(FileNotFoundError):        # it has another name just now
        return path.stat().st_size
    return 0


@pytest.mark.slow
def test_memory_does_not_grow_with_the_rows(place, table, tmp_path):
    code = ("import pathlib, shall, sys; shall.predict(*sys.argv[1:]); "
            "print(pathlib.Path('/proc/self/status').read_text().partition('VmHWM:')[2].split()[0])")
    found = []
    for times in (2, 20):
        rows = tmp_path / f"{times}.parquet"
        with pq.ParquetWriter(rows, table.schema) as writer:
            for _ in range(times):
                writer.write_table(table)
        ran = subprocess.run([sys.executable, "-c", code, place, rows, tmp_path / "out.parquet"], capture_output=True,
                             text=True, check=True, env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"})
        found.append(int(ran.stdout) / 1024)
    print(f"peak memory: {found[0]:.0f} MB for 600,000 rows, {found[1]:.0f} MB for 6,000,000")
    assert found[1] < found[0] * 1.25 + 50


def test_every_column_that_is_missing_is_told(place, table, tmp_path):
    pq.write_table(table.select(["id"]).slice(0, 10), tmp_path / "rows.parquet")
    wanted = ", ".join(shall.load_bundle(place).feature_names_in_)
    with pytest.raises(DataError, match=f"rows.parquet has no columns {wanted}, which the bundle takes; it has id"):
        shall.predict(place, tmp_path / "rows.parquet", tmp_path / "out.parquet")
    with pytest.raises(DataError, match=f"rows.parquet has no columns {wanted}, which the graph takes; it has id"):
        shall.prove(place, tmp_path / "rows.parquet")
