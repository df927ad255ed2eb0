"""`shall propose`: looked back on, proposed, signed with the regulator's key, and then it stands in the file."""

from __future__ import annotations

import json
import shlex
from importlib.resources import files

import jsonschema
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall as library
from shall.api import verifying
from shall.bundle import keys

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FILE = '''shall = 1

[subject]
name = "loans"
target = "label"
positive = "1"

[trust]
regulator = "regulator.pub"

[groups]
sex = "sex"

[requirements]
right = "accuracy >= 0.60"   # by the board
alike = "difference of accuracy over sex <= 0.20"
'''


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    for name in ("regulator", "other"):
        verifying.new_key(tmp_path / name)
    (tmp_path / "shall.toml").write_text(FILE)
    pq.write_table(log(), "log.parquet")
    library.check("shall.toml", "log.parquet")
    return tmp_path


def log():
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, 2_000)
    return pa.table({"label": label, "decision": np.where(chance.random(2_000) < 0.7, label, 1 - label),
                     "sex": chance.choice(["F", "M"], 2_000), "age": chance.integers(18, 80, 2_000)})


def as_json(ran):
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_from_a_preview_to_the_file(shall, here):
    ran = shall("propose", "right", "accuracy >= 0.80", "--preview")
    assert ran.code == 0 and "of 1 verdict it would have changed 1: 1 broken (loans, check)" in ran.out
    assert as_json(shall("propose", "--list", "--json"))["proposals"] == []
    ran = shall("propose", "right", "accuracy >= 0.80", "--why", "complaints", "--by", "ana")
    assert ran.code == 0
    [one] = as_json(shall("propose", "--list", "--json"))["proposals"]
    assert (one["state"], one["by"], one["was"]) == ("open", "ana", "accuracy >= 0.60")
    assert one["preview"] == "of 1 verdict it would have changed 1: 1 broken (loans, check)"
    assert f"{one['number']}: {one['preview']}" in shall("propose", "--list").out
    number = str(one["number"])
    assert ran.out.splitlines()[-1] == f"shall propose --sign {number} --key REGULATOR.key"     # to be copied
    for other in ((), ("--key", "other.key")):
        refused = shall("propose", "--sign", number, *other)
        assert refused.code == 1 and "regulator" in refused.err
    assert (here / "shall.toml").read_text() == FILE
    ran = shall("propose", "--sign", number, "--key", "regulator.key")
    key = keys.public("regulator.pub").id
    assert ran.code == 0 and f"is in shall.toml, signed with the regulator's key {key}" in ran.out
    assert (here / "shall.toml").read_text() == FILE.replace("0.60", "0.80")
    assert f"{number}: signed with the regulator's key {key}" in shall("propose", "--list").out
    [one] = as_json(shall("propose", "--list", "--json"))["proposals"]
    assert (one["state"], one["ended_by"], one["key"]) == ("signed", "the regulator", key)
    assert f"{number} was signed with the regulator's key {key}" in shall("propose", "--decline", number, "--why",
                                                                          "late").err
    (here / "regulator.pub").unlink()       # what was said can be read all the same
    assert f"{number}: signed by the regulator with the key {key}" in shall("propose", "--list").out


def test_where_no_key_is_asked_for_none_is_printed(shall, here):
    (here / "mine.toml").write_text(FILE.replace('[trust]\nregulator = "regulator.pub"\n', ""))
    mine = ("--file", "mine.toml", "--store", ".shall/shall.db")
    command = shall("propose", "right", "accuracy >= 0.80", "--why", "x", *mine).out.splitlines()[-1]
    assert command.startswith("shall propose --sign ") and "--key" not in command
    assert command.endswith("--file mine.toml --store .shall/shall.db")
    assert shall(*shlex.split(command)[1:], "--by", "ben").out.splitlines()[-1] == "is in mine.toml, signed by ben"
    last = shall("propose", "right", "accuracy >= 0.70", "--why", "x", "--file", "mine.toml").out.splitlines()[-1]
    signed = shall(*shlex.split(last)[1:], "--key", "other.key", "--by", "ben").out
    assert f"signed by ben with the key {keys.public('other.pub').id}" in signed    # the file does not name it


def test_a_line_of_a_part_is_told_of_the_newest_check(shall, here):
    """Where that kept the counts; else it is said what to run, and that says it."""
    line = "accuracy >= 0.60 where sex = 'F'"
    ran = shall("propose", "women", line, "--preview")
    assert "it would be met: " in ran.out and "on the rows of the newest check (" in ran.out
    found = as_json(shall("propose", "women", line, "--preview", "--json"))
    checked = library.check({"groups": {"sex": "sex"}, "requirements": {"women": line}}, "log.parquet").verdicts[0]
    assert (found["now"]["value"], found["now"]["n"]) == (checked.deciding.value, checked.deciding.n)
    assert found["preview"] == ran.out.strip() and found["now"]["low"] == checked.deciding.low
    shall("propose", "women", line, "--why", "asked for")
    assert f": {found['preview']}" in shall("propose", "--list").out
    assert "undecided: no row is left" in shall("propose", "none", "accuracy >= 0.6 where sex = 'X'", "--preview").out
    old = "accuracy >= 0.60 where age >= 60"
    told = shall("propose", "old", old, "--preview").out
    command = told.split("`")[1]
    assert "cannot say" in told and command == f"shall propose old '{old}' --preview --data ROWS"
    found = as_json(shall(*shlex.split(command.replace("ROWS", "log.parquet"))[1:], "--json"))
    assert found["now"]["n"] == np.sum(log()["age"].to_numpy() >= 60) and found["now"]["log"] == "log.parquet"
    assert "cannot say" in shall("propose", "right", "accuracy >= previous - 0.1", "--preview").out
    ran = shall("propose", "right", "accuracy >= previous - 0.1", "--preview", "--data", "log.parquet")
    assert ran.code == 2 and "is compared with previous" in ran.err
    assert shall("propose", "right", "accuracy >= 0.9", "--why", "x", "--data", "log.parquet").code == 2


def test_what_nobody_proposed_leaves_no_store(shall, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    (tmp_path / "shall.toml").write_text(FILE.partition("[trust]")[0] + '[requirements]\nright = "accuracy >= 0.6"\n')
    for asked in ("--sign", "--decline"):
        ran = shall("propose", asked, "3", "--why", "x")
        assert ran.code == 2 and "there is no proposal 3 for shall.toml; there are none" in ran.err
    assert [one.name for one in tmp_path.iterdir()] == ["shall.toml"]


def test_declined_and_asked_wrongly(shall, here):
    shall("propose", "sure", "brier <= 0.2", "--why", "better")
    [one] = as_json(shall("propose", "--list", "--json"))["proposals"]
    assert "say why" in shall("propose", "--decline", str(one["number"])).err
    assert shall("propose", "--decline", str(one["number"]), "--why", "not now").code == 0
    assert as_json(shall("propose", "--list", "--json"))["proposals"][0]["state"] == "declined"
    for wrong in (("propose",), ("propose", "right"), ("propose", "right", "accuracy >= 0.60", "--why", "x"),
                  ("propose", "right", "nothing >= 1", "--why", "x"), ("propose", "--sign", "99"),
                  ("propose", "right", "accuracy >= 0.9", "--file", "none.toml", "--preview")):
        ran = shall(*wrong)
        assert ran.code == 2 and ran.err and "Traceback" not in ran.err
    ran = shall("propose", "right", "accuracy >= women", "--preview")
    assert "the proposed line, character 13: there is no data `women`" in ran.err
