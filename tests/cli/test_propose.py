"""`shall propose`: looked back on, proposed, signed with the regulator's key, and then it stands in the file."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import numpy as np
import pyarrow as pa
import pytest

import shall as library
from shall.api import verifying

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))
FILE = '''shall = 1

[subject]
name = "loans"
target = "label"
positive = "1"

[trust]
regulator = "regulator.pub"

[requirements]
right = "accuracy >= 0.60"   # by the board
'''


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    for name in ("regulator", "other"):
        verifying.new_key(tmp_path / name)
    (tmp_path / "shall.toml").write_text(FILE)
    chance = np.random.default_rng(1)
    label = chance.integers(0, 2, 2_000)
    library.check("shall.toml", pa.table({"label": label, "decision": np.where(
        chance.random(2_000) < 0.7, label, 1 - label)}))
    return tmp_path


def as_json(ran):
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_from_a_preview_to_the_file(shall, here):
    ran = shall("propose", "right", "accuracy >= 0.80", "--preview")
    assert ran.code == 0 and "of 1 verdict it would have changed 1: 1 broken (loans, check)" in ran.out
    assert as_json(shall("propose", "--list", "--json"))["proposals"] == []
    ran = shall("propose", "right", "accuracy >= 0.80", "--why", "complaints", "--by", "ana")
    assert ran.code == 0 and "shall propose --sign" in ran.out
    [one] = as_json(shall("propose", "--list", "--json"))["proposals"]
    assert (one["state"], one["by"], one["was"]) == ("open", "ana", "accuracy >= 0.60")
    assert one["preview"] == "of 1 verdict it would have changed 1: 1 broken (loans, check)"
    assert f"{one['number']}: {one['preview']}" in shall("propose", "--list").out
    number = str(one["number"])
    for key in ((), ("--key", "other.key")):
        refused = shall("propose", "--sign", number, *key)
        assert refused.code == 1 and "regulator" in refused.err
    assert (here / "shall.toml").read_text() == FILE
    assert shall("propose", "--sign", number, "--key", "regulator.key").code == 0
    assert (here / "shall.toml").read_text() == FILE.replace("0.60", "0.80")
    assert "signed" in shall("propose", "--list").out


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
