"""`shall recall`: recorded, signed, listed, and lifted by the regulator alone."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from shall.api import verifying
from shall.api.life import recalling
from shall.core.recalls import LIFTED, RECALL
from shall.stores import open_store

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a store, and keys of a user, a regulator and somebody else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    open_store(tmp_path / ".shall" / "shall.db").close()
    for name in ("user", "regulator", "other"):
        verifying.new_key(tmp_path / name)
    return tmp_path


def as_json(ran):
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    return found


def test_a_version_is_recalled_signed_and_listed(shall, here):
    ran = shall("recall", "income@7", "--why", "labels of March were swapped", "--by", "ana", "--key", "user.key")
    assert ran.code == 0 and "income@7 is recalled" in ran.out and "Nobody signed" not in ran.out
    [one] = as_json(shall("recall", "--list", "--json"))["recalls"]
    assert (one["model"], one["why"], one["by"]) == ("income@7", "labels of March were swapped", "ana")
    assert "labels of March" in shall("recall", "--list").out
    with open_store(here / ".shall" / "shall.db") as store:
        assert "signed" in store.latest(RECALL).body


def test_without_a_key_it_counts_and_says_so(shall, here):
    ran = shall("recall", "income@7", "--why", "wrong")
    assert ran.code == 0 and "Nobody signed it" in ran.out
    assert [one.model for one in recalling.recalls()] == ["income@7"]


def test_a_version_that_nobody_has_heard_of_may_be_mistyped(shall, here):
    with open_store(here / ".shall" / "shall.db") as store:
        store.append("shipped", "income", {"version": "7"}, key="7")
    assert "mistyped" not in shall("recall", "income@7", "--why", "wrong").out
    ran = shall("recall", "income@77", "--why", "wrong")
    assert ran.code == 0 and "it knows income@7. Was it mistyped?" in ran.out
    assert "no version of that name" in shall("recall", "incom@7", "--why", "wrong").out


def test_only_the_regulator_lifts_it(shall, here):
    assert shall("recall", "income@7", "--why", "wrong").code == 0
    for key in ("other.key", "user.key"):
        assert shall("recall", "income@7", "--lift", "--why", "mended", "--key", key).code == 0
        assert recalling.recalls(keys={"regulator": "regulator.pub"}) != []
    assert shall("recall", "income@7", "--lift", "--why", "mended", "--key", "regulator.key").code == 0
    assert recalling.recalls(keys={"regulator": "regulator.pub"}) == []
    assert [one.model for one in recalling.recalls()] == ["income@7"]       # nobody is trusted to lift it
    assert shall("recall", "--list", "--key", "regulator=regulator.pub").out.strip() == "nothing is recalled"


def test_a_lift_counts_for_the_recall_that_stood_and_for_no_later_one(shall, here):
    shall("recall", "income@7", "--why", "wrong")
    shall("recall", "income@7", "--lift", "--why", "mended", "--key", "regulator.key")
    with open_store(here / ".shall" / "shall.db") as store:
        replayed = dict(store.latest(LIFTED).body)
        store.append(RECALL, "income@7", {"why": "wrong again", "by": "ana"})
        store.append(LIFTED, "income@7", replayed)
        store.append(LIFTED, "income@7", {**replayed, "of": store.latest(RECALL).sequence})
    assert [one.why for one in recalling.recalls(keys={"regulator": "regulator.pub"})] == ["wrong again"]


def test_a_lift_of_another_version_is_no_lift(here):
    for model in ("income@7", "income@8"):
        recalling.recall(model, "wrong")
    recalling.lift("income@7", "mended", key="regulator.key")
    with open_store(here / ".shall" / "shall.db") as store:
        body = store.latest(LIFTED).body
        store.append(LIFTED, "income@8", {**body, "of": store.latest(RECALL, "income@8").sequence})
    assert [one.model for one in recalling.recalls(keys={"regulator": "regulator.pub"})] == ["income@8"]


@pytest.mark.parametrize(("arguments", "said"), [
    (["income", "--why", "x"], "names no version"),
    (["Income@7", "--why", "x"], "names no version"),
    (["../x@7", "--why", "x"], "names no version"),
    (["income@7"], "say why"),
    ([], "which version"),
    (["income@7", "--lift", "--why", "x"], "the regulator"),
    (["income@7", "--lift", "--why", "x", "--key", "regulator.key"], "is not recalled"),
    (["income@7", "--why", "x", "--key", "user.pub"], "the public key"),
    (["income@7", "--why", "x", "--store", "nowhere.db"], "nowhere.db"),
])
def test_what_is_wrong_is_said_and_nothing_is_recorded(shall, here, arguments, said):
    ran = shall("recall", *arguments)
    assert ran.code == 2 and said in ran.err, ran
    assert recalling.recalls() == []
