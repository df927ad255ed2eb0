"""`shall store`: verify, head, list and salvage, as a person would run them."""

from __future__ import annotations

import json
from importlib.resources import files

import jsonschema
import pytest

from shall.stores import open_store

SCHEMA = json.loads(files("shall.reports").joinpath("schema/report-1.json").read_text(encoding="utf-8"))


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a store of six records."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SHALL_STORE", raising=False)
    with open_store(tmp_path / ".shall" / "shall.db") as store:
        for number in range(4):
            store.append("check", f"model-{number % 2}", {"mark": f"<{number}>", "text": "x" * 100}, key=str(number))
        store.look("gate", "model-0", 3)
        store.put_blob(b"some bytes")
    return tmp_path


def as_json(ran):
    found = json.loads(ran.out)
    jsonschema.validate(found, SCHEMA)
    return found


def damage(folder):
    path = folder / ".shall" / "shall.db"
    path.write_bytes(path.read_bytes().replace(b'"<2>"', b'"<7>"'))


def test_a_whole_store_is_verified_and_its_head_printed(shall, here):
    ran, head = shall("store", "verify"), shall("store", "head").out.strip()
    assert ran.code == 0 and ran.out == f".shall/shall.db: 6 records, each as it was written\nhead  {head}\n"
    assert shall("store", "verify", "--head", head).code == 0
    found = as_json(shall("store", "verify", str(here / ".shall" / "shall.db"), "--json"))
    assert found["whole"] and f"{found['head']['sequence']}:{found['head']['hash']}" == head
    assert as_json(shall("store", "head", "--json"))["head"] == found["head"]


def test_a_damaged_store_is_refused_and_the_record_named(shall, here):
    head = shall("store", "head").out.strip()
    damage(here)
    ran = shall("store", "verify")
    assert ran.code == 1 and ran.out.startswith(".shall/shall.db: record 3 was changed after it was written\n")
    assert "shall store salvage .shall/shall.db --out NEW" in ran.out
    ran = shall("store", "verify", "--head", head, "--json")
    found = as_json(ran)
    assert ran.code == 1 and not found["whole"] and found["head"] is None and "record 3" in found["problem"]


def test_a_store_that_was_cut_short_is_found_by_its_head(shall, here):
    ran = shall("store", "verify", "--head", f"9:{'a' * 64}")
    assert ran.code == 1 and "record 9 is not the one that is known" in ran.out


def test_a_file_of_something_else_is_damaged(shall, here):
    (here / "notes.db").write_bytes(b"no database\0" * 1000)
    ran = shall("store", "verify", "notes.db")
    assert ran.code == 1 and "not a SQLite file" in ran.out


def test_what_it_holds(shall, here):
    ran = shall("store", "list")
    assert ran.code == 0 and [line.split()[:2] for line in ran.out.splitlines()] == [
        ["blob", "1"], ["check", "4"], ["look", "1"]]
    assert as_json(shall("store", "list", "--json"))["kinds"] == {"blob": 1, "check": 4, "look": 1}
    ran = shall("store", "list", "--kind", "check", "--subject", "model-1")
    assert [line.split()[0] for line in ran.out.splitlines()] == ["2", "4"]
    found = as_json(shall("store", "list", "--kind", "check", "--last", "1", "--json"))["records"]
    assert [one["sequence"] for one in found] == [4] and found[0]["body"]["mark"] == "<3>"
    assert shall("store", "list", "--kind", "none").out == "there is none; there are some of: blob, check, look\n"


def test_a_record_tells_what_people_wrote_and_how_much_there_is_of_the_rest(shall, here):
    with open_store(here / ".shall" / "shall.db") as store:
        store.append("recall", "income@7", {"by": "ana", "why": "labels of March\nwere \x1b[31mswapped " + "x" * 100})
        store.append("verdicts", "income@7", {"verdicts": [{}, {}], "rows": 70, "note": "y" * 100, "life": "ab" * 32,
                                              "signed": '{"payload": 1}', "none": None, "alarms": [], "may": False})
    (recalled,) = shall("store", "list", "--kind", "recall").out.splitlines()
    assert recalled.endswith(f"income@7    why=labels of March\\nwere \\x1b[31mswapped {'x' * 100}  by=ana")
    (verdicts,) = shall("store", "list", "--kind", "verdicts").out.splitlines()
    told = dict(part.split("=") for part in verdicts.partition("income@7")[2].split())
    assert told == {"rows": "70", "note": "y" * 79 + "…", "life": "abababababab…", "signed": "yes", "may": "no",
                    "verdicts": "(2)"}


def test_what_is_left_is_saved(shall, here):
    head = shall("store", "head").out.strip()
    damage(here)
    ran = shall("store", "salvage", "--out", "saved.db", "--head", head)
    assert ran.code == 1 and ran.out.splitlines()[:2] == [
        "saved.db: 5 records saved, 1 lost", "  record 3: its content does not fit its digest"]
    assert "put the next model to a fresh gate" in ran.out and "the file says nothing" not in ran.out
    assert shall("store", "verify", "saved.db").code == 0
    ran = shall("store", "salvage", "--out", "saved.db")
    assert ran.code == 2 and "exists" in ran.err
    found = as_json(shall("store", "salvage", "-o", "again.db", "--json"))
    assert (found["records"], found["lost"], found["whole"]) == (
        5, [{"first": 3, "last": 3, "why": "its content does not fit its digest"}], False)


def test_a_whole_file_is_salvaged_as_it_is(shall, here):
    head = shall("store", "head").out.strip()
    ran = shall("store", "salvage", "--out", "saved.db")
    assert ran.code == 0 and "nothing is missing" in ran.out
    assert shall("store", "head", "saved.db").out.strip() == head


def test_the_environment_names_the_store(shall, here, monkeypatch):
    with open_store(here / "elsewhere.db") as store:
        store.append("a", "x", {})
    monkeypatch.setenv("SHALL_STORE", str(here / "elsewhere.db"))
    assert "elsewhere.db: 1 record, each" in shall("store", "verify").out


@pytest.mark.parametrize(("arguments", "message"), [
    (("verify", ""), "the address of the store is empty"),
    (("verify", "none.db"), "there is no store at none.db: name its file, or set SHALL_STORE"),
    (("verify", "--head", "12:zz"), "is no head of a store"),
    (("verify", "mysql://host/db"), "mysql://… is no address of a store"),
    (("list", "--last", "3"), "choose among the records of a --kind"),
    (("salvage",), "--out"),
    (("salvage", "none.db", "--out", "x.db"), "there is no file none.db"),
    (("salvage", "postgresql://host/db", "--out", "x.db"), "only a file can be salvaged"),
])
def test_what_is_asked_wrongly_is_told(shall, here, arguments, message):
    ran = shall("store", *arguments)
    assert ran.code == 2 and message in ran.err
    assert not (here / "none.db").exists() and not (here / "x.db").exists()


def test_a_password_is_not_printed(shall, here):
    pytest.importorskip("psycopg")
    for verb in ("verify", "head", "list"):
        ran = shall("store", verb, "postgresql://me:hush@127.0.0.1:1/db")
        assert ran.code == 2 and "me@127.0.0.1:1/db cannot be reached" in ran.err and "hush" not in ran.out + ran.err
