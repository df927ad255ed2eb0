"""Who is in charge: as the file says, unless somebody took over, or was recalled."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from shall.api.service.activating import Wanted
from shall.api.service.bundled import Loaded, loaded
from shall.api.service.charge import Charge
from shall.core.recalls import Recall
from shall.core.responses import Response
from shall.core.store import Store
from shall.spec.fleets import Served
from shall.stores import open_store
from tests.api.packed import pack
from tests.runtimes import made


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loaded]:
    folder = tmp_path_factory.mktemp("bundles")
    return {version: loaded(pack(folder / f"{version}.zip", version)) for version in "678"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(tmp_path / "shall.db")
    yield found
    found.close()


def wanted(bundles: dict[str, Loaded], in_charge: str, apprentice: str = "", take_over: str = "at once",
           away: str = "") -> Wanted:
    served: Any = Served("loans", {version: version for version in bundles}, in_charge, {}, (), apprentice, take_over)
    recalls = {version: Recall(f"loans@{version}", "wrong", "me", "2026-01-01", 1) for version in away}
    return Wanted(served, bundles, in_charge, apprentice, recalls)


def test_the_file_says_who_is_in_charge(bundles: dict[str, Loaded]) -> None:
    asked = wanted(bundles, "7", "8")
    assert Charge().wanted(asked) == asked


@pytest.mark.parametrize("with_store", [True, False])
def test_who_took_over_stays_in_charge(bundles: dict[str, Loaded], store: Store, with_store: bool) -> None:
    charge = Charge(store if with_store else None)
    charge.take_over(wanted(bundles, "7", "8"))
    found = charge.wanted(wanted(bundles, "7", "8"))
    assert (found.in_charge, found.apprentice, found.notes) == ("8", "", ("loans@8 has taken over from 7",))
    assert charge.wanted(wanted(bundles, "6", "8")).in_charge == "6"            # not from this one
    assert charge.wanted(wanted(bundles, "7", "8", "propose")).in_charge == "7"
    assert charge.wanted(wanted(bundles, "7", "8", away="8")).in_charge == "7"
    assert Charge(store).wanted(wanted(bundles, "7", "8")).in_charge == ("8" if with_store else "7")


def test_the_last_good_one_answers_in_place_of_a_recalled_one(bundles: dict[str, Loaded], store: Store) -> None:
    charge = Charge(store)
    for version in "678":
        charge.record({"loans": wanted(bundles, version)})
    found = charge.wanted(wanted(bundles, "8", away="8"))
    assert found.in_charge == "7" and found.notes == (
        "loans@8 was recalled: wrong (by me, 2026-01-01); 7 is in charge again; the regulator's key lifts that: shall "
        "recall loans@8 --lift --why REASON --key regulator.key",)
    assert charge.wanted(wanted(bundles, "8", away="87")).in_charge == "6"
    none = charge.wanted(wanted(bundles, "8", away="876"))
    assert none.in_charge == "8" and [note.partition(" (")[0] for note in none.notes] == [
        f"loans@{version} was recalled: wrong" for version in "876"]
    assert "none that was in charge before may answer, so nothing answers: put another one in charge" in none.notes[0]
    assert none.notes[1].endswith("(by me, 2026-01-01); the regulator's key lifts that: shall recall loans@7 --lift "
                                  "--why REASON --key regulator.key")
    assert Charge().wanted(wanted(bundles, "8", away="8")).in_charge == "8"     # nobody knows who was before


def test_only_changes_are_recorded(bundles: dict[str, Loaded], store: Store) -> None:
    charge = Charge(store)
    for version in "7788":
        charge.record({"loans": wanted(bundles, version)})
    charge.record({"loans": wanted(bundles, "6", away="6")})
    assert [record.body["version"] for record in store.records("in charge", "loans")] == ["7", "8"]


def test_who_put_one_in_charge_is_recorded_and_nobody_where_it_was_the_server(
        bundles: dict[str, Loaded], store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(getpass, "getuser", lambda: "eva")
    charge = Charge(store)
    charge.record({"loans": wanted(bundles, "7")})
    charge.record({"loans": wanted(bundles, "8")})
    for _ in range(2):
        charge.record({"loans": charge.wanted(wanted(bundles, "8", away="8"))})
    assert [(record.body["version"], record.body["by"]) for record in store.records("in charge", "loans")] == [
        ("7", "eva"), ("8", "eva"), ("7", "")]


def test_each_promise_by_which_a_branch_answers_is_named(tmp_path: Path) -> None:
    branches = {"rules": made.older(), "mean": made.older()}
    asked = wanted({"7": loaded(pack(tmp_path / "7.zip", "7", branches=branches))}, "7")
    fell = [Response("loans@7", "fall back to rules", name, line, "sex = F", "it fell back")
            for name, line in (("fair", "ratio"), ("right", "accuracy"), ("fair", "ratio"))]
    then = Response("loans@7.rules", "fall back to mean", "calm", "brier", "all rows", "it fell back")

    def note(*some: Response) -> str:
        by = {version: [one for one in some if one.model == f"loans@{version}"] for version in ("7", "7.rules")}
        (told,) = Charge().wanted(replace(asked, responses=by)).notes
        said, how = told.split(": it answers every row until somebody ends that: ")
        assert how.split(" and ") == [*dict.fromkeys(f"shall responses --end {one.model} {one.name} --why REASON"
                                                    for one in some)]
        return said

    assert note(*fell[:1]) == "loans@7 fell back to its branch rules, since fair is broken (ratio)"
    assert note(*fell) == ("loans@7 fell back to its branch rules, since fair is broken (ratio) and right is broken "
                           "(accuracy)")
    assert note(*fell[:1], then) == ("loans@7 fell back to its branch mean, since fair is broken (ratio) and calm is "
                                     "broken (brier)")
