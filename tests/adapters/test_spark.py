"""Counting on Spark gives the very tally of one machine, whatever dies on the way."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.adapters import open_log
from shall.adapters.slices import slices_of
from shall.adapters.spark import SparkLog, is_spark, on_spark
from shall.core.errors import DataError, InputError
from shall.core.log import Binding, Column, GroupDef
from shall.stores.sqlite import open_store
from shall.tally import Need, Tally, accumulate, compile_plan

pytest.importorskip("pyspark")
pytestmark = pytest.mark.slow

COUNTING = 1                                # the stage: in the one before the files are digested
FILE = """
shall = 1
[subject]
name = "demo"
kind = "classifier"
target = "label"
positive = "1"
[data]
log = "log"
[groups]
sex = "sex"
day = "day"
[requirements]
fair = "ratio of selection_rate over sex by day >= 0.80"
auc = "roc_auc over sex >= 0.6"
"""


def write(home: Path, files: int, rows: int) -> None:
    """A log of many files below two days."""
    (home / "shall.toml").write_text(FILE)
    for number in range(files):
        chance = np.random.default_rng(number)
        score = chance.random(rows)
        label, decision = (chance.random(rows) < score).astype(np.int8), (score > 0.5).astype(np.int8)
        score = np.where(score < 0.01, np.nan, score)
        table = pa.table({"score": score, "label": label, "decision": decision,
                          "sex": pa.array(chance.choice(["F", "M"], rows), mask=chance.random(rows) < 0.01)})
        path = home / "log" / f"day=2026-11-0{1 + number % 2}" / f"{number:04}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, path, row_group_size=max(rows // 2, 1))


def command(home: Path, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "shall", "check", str(home / "shall.toml"), "--json", *arguments],
                            env=environment or {**os.environ}, text=True, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE)


def kept(home: Path) -> tuple[str, str, int]:
    """Digests of the log and of the tally of the newest check, and its rows; the store is put away."""
    with open_store(home / ".shall" / "shall.db") as store:
        record = store.latest("check")
    (home / ".shall").rename(home / f".shall-{time.monotonic_ns()}")
    assert record is not None
    return record.body["log"], record.body["tally"], json.loads(record.body["report"])["rows"]


def here(home: Path) -> tuple[str, str, int]:
    """The same, counted by this machine in one pass."""
    ran = command(home)
    _, err = ran.communicate(timeout=120)
    assert ran.returncode in (0, 1), err
    return kept(home)


GROUPS = (GroupDef("sex", "sex"), GroupDef("day", "day"))
ROLES = tuple((role, Column(role)) for role in ("score", "decision", "label"))
NEEDS = (Need(groups=("sex", "day"), axes=("decision", "label")), Need(axes=("label", "score"), sums=("score",)))
PLAN = compile_plan(NEEDS, Binding(ROLES, groups=GROUPS))


@pytest.fixture(scope="module")
def session():
    """Spark in this process, with two threads."""
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    made = (SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
            .config("spark.driver.memory", "512m").config("spark.log.level", "OFF").getOrCreate())
    yield made
    made.stop()


def one_pass(home: Path) -> Tally:
    return accumulate(PLAN, open_log(home / "log").batches(PLAN.columns))


def test_a_data_frame_of_spark_is_counted_where_it_lies(tmp_path: Path, session) -> None:
    write(tmp_path, 40, 5_000)
    frame = session.read.parquet(str(tmp_path / "log"))
    log = open_log(frame)
    assert isinstance(log, SparkLog)
    assert log.tally(PLAN) == log.tally(PLAN) == one_pass(tmp_path)
    assert log.digest() == open_log(frame.repartition(3).select(*reversed(frame.columns))).digest()
    assert log.digest() != open_log(frame.where("score > 0.5")).digest()
    swapped = [session.createDataFrame([row], "a string, b string") for row in (("x", None), (None, "x"))]
    assert open_log(swapped[0]).digest() != open_log(swapped[1]).digest()
    assert len(log.first(7)) == 7
    assert sum(batch.num_rows for batch in log.batches(["sex"])) == 200_000


def test_a_check_of_a_data_frame_is_that_of_its_files(tmp_path: Path, session) -> None:
    write(tmp_path, 4, 5_000)
    frame = session.read.parquet(str(tmp_path / "log"))
    file = tmp_path / "shall.toml"
    assert shall.check(file, data=frame, record=False).verdicts == shall.check(file, record=False).verdicts


def test_more_slices_than_the_driver_takes_are_added_by_the_workers(tmp_path: Path, session, monkeypatch) -> None:
    from shall.adapters import spark

    monkeypatch.setattr(spark, "SLICE", 1)
    monkeypatch.setattr(spark, "FAN", 3)
    write(tmp_path, 12, 999)
    log = open_log(tmp_path / "log")
    with on_spark("local[2]", log) as files:
        assert len([*slices_of(log, spark.SLICE)]) == 36
        assert files.tally(PLAN) == one_pass(tmp_path)
        assert files.digest() == log.digest()


def test_what_is_wrong_with_a_file_is_said_as_on_one_machine(tmp_path: Path, session) -> None:
    write(tmp_path, 3, 1_000)
    log = open_log(tmp_path / "log")
    log.schema  # noqa: B018  it is read while the file is whole
    bad = log.files[1]
    content = bytearray(bad.read_bytes())
    content[4:2000] = b"\xff" * 1996
    bad.write_bytes(content)
    with on_spark("local[2]", log) as files, pytest.raises(DataError, match=f"{bad.name} cannot be read as Parquet"):
        files.tally(PLAN)


def test_a_column_that_is_not_there(tmp_path: Path, session) -> None:
    write(tmp_path, 1, 10)
    frame = session.read.parquet(str(tmp_path / "log")).drop("sex")
    with pytest.raises(DataError, match="the Spark data frame has no column sex"):
        open_log(frame).tally(PLAN)


def test_a_master_that_is_not_there_is_said_at_once(tmp_path: Path) -> None:
    write(tmp_path, 1, 10)
    for master in ("spark://127.0.0.1:9", "spark://127.0.0.1", "spark://127.0.0.1:x"):
        with (pytest.raises(InputError, match="no Spark master answers at spark"),
              on_spark(master, open_log(tmp_path / "log"))):
            pass


def test_another_session_of_this_process_is_not_taken_for_the_cluster(tmp_path: Path, session) -> None:
    write(tmp_path, 1, 10)
    with (pytest.raises(InputError, match=r"this process has a Spark session on local\[2\] already"),
          on_spark("local[1]", open_log(tmp_path / "log"))):
        pass


def test_a_cluster_without_workers_is_said(tmp_path: Path) -> None:
    from tests.adapters.spark_cluster import cluster

    write(tmp_path, 1, 10)
    with cluster(tmp_path / "spark", size=0) as machines:
        settings = tmp_path / "spark" / "conf" / "spark-defaults.conf"
        settings.write_text(settings.read_text().replace("40s", "2s"))
        ran = command(tmp_path, "--on", machines.master, environment=machines.environment)
        _, err = ran.communicate(timeout=200)
    assert ran.returncode == 2
    assert "gave no executor in 2 seconds: are its workers running" in err


def test_only_parquet_files_are_counted_on_spark(tmp_path: Path) -> None:
    with (pytest.raises(InputError, match="only Parquet files are counted on Spark"),
          on_spark("local[2]", open_log(pa.table({"a": [1]})))):
        pass
    assert not is_spark(pa.table({"a": [1]}))


def test_two_threads_count_like_one_machine(tmp_path: Path) -> None:
    write(tmp_path, 40, 5_000)
    ran = command(tmp_path, "--on", "local[2]")
    out, err = ran.communicate(timeout=300)
    assert ran.returncode in (0, 1), err
    assert json.loads(out)["rows"] == 200_000
    assert kept(tmp_path) == here(tmp_path)


def test_an_executor_that_is_killed_changes_no_bit(tmp_path: Path) -> None:
    from tests.adapters.spark_cluster import cluster

    files = 300
    write(tmp_path, files, 4_000)
    with cluster(tmp_path / "spark") as machines:
        ran = command(tmp_path, "--on", machines.master, environment=machines.environment)
        done = kill_in_the_middle(machines, ran)
        out, err = ran.communicate(timeout=400)
        numbers = {int(path.parent.name) for path in (tmp_path / "spark").glob("work-*/app-*/*/stderr")}
        counted = sum(machines.finished(str(number)).count(COUNTING) for number in numbers)
    assert ran.returncode in (0, 1), err
    assert json.loads(out)["rows"] == files * 4_000
    assert max(numbers) >= 2, "nothing came in the place of the executor that was killed"
    assert counted >= files + done, "what died with the executor was not counted again"
    assert kept(tmp_path) == here(tmp_path)


def kill_in_the_middle(machines, ran: subprocess.Popen[str]) -> int:
    """Kill an executor that has counted some files; its counts, which wait to be added up, are lost with it."""
    deadline = time.monotonic() + 300
    while time.monotonic() < deadline and ran.poll() is None:
        for process, number in machines.executors().items():
            counted = machines.finished(number).count(COUNTING)
            if counted >= 20:
                os.kill(process, signal.SIGKILL)
                return counted
        time.sleep(0.05)
    raise AssertionError(f"no executor counted twenty files: {ran.communicate(timeout=60)[1][-3000:]}")
