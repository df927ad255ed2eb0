"""A requirement is changed by proposal: looked back on, signed, and put into the file."""

from __future__ import annotations

from contextlib import closing

import numpy as np
import pyarrow as pa
import pytest

import shall
from shall.api.shown import previewing, proposing
from shall.api.shown.evidence import Evidence
from shall.bundle import keys
from shall.core.errors import FileError, InputError, Refused
from shall.core.verdict import Finding
from shall.spec import load
from shall.stores import open_store

FILE = '''# who may pass?
shall = 1

[subject]
name = "loans"
target = "label"
positive = "1"

[groups]
sex = "sex"

[requirements]
right = "accuracy >= 0.60"   # by the board
fair = "ratio of selection_rate over sex >= 0.50"
'''


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.delenv("SHALL_STORE", raising=False)
    path = tmp_path / "shall.toml"
    path.write_text(FILE)
    for table in tables():
        shall.check(path, table)
    return path


def tables():
    chance = np.random.default_rng(1)
    for accuracy in (0.9, 0.7):
        label = chance.integers(0, 2, 3_000)
        right = chance.random(3_000) < accuracy
        yield pa.table({"label": label, "decision": np.where(right, label, 1 - label),
                        "sex": chance.choice(["F", "M"], 3_000)})


def test_a_preview_is_what_check_would_have_said(place, tmp_path):
    found = previewing.preview(place, "right", "accuracy >= 0.80")
    assert [(case.before, case.after) for case in found.cases] == [
        (Finding.MET, Finding.BROKEN), (Finding.MET, Finding.MET)]              # the newest first
    assert str(found) == "of 2 verdicts it would have changed 1: 1 broken (loans, check)"
    assert 'right = "accuracy >= 0.80"   # by the board' in found.text and place.read_text() == FILE


def test_a_preview_names_the_version_that_was_shipped(place):
    with closing(open_store(place.parent / ".shall" / "shall.db")) as store:
        checks = store.records("check")
        for version, check in (("2", checks[0]), ("3", checks[1]), ("4", checks[1])):
            body = {"version": version, "log": check.body["log"], "plan": check.body["plan"]}
            store.append("shipped", "loans", body, key=version)
        for one in (store, Evidence(store).store):
            found = previewing.preview(place, "right", "accuracy >= 0.80", one)
            assert str(found) == "of 2 verdicts it would have changed 1: 1 broken (loans@3 and loans@4, check)"
            assert [case.versions for case in found.cases] == [("3", "4"), ("2",)]


def test_a_preview_says_what_it_cannot_say(place):
    for line in ("accuracy >= 0.60 where sex = 'F'", "accuracy <= 0.60", "f1 >= 0.6", "accuracy >= previous - 0.1",
                 "accuracy >= 0.6 with 99% confidence"):
        found = previewing.preview(place, "right", line)
        assert {case.after for case in found.cases} == {None} and "cannot say" in str(found)
    same = previewing.preview(place, "also_right", "accuracy >= 0.80")          # new, of something that was measured
    assert [case.after for case in same.cases] == [Finding.BROKEN, Finding.MET]
    assert {case.before for case in same.cases} == {None}
    assert str(previewing.preview(place, "right", "accuracy >= 0.61")) == "it would have changed none of 2 verdicts"
    assert str(previewing.preview(place, "right", "")) == (
        "2 verdicts would not be asked for any more: 2 met (loans, check)")


@pytest.mark.parametrize(("name", "line"), [
    ("fair", "ratio of selection_rate over sex >= 99%"), ("fair", "ratio of selection_rate over sex >= 0.95"),
    ("right", "accuracy >= 71%"), ("right", "accuracy >= 0.9")])
def test_a_preview_is_what_a_check_of_the_same_rows_says(place, name, line):
    found = [case.after for case in previewing.preview(place, name, line).cases]
    place.write_text(previewing.preview(place, name, line).text)
    checked = [shall.check(place, table, record=False) for table in tables()]
    assert found[::-1] == [next(one.verdict for one in report.verdicts if one.name == name) for report in checked]


def test_from_a_proposal_to_the_file(place):
    made = proposing.propose(place, "right", "accuracy >= 0.80", why="complaints", by="ana")
    assert (made.state, made.was, made.by) == ("open", "accuracy >= 0.60", "ana")
    assert place.read_text() == FILE and not proposing.landed(place, made)
    signed = proposing.sign(place, made.number, by="reg")
    assert (signed.state, signed.ended_by) == ("signed", "reg") and proposing.landed(place, signed)
    assert place.read_text() == FILE.replace("accuracy >= 0.60", "accuracy >= 0.80")
    assert proposing.signer(place, signed) == ""                                # nobody's key was asked for
    with pytest.raises(InputError, match="was signed by reg"):
        proposing.decline(place, made.number, why="no")
    assert proposing.sign(place, made.number, by="reg") == signed               # twice does no harm


def test_what_was_signed_and_never_written_is_written_by_the_next(place, monkeypatch):
    made = proposing.propose(place, "right", "accuracy >= 0.80", why="complaints")
    with monkeypatch.context() as broken:
        broken.setattr(proposing, "change", _fail)
        with pytest.raises(OSError, match="no room"):
            proposing.sign(place, made.number)
    assert proposing.proposals(place)[0].state == "signed" and place.read_text() == FILE
    assert proposing.landed(place, proposing.sign(place, made.number))


def _fail(*_):
    raise OSError("no room")


def test_where_the_file_names_the_regulator_it_takes_that_key(place, tmp_path):
    owner, other = keys.new(), keys.new()
    place.write_text(f'{FILE}\n[trust]\nregulator = "{owner.public.id}"\n')
    made = proposing.propose(place, "sure", "brier <= 0.2", why="asked for")
    for key in (None, other):
        with pytest.raises(Refused, match="regulator"):
            proposing.sign(place, made.number, key=key)
    assert proposing.proposals(place)[0].state == "open"
    signed = proposing.sign(place, made.number, key=owner)
    assert proposing.signer(place, signed) == owner.public.id
    assert [one.name for one in load(place).requirements] == ["right", "fair", "sure"]


def test_what_cannot_be_proposed(place):
    for name, line, why, error in (("right", "accuracy >= 0.60", "x", "says accuracy >= 0.60 already"),
                                   ("right", "accuracy >= 0.7", " ", "say why"),
                                   ("none", "", "x", "from a pack")):
        with pytest.raises(InputError, match=error):
            proposing.propose(place, name, line, why=why)
    with pytest.raises(FileError):
        proposing.propose(place, "right", "nothing >= 1", why="x")
    assert proposing.proposals(place) == ()


def test_a_file_that_says_something_else_by_now_is_left_alone(place):
    made = proposing.propose(place, "right", "accuracy >= 0.80", why="complaints")
    place.write_text(FILE.replace("accuracy >= 0.60", "accuracy >= 0.70"))
    with pytest.raises(InputError, match="propose the change again"):
        proposing.sign(place, made.number)
    assert proposing.decline(place, made.number, why="late").state == "declined"
    with pytest.raises(InputError, match="no proposal 999"):
        proposing.sign(place, 999)
