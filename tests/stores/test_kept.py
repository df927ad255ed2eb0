"""What every kind of store keeps, refuses and says: the same tests for a file and for PostgreSQL."""

from __future__ import annotations

import datetime
import getpass
import os
import threading
from collections.abc import Callable

import pytest

from shall.core.chain import GENESIS
from shall.core.errors import InputError, LooksSpent, StoreError
from shall.core.store import Head, Store
from shall.stores import open_store
from shall.stores._kept import KeptStore
from shall.testing import check_store

Place = Callable[[], str]


def test_the_kit_takes_it(place: Place) -> None:
    check_store(lambda: open_store(place()))


def test_a_record_comes_back_as_it_was_written(store: Store) -> None:
    body = {"b": [1, 2.5, None, True], "a": "ü 🜂 \u0000 \u2028", "long": "x" * 1_000_000}
    written = store.append("verdicts", "model-1", body, key="")
    assert store.records("verdicts") == (written,)
    assert written.body == body
    assert (written.sequence, written.previous) == (1, GENESIS)
    assert written.created.endswith("+00:00")


def test_who_has_begun_what_a_person_begins_is_recorded(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the system's name, or its number; whoever is named already stays so."""
    def nameless() -> str:
        raise KeyError("getpwuid(): uid not found: 10001")

    monkeypatch.setattr(getpass, "getuser", lambda: "eva")
    for body in ({}, {"by": "ben"}, {"by": ""}):
        store.append("shipped", "loans", body)
    store.append("verdicts", "loans", {})
    monkeypatch.setattr(getpass, "getuser", nameless)
    store.append("check", "loans", {})
    assert [record.body.get("by") for record in store.after(0, 9)] == ["eva", "ben", "", None, str(os.getuid())]
    assert store.verify().sequence == 5


def test_the_same_content_has_the_same_hashes_wherever_it_is_kept(place: Place) -> None:
    with open_store(place()) as store:
        assert isinstance(store, KeptStore)
        store._clock = lambda: datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC)
        store.append("verdicts", "ü", {"n": 1.5})
        store.look("gate", "m", 2)
        store.put_blob(b"\x00\xff")
        assert store.head() == Head(3, "f1feb094293eae165077c370608318ed699662be5178f602d54ae9bf8e284a45")


def test_a_nul_is_refused_where_not_every_store_could_keep_it(store: Store) -> None:
    for kind, subject, key in (("a\0", "x", None), ("a", "x\0", None), ("a", "x", "\0")):
        with pytest.raises(StoreError, match="NUL"):
            store.append(kind, subject, {}, key)
    assert store.head() == store.verify() == Head(0, GENESIS)


@pytest.mark.parametrize("body", [{"a": float("nan")}, {"a": {1: 2}}, {"a": {2}}, {"a": "\ud800"}])
def test_what_is_no_json_is_refused_and_nothing_is_recorded(store: Store, body: dict[str, object]) -> None:
    with pytest.raises(StoreError, match="cannot be kept as JSON"):
        store.append("a", "x", body)
    with pytest.raises(StoreError, match="cannot be kept as JSON"):
        store.append("a", "\ud800", {})
    assert store.head() == Head(0, GENESIS)


def test_what_is_kept_is_there_when_it_is_opened_again(place: Place) -> None:
    where = place()
    with open_store(where) as store:
        written = store.append("a", "x", {"n": 1})
        name = store.put_blob(b"bytes")
    with open_store(where) as store:
        assert store.records("a", "x") == (written,)
        assert store.blob(name) == b"bytes"
        assert store.verify(Head(1, written.hash)).sequence == 2


def test_refused_looks_leave_the_store_as_it_was(store: Store) -> None:
    assert [store.look("gate", f"model-{n}", 3).number for n in (1, 2, 2, 1, 3)] == [1, 2, 2, 1, 3]
    before = store.head()
    with pytest.raises(LooksSpent, match="3 different models"):
        store.look("gate", "model-4", 3)
    with pytest.raises(InputError, match="at least one look"):
        store.look("gate", "m", 0)
    assert store.head() == before == store.verify()
    assert store.append("a", "x", {}).sequence == before.sequence + 1


def test_counts_are_by_kind(store: Store) -> None:
    assert store.counts() == {}
    for kind in ("b", "a", "b"):
        store.append(kind, "x", {})
    assert store.counts() == {"a": 1, "b": 2}


# --- clocks -----------------------------------------------------------------------------------------
def test_order_is_the_sequence_whatever_the_clock_says(place: Place) -> None:
    start = datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.UTC)
    times = [start, start - datetime.timedelta(hours=1), start.replace(year=2036), start.replace(year=9999),
             start.replace(year=2038, month=1, day=19), start.replace(year=1970)]
    with open_store(place()) as store:
        assert isinstance(store, KeptStore)
        for number, time in enumerate(times):
            store._clock = lambda time=time: time       # type: ignore[misc]
            store.append("a", "x", {"number": number})
            store.look("gate", f"m{number}", 10)
        assert [record.body["number"] for record in store.records("a")] == [*range(6)]
        assert [record.created[:4] for record in store.records("a")] == ["2026", "2026", "2036", "9999", "2038", "1970"]
        latest = store.latest("a")
        assert latest is not None and latest.body["number"] == 5
        assert [look.number for look in store.looks("gate")] == [1, 2, 3, 4, 5, 6]
        assert store.verify().sequence == 12


def test_nights_of_a_clock_change_are_kept_in_utc(place: Place) -> None:
    from zoneinfo import ZoneInfo
    with open_store(place()) as store:
        assert isinstance(store, KeptStore)
        for zone, day, hour in (("Europe/Berlin", 25, 2), ("America/New_York", 1, 1), ("Australia/Lord_Howe", 5, 1)):
            month = {"Europe/Berlin": 10, "America/New_York": 11, "Australia/Lord_Howe": 4}[zone]
            for fold in (0, 1):
                local = datetime.datetime(2026, month, day, hour, 45, tzinfo=ZoneInfo(zone), fold=fold)
                store._clock = lambda local=local: local    # type: ignore[misc]
                store.append(zone, "x", {})
            first, second = (datetime.datetime.fromisoformat(record.created) for record in store.records(zone))
            assert second - first == datetime.timedelta(minutes=30 if "Lord" in zone else 60)
        assert store.verify().sequence == 6


# --- threads ----------------------------------------------------------------------------------------
def test_threads_share_one_store(store: Store) -> None:
    def work(name: str) -> None:
        for number in range(25):
            store.append("event", name, {"number": number}, key=str(number))
            assert store.latest("event", name) is not None
    threads = [threading.Thread(target=work, args=(f"t{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.verify().sequence == 150
    assert {len(store.records("event", f"t{number}")) for number in range(6)} == {25}
