"""Workers of Spark, Ray and Dask give the very bits of one machine, or nothing at all."""

from __future__ import annotations

import os
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall import bundle
from shall.adapters import open_log
from shall.adapters.mapped import mapped
from shall.core.errors import DataError, InputError
from tests.runtimes import made

FILES, ROWS = 4, 60_000


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    home: Path = tmp_path_factory.mktemp("mapped")
    compiled = made.loans()
    bundle.write({"graph.onnx": compiled.onnx, "graph.json": compiled.json}, {}, home / "loans.zip")
    (home / "rows").mkdir()
    for number in range(FILES):
        pq.write_table(made.rows(ROWS, number), home / "rows" / f"{number}.parquet", row_group_size=ROWS // 2)
    shall.predict(home / "loans.zip", home / "rows", home / "here.parquet")
    return home


def same(home, out):
    here, there = pq.read_table(home / "here.parquet"), pq.read_table(out)
    assert there.schema.equals(here.schema)
    assert len(there) == FILES * ROWS
    for name in here.column_names:
        if name == "score":
            assert there[name].to_numpy().tobytes() == here[name].to_numpy().tobytes()
        else:
            assert there[name].to_pylist() == here[name].to_pylist()


@pytest.mark.slow
def test_spark_gives_the_same_bits(home, tmp_path):
    pytest.importorskip("pyspark")
    before = time.perf_counter()
    found = shall.predict(home / "loans.zip", home / "rows", tmp_path / "out", on="local[2]")
    print(f"Spark local[2]: {found.rows:,} rows in {time.perf_counter() - before:.1f} s with its start")
    assert found.rows == FILES * ROWS and found.missing["decision"] > 0
    same(home, tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        f"part-{number:05}.parquet" for number in range(FILES)]


@pytest.mark.slow
def test_a_spark_frame_is_scored_where_it_lies(home):
    pytest.importorskip("pyspark")
    from shall.adapters.spark_session import plainly, session

    scorer = shall.load_bundle(home / "loans.zip")
    with session("local[2]") as running, plainly():
        frame = running.read.parquet(str(home / "rows"))
        kept = f"id bigint, {scorer.ddl}"
        found = frame.mapInArrow(partial(scorer.arrow, keep=("id",)), kept).toArrow()
        with pytest.raises(InputError, match="scored where it lies"):
            shall.predict(home / "loans.zip", frame, home / "never")
    here = pq.read_table(home / "here.parquet")
    order = [("id", "ascending"), ("score", "ascending")]
    found, here = found.sort_by(order), here.sort_by(order)
    assert found["score"].to_numpy().tobytes() == here["score"].to_numpy().tobytes()
    assert found["decision"].to_pylist() == here["decision"].to_pylist()


@pytest.mark.slow
def test_dask_gives_the_same_bits(home, tmp_path):
    pytest.importorskip("distributed")
    before = time.perf_counter()
    found = shall.predict(home / "loans.zip", home / "rows", tmp_path / "out", on="dask")
    print(f"Dask, processes here: {found.rows:,} rows in {time.perf_counter() - before:.1f} s")
    same(home, tmp_path / "out")


@pytest.mark.slow
def test_a_cluster_of_dask_gives_the_same_bits(home, tmp_path):
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        shall.predict(home / "loans.zip", home / "rows", tmp_path / "out", on=cluster.scheduler_address)
    same(home, tmp_path / "out")


@pytest.mark.slow
def test_ray_gives_the_same_bits(home, tmp_path):
    ray = pytest.importorskip("ray")
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False,
             runtime_env={"env_vars": {"PYTHONPATH": os.pathsep.join(sys.path)}})
    try:
        shall.predict(home / "loans.zip", home / "rows", tmp_path / "out", on="ray")
    finally:
        ray.shutdown()
    same(home, tmp_path / "out")


@pytest.mark.slow
@pytest.mark.parametrize("on", ["local[2]", "dask"])
def test_an_error_of_a_worker_is_told_and_leaves_nothing(on, home, tmp_path):
    pytest.importorskip("pyspark" if on != "dask" else "distributed")
    (tmp_path / "rows").mkdir()
    table = made.rows(1000)
    pq.write_table(table, tmp_path / "rows" / "0.parquet")
    pq.write_table(table.set_column(3, "city", pa.array([b"\xff\xfe"] * 1000).view(pa.string())),
                   tmp_path / "rows" / "1.parquet")
    with pytest.raises(DataError, match="cannot be read"):
        shall.predict(home / "loans.zip", tmp_path / "rows", tmp_path / "out", on=on)
    assert [path.name for path in tmp_path.iterdir()] == ["rows"]


def doubled(batches):
    for batch in batches:
        yield pa.record_batch({"twice": np.asarray(batch.column("age").to_numpy(zero_copy_only=False)) * 2})


def test_what_is_not_given_to_workers(home, tmp_path):
    schema = pa.schema([("twice", pa.float64())])
    with pytest.raises(InputError, match="only Parquet files"):
        mapped("dask", open_log(made.rows(5)), doubled, ["age"], schema, tmp_path / "out")
    (tmp_path / "there").mkdir()
    log = open_log(str(home / "rows"))
    with pytest.raises(InputError, match="name another folder"):
        mapped("dask", log, doubled, ["age"], schema, tmp_path / "there")
    with pytest.raises(InputError, match="folder is not there"):
        mapped("dask", log, doubled, ["age"], schema, tmp_path / "a" / "b")
    with pytest.raises(InputError, match="no workers"):
        mapped("hadoop", log, doubled, ["age"], schema, tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_no_scheduler_of_dask(home, tmp_path):
    pytest.importorskip("distributed")
    with pytest.raises(InputError, match="no scheduler of Dask answers"):
        mapped("tcp://127.0.0.1:9", open_log(str(home / "rows")), doubled, ["age"],
               pa.schema([("twice", pa.float64())]), tmp_path / "out")
    assert not [*tmp_path.iterdir()]
