"""`shall log`: what it prints and returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import shall as package
from shall.core.decisions import Field, Record
from shall.stores.decisions import open_log

Shall = Callable[..., Any]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with open_log(tmp_path / "income", (Field("decision", "text"),), rows_a_segment=4) as log:
        for number in range(10):
            log.write([Record(log.next_id(), number, f"r{number}", "income@7", "ab" * 32, "live", ("1",))])
    return tmp_path / "income"


def test_a_whole_log_and_its_head(shall: Shall, folder: Path) -> None:
    ran = shall("log", "verify", str(folder))
    assert (ran.code, ran.out.strip()) == (0, f"{folder}: 10 decisions, 0 labels, each as it was written")
    kept = folder.parent / "heads.json"
    kept.write_text(shall("log", "head", str(folder)).out)
    assert json.loads(kept.read_text())["heads"]["w1"]["sequence"] == 10
    assert shall("log", "verify", str(folder), "--heads", str(kept)).code == 0
    kept.write_text(kept.read_text().replace('"hash": "', '"hash": "0'))
    ran = shall("log", "verify", str(folder), "--heads", str(kept))
    assert ran.code == 1 and "does not contain the head" in ran.out


def test_a_damaged_log_is_named_and_saved(shall: Shall, folder: Path) -> None:
    (folder / "w1-00000002.parquet").unlink()
    ran = shall("log", "verify", str(folder), "--json")
    found = json.loads(ran.out)
    assert ran.code == 1 and not found["whole"] and "w1-00000002.parquet is missing: 4 rows" in found["problem"]
    assert "shall log salvage" in shall("log", "verify", str(folder)).out
    assert shall("log", "head", str(folder)).code == 1
    ran = shall("log", "salvage", str(folder), "--out", str(folder.parent / "saved"))
    assert ran.code == 1 and "6 decisions and 0 labels saved" in ran.out and "is missing, with 4 rows" in ran.out
    assert shall("log", "verify", str(folder.parent / "saved")).code == 0
    ran = shall("log", "salvage", str(folder.parent / "saved"), "--out", str(folder.parent / "again"), "--json")
    assert (ran.code, json.loads(ran.out)["rows"]) == (0, 6)


def test_what_was_cut_off_is_told_where_the_heads_were_kept_elsewhere(shall: Shall, folder: Path) -> None:
    kept = folder.parent / "heads.json"
    kept.write_text(shall("log", "head", str(folder)).out)
    for name in ("w1-00000003.parquet", "w1-00000002.parquet"):
        (folder / name).unlink()
    lines = (folder / "w1.chain").read_bytes().splitlines(keepends=True)
    (folder / "w1.chain").write_bytes(lines[0])
    ran = shall("log", "salvage", str(folder), "--out", str(folder.parent / "one"))
    assert (ran.code, ran.out.splitlines()) == (0, [f"4 decisions and 0 labels saved in {folder.parent / 'one'}"])
    ran = shall("log", "salvage", str(folder), "--out", str(folder.parent / "two"), "--heads", str(kept))
    assert ran.code == 1 and "w1 ends at record 4, and had 10 by the head that is known: 6 are gone" in ran.out
    ran = shall("log", "salvage", str(folder), "--out", str(folder.parent / "three"), "--heads", str(kept), "--json")
    assert ran.code == 1 and json.loads(ran.out)["beyond"] == 6


def test_labels_from_a_file_are_joined_by_check(shall: Shall, folder: Path) -> None:
    labels = folder.parent / "outcomes.csv"
    labels.write_text("case,paid\n" + "".join(f"r{number},{int(number < 7)}\n" for number in range(10)))
    ran = shall("log", "label", str(folder), str(labels), "--id", "case", "--label", "paid", "--source", "bank")
    told = ran.out.splitlines()
    assert (ran.code, told[0]) == (0, f"10 labels kept in {folder / 'labels'}")
    assert len(told) == 2 and told[1].startswith("They were not checked: no server has written into")
    file = {"subject": {"target": "label", "positive": "1"}, "columns": {"id": "id", "decision": "decision"},
            "requirements": {"good": "accuracy >= 0.1"}}
    verdict, = package.check(file, folder, labels=folder / "labels", record=False).verdicts
    assert (verdict.deciding.value, verdict.deciding.n) == (0.7, 10)


def test_labels_from_a_file_are_accounted_for(shall: Shall, folder: Path) -> None:
    (folder / "labels.json").write_text('{"number": false, "classes": ["0", "1"]}')
    labels = folder.parent / "outcomes.csv"
    labels.write_text("case,paid\nr0,1\nr1,\nr77,0\n,1\nr2,\n")
    arguments = ("log", "label", str(folder), str(labels), "--id", "case", "--label", "paid")
    ran = shall(*arguments)
    assert ran.code == 0 and ran.out.splitlines() == [
        f"2 labels kept in {folder / 'labels'}",
        "2 rows have no label and went nowhere; the first is row 1, counted from 0",
        "1 row has no id and went nowhere; the first is row 3, counted from 0",
        "1 names no decision of this log, the first r77: kept, and counted as soon as it is there. Are these its ids, "
        "or names of its requests?"]
    told = json.loads(shall(*arguments, "--json").out)
    assert (told["kept"], told["without_label"], told["first_unknown"]) == (2, 2, "r77")
    labels.write_text("case,paid\nr0,1\nr1,2\n")
    ran = shall(*arguments)
    assert ran.code == 2 and "row 1: there is no class 2" in ran.err and "the classes are 0, 1" in ran.err


@pytest.mark.parametrize("arguments", [("verify", "gone"), ("head", "gone"), ("salvage", "gone", "--out", "new"),
                                       ("label", "gone", "labels.csv"), ("verify", ".", "--heads", "none.json")])
def test_what_is_not_there_is_an_error_of_the_user(shall: Shall, folder: Path, arguments: tuple[str, ...],
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    Path("labels.csv").write_text("id,label\na,1\n")
    assert shall("log", *arguments).code == 2
