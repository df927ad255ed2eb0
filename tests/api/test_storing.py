"""Where the store is, by configuration only; and what a check keeps in it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from shall import api
from shall.api import storing
from shall.api.life.recalling import recall
from shall.core.errors import InputError, Recalled
from shall.core.store import Head, head_of
from shall.stores import open_store
from tests.api.packed import ask, packs, serving
from tests.stores.conftest import postgresql  # noqa: F401

COMPAT = Path(__file__).parent.parent / "compat" / "0.1.0"


def test_the_store_lies_beside_the_file_unless_the_environment_says_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(storing.VARIABLE, raising=False)
    assert storing.configured(Path("folder")) == "folder/.shall/shall.db"
    monkeypatch.setenv(storing.VARIABLE, "postgresql://me@host/db")
    assert storing.configured(Path("folder")) == "postgresql://me@host/db"


def test_an_address_is_shown_without_what_is_secret() -> None:
    assert storing.shown("postgresql://me:hush@host:5432/db?password=hush") == "postgresql://host:5432/db"
    assert storing.shown("postgresql://me:hu@sh@host/db") == "postgresql://host/db"
    assert storing.shown("a folder/s.db") == "a folder/s.db"


def test_a_head_is_read_as_it_is_printed(tmp_path: Path) -> None:
    with open_store(tmp_path / "s.db") as store:
        store.append("a", "x", {})
        assert head_of(f" {store.head()}\n") == store.head()
    for text in ("", "1", "1:", "x:" + "a" * 64, "1:" + "A" * 64, "1:" + "g" * 64, "-1:" + "a" * 64):
        with pytest.raises(InputError, match="is no head of a store"):
            head_of(text)


def test_nothing_is_made_where_no_store_is(tmp_path: Path) -> None:
    for call in (storing.verify, storing.head, storing.counts):
        with pytest.raises(InputError, match="there is no store"):
            call(str(tmp_path / "none" / "s.db"))
    assert not (tmp_path / "none").exists()


def test_what_a_store_is_found_to_be(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with open_store(f"sqlite://{path}") as store:
        store.append("a", "x", {"mark": "<1>"})
    found = storing.verify(str(path))
    assert found.head == storing.head(str(path)) and not found.problem
    path.write_bytes(path.read_bytes().replace(b"<1>", b"<2>"))
    found = storing.verify(str(path), Head(1, "a" * 64))
    assert found.head is None and "record 1 was changed" in found.problem


def test_a_check_keeps_its_evidence_in_postgresql(postgresql: Callable[[], str],  # noqa: F811
                                                  tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(COMPAT, tmp_path / "loans")
    file = tmp_path / "loans" / "loans.toml"
    api.check(file)
    monkeypatch.setenv(storing.VARIABLE, postgresql())
    found = [api.check(file) for _ in range(2)]             # the second is the same, and is not recorded again
    assert found[0].verdicts == found[1].verdicts
    here = {record.kind: record.subject for kind in ("check", "look", "blob") for record in storing.records(None, kind)}
    monkeypatch.delenv(storing.VARIABLE)
    beside = str(tmp_path / "loans" / ".shall" / "shall.db")
    assert here == {record.kind: record.subject for kind in ("check", "look", "blob")
                    for record in storing.records(beside, kind)}
    assert here.keys() == {"check", "look", "blob"}


def test_servers_that_share_a_database_obey_a_recall_at_their_next_look(postgresql: Callable[[], str],  # noqa: F811
                                                                        tmp_path: Path) -> None:
    address = postgresql()
    served = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        served.append(serving(packs(tmp_path / name), store=address))
    assert [ask(one).model for one in served] == ["loans@7"] * 2
    recall("loans@7", "wrong for some", by="ana", store=address)
    for one in served:
        assert one.refresh()
        with pytest.raises(Recalled, match="wrong for some"):
            ask(one, version="7")
        one.close()
    with open_store(address) as store:
        heads = store.records("segment")
        assert len(heads) == 2 and len(store.records("in service")) == 3        # of both, each version once
        assert store.verify().sequence == len(store.records("in charge")) + 3 + 1 + len(heads)
