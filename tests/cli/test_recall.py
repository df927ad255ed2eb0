"""`shall recall`: recorded, signed, listed, and lifted by the regulator alone."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from shall.api import verifying
from shall.api.life import recalling
from shall.api.life.lifting import ENDERS, word
from shall.api.service.beside_log import FILE
from shall.bundle import keys
from shall.core.recalls import LIFTED, RECALL
from shall.stores import open_store

FILE_HERE = ".shall/shall.db"
SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a store that knows two versions, and keys of a user, a regulator and somebody else."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    with open_store(tmp_path / ".shall" / "shall.db") as store:
        for version in ("7", "8"):
            store.append("shipped", "income", {"version": version}, key=version)
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
    assert ran.out.endswith(f"\nStore: {FILE_HERE}\n")           # which servers are meant
    told = as_json(shall("recall", "--list", "--json"))
    [one] = told["recalls"]
    assert (one["model"], one["why"], one["by"]) == ("income@7", "labels of March were swapped", "ana")
    assert told["store"] == FILE_HERE
    assert "labels of March" in shall("recall", "--list").out
    with open_store(here / ".shall" / "shall.db") as store:
        assert "signed" in store.latest(RECALL).body


def test_without_a_key_it_counts_and_says_so(shall, here):
    ran = shall("recall", "income@7", "--why", "wrong")
    assert ran.code == 0 and "Nobody signed it" in ran.out
    assert [one.model for one in recalling.recalls()] == ["income@7"]


@pytest.mark.parametrize(("model", "said"), [
    ("income@77", "has never heard of income@77; it knows income@7, income@8. Name one of them, or recall income@77"),
    ("incom@7", "has never heard of incom@7; it knows income@7, income@8. Name one of them"),
    ("loans@1", "it knows income@7, income@8"),
])
def test_a_version_that_nobody_has_heard_of_is_refused(shall, here, model, said):
    ran = shall("recall", model, "--why", "wrong")
    assert (ran.code, ran.out) == (2, "") and said in ran.err and "--force" in ran.err
    assert recalling.recalls() == []
    assert shall("recall", model, "--why", "wrong", "--force").code == 0
    assert [one.model for one in recalling.recalls()] == [model]


def test_a_store_that_knows_nothing_may_be_the_wrong_one(shall, here):
    open_store(here / "other.db").close()
    ran = shall("recall", "income@7", "--why", "wrong", "--store", "other.db")
    assert ran.code == 2 and "it knows no version at all. Name the store of your servers (--store" in ran.err


def test_beside_a_served_log_its_store_is_meant(shall, here):
    """As `shall responses` finds it; a store that is named counts more."""
    (here / ".shall").rename(here / "kept")
    log = here / "decisions" / "income"
    log.mkdir(parents=True)
    (log / FILE).write_text('{"store": "../../kept/shall.db", "target": "", "positive": "", "columns": {}}')
    assert shall("recall", "income@7", "--why", "wrong").code == 0
    assert "income@7" in shall("recall", "--list").out and not (here / ".shall").exists()
    assert shall("recall", "income@7", "--lift", "--why", "mended", "--key", "regulator.key").code == 0
    assert "nothing is recalled" in shall("recall", "--list", "--key", "regulator=regulator.pub").out
    open_store(here / "other.db").close()
    assert shall("recall", "--list", "--store", "other.db").out == "nothing is recalled\nStore: other.db\n"


def test_what_is_recalled_already_is_told_and_not_recorded_again(shall, here):
    assert shall("recall", "income@7", "--why", "labels of March", "--by", "ana").code == 0
    [first] = recalling.recalls()
    ran = shall("recall", "income@7", "--why", "wrong", "--by", "ben", "--key", "user.key")
    assert ran.code == 0 and "nothing was recorded" in ran.out and "refuse it from now on" not in ran.out
    assert f"was recalled already, on {first.on[:10]} at {first.on[11:16]} UTC by ana: labels of March" in ran.out
    assert as_json(shall("recall", "income@7", "--why", "wrong", "--json"))["recalls"][0]["record"] == first.sequence
    with open_store(here / ".shall" / "shall.db") as store:
        assert len(store.records(RECALL)) == 1
    assert "is recalled: signed now" in shall("recall", "income@7", "--why", "signed now", "--force").out
    assert [one.why for one in recalling.recalls()] == ["signed now"]


def test_what_somebody_tried_to_lift_is_recalled_anew(shall, here):
    shall("recall", "income@7", "--why", "wrong")
    shall("recall", "income@7", "--lift", "--why", "mended", "--key", "other.key")      # who knows who trusts that key
    assert "is recalled: wrong again" in shall("recall", "income@7", "--why", "wrong again").out
    with open_store(here / ".shall" / "shall.db") as store:
        assert len(store.records(RECALL)) == 2


def test_only_the_regulator_lifts_it(shall, here):
    assert shall("recall", "income@7", "--why", "wrong").code == 0
    for key in ("other.key", "user.key"):
        assert shall("recall", "income@7", "--lift", "--why", "mended", "--key", key).code == 0
        assert recalling.recalls(keys={"regulator": "regulator.pub"}) != []
    assert shall("recall", "income@7", "--lift", "--why", "mended", "--key", "regulator.key").code == 0
    assert recalling.recalls(keys={"regulator": "regulator.pub"}) == []
    assert [one.model for one in recalling.recalls()] == ["income@7"]       # nobody is trusted to lift it
    told = shall("recall", "--list", "--key", "regulator=regulator.pub").out
    assert told == f"nothing is recalled\nStore: {FILE_HERE}\n"


@pytest.mark.parametrize(("trusted", "key", "lacks"), [
    (["user", "regulator"], "other.key", "its key is not trusted, and the regulator's key ed25519:"),
    (["user"], "regulator.key", "no key of a regulator's is trusted there"),
    (["user", "regulator"], "regulator.key", ""), ([], "other.key", "")])
def test_a_lift_that_does_not_count_where_it_is_served_says_so(shall, here, trusted, key, lacks):
    """As the end of a response does: a server says in the store whom it trusts."""
    shall("recall", "income@7", "--why", "wrong")
    with open_store(here / ".shall" / "shall.db") as store:
        store.append(ENDERS, "income@7", word([(role, keys.public(f"{role}.pub")) for role in trusted]))
    for more in ([], ["--json"]):
        ran = shall("recall", "income@7", "--lift", "--why", "mended", "--key", key, *more)
        assert ran.code == (1 if lacks else 0), ran
        if more:
            assert as_json(ran)["lacks"].startswith(lacks) and bool(as_json(ran)["lacks"]) is bool(lacks)
        elif lacks:
            assert f"income@7 is not lifted where it is served: {lacks}" in ran.out and "go on refusing" in ran.out
        else:
            assert ran.out.startswith(f"income@7 may answer again where {key} is trusted as the regulator's key\n")


@pytest.mark.parametrize(("name", "text"), [
    ("shall.toml", 'shall = 1\n[subject]\ntarget = "y"\npositive = "1"\n[requirements]\nright = "accuracy >= 0.5"\n'),
    ("serve.toml", 'serve = 1\n[income]\nbundles = { 7 = "income-7.zip" }\n'),
])
def test_whom_one_trusts_stands_in_a_shall_file_or_in_a_serve_file(shall, here, name, text):
    (here / "of").mkdir()
    (here / "of" / name).write_text(f'{text}[trust]\nregulator = "../regulator.pub"\n')
    shall("recall", "income@7", "--why", "wrong")
    assert "income@7" in shall("recall", "--list", "--trust", f"of/{name}").out
    shall("recall", "income@7", "--lift", "--why", "mended", "--key", "regulator.key")
    assert shall("recall", "--list", "--trust", f"of/{name}").out.startswith("nothing is recalled\n")
    (here / "of" / name).write_text(text)
    ran = shall("recall", "--list", "--trust", f"of/{name}")
    assert ran.code == 2 and f"of/{name} names no key: add [trust]" in ran.err


def test_a_lift_by_a_key_that_is_not_trusted_is_told_and_does_not_count(shall, here):
    shall("recall", "income@7", "--why", "wrong")
    shall("recall", "income@7", "--lift", "--why", "mended", "--by", "ben", "--key", "other.key")
    key = keys.public("other.pub").id
    told = shall("recall", "--list", "--key", "regulator=regulator.pub").out
    assert f"by ben with the key {key}: its key is not trusted here as the regulator's, so it is still recalled" in told
    told = shall("recall", "--list").out    # whom one trusts was not said
    assert f"{key}: no key of the regulator's is named here, so the list does not count it; a server that" in told
    assert "still recalled" not in told and "or --trust shall.toml\n" in told
    [one] = as_json(shall("recall", "--list", "--key", "regulator=regulator.pub", "--json"))["recalls"]
    assert [(lift["by"], lift["key"], lift["why"]) for lift in one["lifts"]] == [("ben", key, "mended")]
    with open_store(here / ".shall" / "shall.db") as store:
        store.append(LIFTED, "income@7", {"why": "unsigned", "by": "eve", "of": one["record"]})
        store.append(LIFTED, "income@7", {**store.latest(LIFTED).body, "of": 1})
    told = shall("recall", "--list", "--key", "regulator=regulator.pub").out
    assert "by eve without a signature: no key has signed just that" in told and "of an earlier recall" in told
    ran = shall("recall", "--list", "--key", "regulator.pub")       # as whose?
    assert ran.code == 2 and "--key regulator=regulator.pub" in ran.err


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
