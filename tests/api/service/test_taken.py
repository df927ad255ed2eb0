"""Every version that a server has taken into service is recorded once, by its bundle; a recall knows it by that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from shall.api.life.recalling import recall
from shall.api.life.retraining import _next
from shall.api.service.serving import Serving, serving
from shall.api.service.taken import IN_SERVICE
from shall.core.errors import Recalled, StoreError, Unknown
from shall.stores import open_store
from tests.api.packed import SERVE, ask, pack, packs


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    found = serving(packs(tmp_path))
    yield found
    found.close()


def recorded(folder: Path) -> list[tuple[str, str]]:
    with closing(open_store(folder / "shall.db")) as store:
        return [(record.subject, str(record.body["digest"])) for record in store.records(IN_SERVICE)]


def test_each_is_recorded_once_by_its_bundle(served: Serving, tmp_path: Path) -> None:
    assert recorded(tmp_path) == []                     # no start waits for it
    served.refresh()
    assert [model for model, _ in recorded(tmp_path)] == ["loans@7", "loans@8", "loans@9"]
    (tmp_path / "other.toml").write_text(SERVE + '[log]\nfolder = "other"\n')
    with closing(serving(tmp_path / "other.toml")) as other:
        other.refresh()
        served.refresh()
    assert len(recorded(tmp_path)) == 3
    pack(tmp_path / "9.zip", "9", threshold=0.9)
    served.refresh()
    served.refresh()
    first, second = [digest for model, digest in recorded(tmp_path) if model == "loans@9"]
    assert first != second and len(recorded(tmp_path)) == 4


def test_one_that_was_never_in_charge_is_recalled(served: Serving, tmp_path: Path) -> None:
    address = str(tmp_path / "shall.db")
    served.refresh()
    assert ask(served, version="9").model == "loans@9"
    with pytest.raises(Unknown, match=r"never heard of loans@99; it knows .*loans@9"):
        recall("loans@99", "it is wrong", store=address)
    assert recall("loans@9", "it is wrong", store=address).model == "loans@9"
    assert served.refresh()
    with pytest.raises(Recalled):
        ask(served, version="9")


def test_a_store_that_is_down_has_it_later(served: Serving, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(type(served.store), "append", broken)
        served.refresh()
    assert recorded(tmp_path) == []
    served.refresh()
    assert len(recorded(tmp_path)) == 3


def test_what_is_trained_again_is_none_of_them(served: Serving, tmp_path: Path) -> None:
    served.refresh()
    assert served.store is not None
    assert _next(served.store, "loans", set(), tmp_path) == "10"
    assert _next(served.store, "income", {"3"}, tmp_path) == "8"
