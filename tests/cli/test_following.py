"""`shall watch --follow`: a service that tells what is new, ends cleanly, and goes on where it stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shall.core.responses import RESPONSE, standing
from shall.stores import open_store

FILE = """shall = 1
[subject]
name = "loans"
target = "label"
positive = "1"
[columns]
time = "time"
[groups]
sex = "sex"
[requirements]
fair = "ratio of selection_rate over sex >= 0.8"
[watch]
windows = ["1 month"]
every = "1 second"
"""


def put(folder: Path, name: str, first: int, chosen: float) -> None:
    """A file of 1,000 rows, an hour apart, of which women are chosen so rarely."""
    rng, number = np.random.default_rng(first), 1_000
    sex = rng.choice(["f", "m"], number)
    times = np.datetime64("2025-01-01") + (first + np.arange(number)) * np.timedelta64(1, "h")
    table = pa.table({"time": times.astype("datetime64[us]"), "sex": sex,
                      "decision": (rng.random(number) < np.where(sex == "f", chosen, 0.5)).astype(int)})
    folder.mkdir(exist_ok=True)
    pq.write_table(table, folder / f".{name}")
    (folder / f".{name}").rename(folder / name)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "shall.toml").write_text(FILE)
    put(tmp_path / "log", "1.parquet", 0, 0.5)
    return tmp_path


def started(place: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-m", "shall", "watch", "--follow", "--json", "--log", "log", *more],
                            cwd=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                            env={**os.environ, "PYTHONUNBUFFERED": "1"})


def lines(child: subprocess.Popen[str], last: str) -> Iterator[dict[str, Any]]:
    """What it tells, up to the first line of a kind."""
    assert child.stdout is not None
    for line in child.stdout:
        yield (told := json.loads(line))
        if told["what"] == last:
            return


def ended(child: subprocess.Popen[str], how: signal.Signals) -> int:
    child.send_signal(how)
    code = child.wait(60)
    for pipe in (child.stdout, child.stderr):
        assert pipe is not None
        pipe.close()
    return code


def test_a_service_tells_what_is_new_and_goes_on_where_it_stopped(place: Path) -> None:
    first = started(place)
    told = [*lines(first, "looked")]
    assert [one["window"] for one in told if one["what"] == "window"] == ["2025-01", "2025-02"]
    assert told[-1]["total"] == 1_000
    second = subprocess.run([sys.executable, "-m", "shall", "watch", "--follow", "--log", "log"], cwd=place,
                            capture_output=True, text=True, timeout=60)
    assert second.returncode == 2 and f"by the process {first.pid}" in second.stderr
    put(place / "log", "2.parquet", 1_000, 0.1)
    told = [*lines(first, "looked")]
    assert any("2025-02 came after it was judged" in one["note"] for one in told if one["what"] == "note")
    assert told[-1]["total"] == 2_000 and {one["name"] for one in told if one["what"] == "alarm"} == {"fair"}
    assert ended(first, signal.SIGTERM) == 0
    again = started(place)
    put(place / "log", "3.parquet", 2_000, 0.5)
    told = [*lines(again, "looked")]
    assert told[-1]["total"] == 3_000 and told[-1]["rows"] == 1_000
    assert not any(one["what"] == "alarm" and one["row"] <= 2_000 for one in told)      # nothing is told twice
    assert ended(again, signal.SIGINT) == 0
    assert [one.name for one in (place / ".shall" / "watch").iterdir()] == ["loans"]


@pytest.mark.slow
def test_a_changed_line_is_told_and_recorded_from_the_first_row_on(place: Path) -> None:
    """Windows and alarms of its new life, and the alarm that goes on as one."""
    put(place / "log", "2.parquet", 1_000, 0.2)
    put(place / "log", "3.parquet", 2_000, 0.2)
    first = started(place)
    assert {one["name"] for one in lines(first, "looked") if one["what"] == "alarm"} == {"fair"}
    assert ended(first, signal.SIGINT) == 0
    (place / "shall.toml").write_text(FILE.replace(">= 0.8", ">= 0.9"))
    again = started(place)
    told = [*lines(again, "looked")]
    assert ended(again, signal.SIGINT) == 0
    assert [one["note"] for one in told if one["what"] == "note"] == ["fair was changed: its life begins anew"]
    windows = [one["window"] for one in told if one["what"] == "window"]
    assert windows == ["2025-01", "2025-02", "2025-03", "2025-04", "2025-05"]
    alarms = [one for one in told if one["what"] == "alarm"]
    assert {one["requirement"] for one in alarms} == {"ratio of selection_rate over sex >= 0.9"}
    assert [one["since"] for one in alarms] == ["", *[alarms[0]["at"]] * (len(alarms) - 1)] and len(alarms) > 1
    with open_store(place / ".shall" / "shall.db") as store:
        recorded = [one.body for one in store.records("alarm") if one.body["life"] == told[0]["life"]]
        judged = [one.body["window"] for one in store.records("verdicts") if one.body["life"] == told[0]["life"]]
        assert [one["row"] for one in recorded] == [one["row"] for one in alarms] and judged == windows
        assert [one.way for one in standing(store.records(RESPONSE))] == ["alert"]
