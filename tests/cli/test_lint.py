"""`shall lint`: every problem of every file, and nothing heavy loaded."""

from __future__ import annotations

import json

import pytest

from shall import bundle
from tests.bundle import made
from tests.http.process import packed

GOOD = """
shall = 1
[subject]
name = "employment"
kind = "classifier"
target = "employed"
positive = "1"
[data]
log = "decisions.parquet"
[groups]
sex = "SEX"
[requirements]
useful = "roc_auc >= 0.75"
fair = "ratio of selection_rate over sex >= 0.80"
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shall.toml").write_text(GOOD, encoding="utf-8")
    bad = GOOD.replace("roc_auc", "roc_auk").replace("over sex", "over sx")
    (tmp_path / "bad.toml").write_text(bad, encoding="utf-8")
    return tmp_path


def test_a_right_file(shall, folder):
    ran = shall("lint")
    assert (ran.code, ran.out, ran.err) == (0, "shall.toml: 2 requirements, 1 group: nothing is wrong\n", "")


def test_all_problems_of_all_files_at_once(shall, folder):
    ran = shall("lint", "bad.toml", "absent.toml", "shall.toml")
    assert ran.code == 2
    assert ran.out == "shall.toml: 2 requirements, 1 group: nothing is wrong\n"
    for words in ("`roc_auk`", "`sx`", "absent.toml", "3 problems"):
        assert words in ran.err


def test_json(shall, folder):
    ran = shall("lint", "bad.toml", "--json")
    assert (ran.code, ran.err) == (2, "")
    assert [problem["line"] for problem in json.loads(ran.out)["problems"]] == [13, 14]


def test_list_shows_what_a_file_asks_for(shall, folder):
    ran = shall("list", "shall.toml")
    assert ran.code == 0
    assert "ratio of selection_rate over sex >= 0.80" in ran.out
    assert json.loads(shall("list", "shall.toml", "--json").out)["groups"][0]["column"] == "SEX"


def test_a_serve_file(shall, folder):
    content = packed(folder).read_bytes()
    for version in "789":
        (folder / f"{version}.zip").write_bytes(content)
    (folder / "10.zip").write_bytes(content)
    good = '# what answers\nserve = 1\n[income]\nbundles = { 7 = "7.zip", 8 = "8.zip", 9 = "9.zip", 10 = "10.zip" }\n'
    more = 'canary = { 8 = "2.5%" }\nshadow = ["9"]\napprentice = "10"\n'
    (folder / "serve.toml").write_text(good + more, encoding="utf-8")
    ran = shall("lint", "serve.toml")
    assert (ran.code, ran.err) == (0, "")
    assert " ".join(ran.out.split()) == ("serve.toml: nothing is wrong. income: 7 in charge, 8 for 0.025 of 1, 9 as a "
                                         "shadow, 10 as an apprentice")
    (folder / "serve.toml").write_text(good + "canari = 5\n" + more, encoding="utf-8")
    ran = shall("lint", "serve.toml")
    assert ran.code == 2 and "serve.toml:5:1: there is no key `canari` in [income]" in ran.err
    assert "did you mean `canary`?" in ran.err


def test_a_serve_file_whose_bundles_cannot_serve(shall, folder):
    content = packed(folder).read_bytes()
    (folder / "1.zip").write_bytes(content)
    (folder / "2.zip").write_bytes(content[:-100])
    (folder / "3.zip").write_bytes(b"")
    text = """serve = 1
[income]
bundles = { 1 = "1.zip", 2 = "2.zip", 4 = "4.zip" }
in_charge = "1"
[other]
bundles = { 3 = "3.zip" }
[tokens]
file = "tokens.toml"
"""
    (folder / "serve.toml").write_text(text, encoding="utf-8")
    ran = shall("lint", "serve.toml", "--json")
    told = json.loads(ran.out)["problems"]
    assert (ran.code, ran.err) == (2, "")
    assert [(one["line"], one["column"]) for one in told] == [(3, 30), (3, 43), (6, 17), (8, 8)]
    for one, words in zip(told, ("2.zip", "there is no bundle at", "3.zip", "there is no file"), strict=True):
        assert words in one["message"] and one["fix"]
    ran = shall("lint", "serve.toml")
    assert ran.code == 2 and "4 problems" in ran.err and "shall tokens new" in ran.err


def test_a_serve_file_that_trusts_somebody(shall, folder):
    bundle.write(made.parts(), {"subject": "loans"}, "loans.zip")
    assert shall("keys", "new", "-o", "ana").code == 0
    text = 'serve = 1\n[loans]\nbundles = { 1 = "loans.zip" }\n[trust]\nproducer = "ana.pub"\nrequired = ["producer"]\n'
    (folder / "serve.toml").write_text(text, encoding="utf-8")
    ran = shall("lint", "serve.toml")
    assert ran.code == 2 and "serve.toml:3:17:" in ran.err
    assert "the producer has to sign it" in " ".join(ran.err.split())
    assert shall("sign", "loans.zip", "--role", "producer", "--key", "ana.key").code == 0
    assert shall("lint", "serve.toml").code == 0
    (folder / "serve.toml").write_text(text.replace("ana.pub", "cid.pub"), encoding="utf-8")
    ran = shall("lint", "serve.toml")
    assert ran.code == 2 and "serve.toml:4:" in ran.err and "cid.pub" in ran.err
