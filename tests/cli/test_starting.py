"""`shall init`, `shall split` and `shall build`: arguments to the library, and what is said of the result."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from shall.reports import text


def test_init_writes_a_file_once(shall, api, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    api(init=lambda data, **more: f"# {data} {more['target']}\n")
    assert shall("init", "d.parquet", "--target", "y").code == 0
    assert (tmp_path / "shall.toml").read_text(encoding="utf-8") == "# d.parquet y\n"
    again = shall("init", "other.parquet")
    assert again.code == 2
    assert "--force" in again.err
    assert shall("init", "other.parquet", "--force").code == 0
    assert shall("init", "third.csv", "--output", "-").out == "# third.csv None\n"


def test_split_says_what_it_made(shall, api):
    calls = {}

    def split(data, **more):
        calls.update(more)
        return SimpleNamespace(train="train.parquet", gate="gate.parquet", train_rows=70, gate_rows=30, how="by a hash")
    api(split=split)
    ran = shall("split", "d.parquet", "--gate", "40%", "--by", "unit", "--column", "household")
    assert ran.code == 0
    assert "gate   gate.parquet  30 rows" in ran.out
    assert calls == {"share": 0.4, "by": "unit", "column": "household", "into": None}
    assert shall("split", "d.parquet", "--gate", "much").code == 2


@pytest.mark.parametrize(("found", "code"), [(True, 0), (False, 1)])
def test_no_model_is_1(shall, api, monkeypatch, found, code):
    monkeypatch.setattr(text, "build", lambda built, look: "built\n")

    def build(file, *, say, **more):
        say("the search aims at 0.89")
        return SimpleNamespace(found=found)
    api(build=build)
    ran = shall("build")
    assert (ran.code, ran.out, ran.err) == (code, "built\n", "the search aims at 0.89\n")
