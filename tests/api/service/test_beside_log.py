"""What a server says of its log beside it: where its store is, and what its columns are called."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from shall.api.service.beside_log import FILE, Told, address_for, note, noted, same, store_of
from shall.core.errors import InputError
from shall.core.log import GroupDef
from tests.api.packed import SERVE, packs, serving


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("SHALL_STORE", raising=False)
    monkeypatch.chdir(tmp_path)
    made = tmp_path / "kept"
    made.mkdir()
    with closing(serving(packs(made), store=made / "shall.db")):
        return made / "decisions" / "loans"


def test_a_server_notes_its_store_and_what_it_decides(folder: Path, tmp_path: Path) -> None:
    told = noted(folder)
    assert told is not None and told.store == "../../shall.db" and told.positive == "yes" and told.target
    assert store_of(folder) == address_for(folder, None) == "kept/shall.db"
    assert address_for(folder, "other.db") == "other.db"
    shutil.move(tmp_path / "kept", tmp_path / "moved")
    assert store_of(tmp_path / "moved/decisions/loans") == "moved/shall.db"


def test_what_is_there_already_is_not_written_again(tmp_path: Path) -> None:
    with closing(serving(packs(tmp_path), store=tmp_path / "shall.db")) as served:
        place = tmp_path / "decisions" / "loans" / FILE
        before = place.stat().st_ino
        note(served.wanted, tmp_path / "decisions", served.address)
        assert place.stat().st_ino == before
        place.unlink()
        (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
        assert served.refresh() and place.exists()


def test_a_store_that_is_not_there_is_not_replaced_by_another(folder: Path, tmp_path: Path,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "kept" / "shall.db").rename(tmp_path / "gone.db")
    with pytest.raises(InputError, match=r"kept/shall\.db, which is not there from here: name it with --store"):
        address_for(folder, None)
    note({}, folder.parent, "")
    (folder / FILE).write_text(json.dumps({**json.loads((folder / FILE).read_text()), "store": "postgresql://db/x"}))
    with pytest.raises(InputError, match=r"keeps its store at postgresql://db/x: name it with --store"):
        address_for(folder, None)
    monkeypatch.setenv("SHALL_STORE", "postgresql://me@db/x")
    assert address_for(folder, None) == "postgresql://me@db/x"


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"store": 1, "target": "", "positive": "", "columns": {}}',
                                     '{"store": "", "target": "", "positive": "", "columns": {"id": 1}}',
                                     '{"store": "", "target": "", "positive": "", "columns": {}, "groups": [1]}',
                                     '{"store": "", "target": "", "positive": "", "columns": {}, "groups": [{}]}',
                                     '{"store": "", "target": "", "positive": "", "columns": {}, "groups": 1}'])
def test_what_cannot_be_read_says_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.delenv("SHALL_STORE", raising=False)
    assert noted(tmp_path) is None
    (tmp_path / FILE).write_text(content)
    assert noted(tmp_path) is None and store_of(tmp_path) == ""
    assert address_for(tmp_path, None) == ".shall/shall.db"
    (tmp_path / FILE).write_text('{"store": "", "target": "t", "positive": "1", "columns": {"id": "i", "x": "y"}}')
    assert noted(tmp_path) == Told("", "t", "1", {"id": "i"})
    told = Told("", "t", "1", {"id": "i"}, (GroupDef("age", "AGEP", (25.0, 45.0), 200, "pool"),))
    (tmp_path / FILE).write_text(json.dumps(asdict(told)))
    assert noted(tmp_path) == told


def test_a_password_is_not_noted(tmp_path: Path) -> None:
    with closing(serving(packs(tmp_path))) as served:
        note(served.wanted, tmp_path / "decisions", "postgresql://me:secret@db/shall?sslmode=require")
        text = (tmp_path / "decisions" / "loans" / FILE).read_text()
        assert "secret" not in text and "postgresql://db/shall" in text


def test_one_store_by_two_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert same("a.db", str(tmp_path / "a.db")) and same("sqlite://a.db", "./a.db") and not same("a.db", "b.db")
    assert same("postgresql://me@db/x", "postgresql://db/x") and not same("postgresql://db/x", "x")
