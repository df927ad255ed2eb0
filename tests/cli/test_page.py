"""`shall page`, as a person starts it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from shall.http import tokens
from tests.page import made


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    (tmp_path / ".shall").mkdir()
    made.store_at(tmp_path / ".shall" / "shall.db").close()
    return tmp_path / ".shall" / "shall.db"


def test_it_shows_the_store_of_this_folder_and_ends_when_told(store):
    with made.showing(store) as told:
        assert (told["command"], told["ready"], told["models"], told["verdicts"]) == ("page", True, ["income"], 56)
        status, headers, text = made.get(told["port"], "/page")
        assert status == 200 and "income" in text and headers["cache-control"] == "no-store"
        assert made.get(told["port"], "/page", {"Host": "evil.example"})[0] == 403
        assert made.get(told["port"], "/models", {"Accept": "application/json"})[2] == '{"models":[]}'


def test_it_says_where(store):
    command = [sys.executable, "-m", "shall", "page", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    while "Ctrl-C" not in (line := process.stdout.readline()):
        assert line
        lines.append(line)
    process.terminate()
    assert process.wait(20) == 0
    assert lines[0].endswith("shows 1 model and 56 verdicts:\n") and lines[1].strip().endswith("/page")


def test_others_need_tokens(shall, store):
    ran = shall("page", "--host", "0.0.0.0")
    assert ran.code == 2 and "shall tokens new NAME --role viewer" in ran.err and ran.err.count("\n") < 4
    place = store.parent / "tokens.toml"
    text, _ = tokens.new(place, "ana", "viewer")
    with made.showing(store, "--host", "0.0.0.0", "--tokens", str(place)) as told:
        assert made.get(told["port"], "/page")[0] == 303
        assert made.get(told["port"], "/page", {"Authorization": f"Bearer {text}"})[0] == 200


def test_without_a_store_it_says_what_to_do(shall, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    ran = shall("page")
    assert ran.code == 2 and "there is no store at .shall/shall.db" in ran.err


def test_it_loads_nothing_that_a_shall_file_needs_not(store):
    ran = subprocess.run([sys.executable, "-c", "import sys, shall.page.table; print(sorted(m for m in ('lightgbm', "
                          "'sklearn', 'onnxruntime', 'polars', 'torch') if m in sys.modules))"], capture_output=True,
                         text=True, check=True)
    assert json.loads(ran.stdout.replace("'", '"')) == []


def test_rows_that_it_cannot_read_are_told_at_the_start(shall, store):
    folder = store.parent.parent
    (folder / "shall.toml").write_text('shall = 1\n[subject]\nname = "income"\ntarget = "paid"\npositive = "yes"\n'
                                       '[groups]\nsex = "sex"\n[requirements]\nuseful = "accuracy >= 0.7"\n')
    (folder / "log.csv").write_text("said,other\nyes,1\n")
    (folder / "odd.parquet").write_bytes(b"no table")
    for data, told in (("log.csv", "the log has no column `sex`"), ("odd.parquet", "odd.parquet"),
                       ("never.csv", "never.csv")):
        ran = shall("page", "--file", "shall.toml", "--data", data, "--port", "0")
        assert ran.code == 2 and told in ran.err, ran.err
    ran = shall("page", "--data", "log.csv", "--port", "0")
    assert ran.code == 2 and "--file" in ran.err
