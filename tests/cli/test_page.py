"""`shall page`, as a person starts it."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys

import pytest

from shall.api.service import beside_log
from shall.core.decisions import Field, Record
from shall.http import tokens
from shall.stores import open_store
from shall.stores.decisions import open_log
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
    with started() as (lines, _):
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
    ran = shall("page", "--file", "shall.toml", "--labels", "gone.csv", "--port", "0")
    assert ran.code == 2 and "gone.csv" in ran.err
    for option in ("--data", "--labels"):
        ran = shall("page", option, "log.csv", "--port", "0")
        assert ran.code == 2 and f"{option} names rows" in ran.err and "--file" in ran.err


def test_reviews_go_to_the_store_of_the_server_that_writes_the_log(store):
    folder = store.parent.parent
    (folder / "shall.toml").write_text('shall = 1\n[subject]\nname = "income"\ntarget = "paid"\npositive = "yes"\n'
                                       '[requirements]\nuseful = "accuracy >= 0.7"\n')
    open_store(folder / "served.db").close()
    with open_log(folder / "decisions" / "income", [Field("code", "text")]) as log:
        log.write([Record(log.next_id(), 1_700_000_000_000_000, "", "income@7", "ab" * 32, "live", ("unsure",))])
    told = folder / "decisions" / "income" / beside_log.FILE
    told.write_text('{"store": "../../served.db", "target": "paid", "positive": "yes", "columns": {}}')
    with started("--file", "shall.toml", "--log", ".") as (lines, port):
        assert any("Reviews of income are kept in served.db" in line for line in lines)
        assert "is kept in served.db, the store of the server" in made.get(port, "/page/models/income/review?by=a")[2]
    with started("--log", ".") as (lines, _):
        assert "shows 0 models" in lines[0], "it is the only store that the log knows"
    told.write_text(told.read_text().replace("../../served.db", "postgresql://db/shall"))
    ran = subprocess.run([sys.executable, "-m", "shall", "page", "--log", ".", "--port", "0"], capture_output=True,
                         text=True, check=False)
    assert ran.returncode == 2 and "keeps its store at postgresql://db/shall: name it with --store" in ran.stderr


@contextlib.contextmanager
def started(*options):
    """`shall page` as it tells people: its lines, and its port."""
    process = subprocess.Popen([sys.executable, "-m", "shall", "page", "--port", "0", *options], text=True,
                               stdout=subprocess.PIPE)
    try:
        lines = []
        while "Ctrl-C" not in (line := process.stdout.readline()):
            assert line, lines
            lines.append(line)
        yield lines, int(re.search(r":(\d+)/page", "".join(lines))[1])
    finally:
        process.terminate()
        assert process.wait(60) == 0
        process.stdout.close()
