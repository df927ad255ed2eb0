"""A bundle is read again only when it is another one, and tells what it calls itself."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

import shall
from shall import bundle
from shall.api.scoring import scorer_of
from shall.api.service.bundled import Bundles, loaded, mark, with_branches
from shall.api.service.serving import serving
from shall.core.errors import DataError, InputError, Refused
from tests.api.packed import SPEC, pack
from tests.bundle import made
from tests.runtimes import made as loans


def test_what_a_bundle_says_of_itself(tmp_path: Path) -> None:
    found = loaded(pack(tmp_path / "a.zip", "12"))
    assert (found.name, found.version, found.durable, found.note) == ("Loans", "12", "must", "")
    assert found.file is not None and found.file.subject.target == "paid" and found.size > 100
    assert [one.name for one in found.columns.context] == ["customer", "sex", "region"]
    plain = loaded(pack(tmp_path / "b", spec=None))
    assert (plain.version, plain.durable, plain.file) == ("1", "", None) and "has no shall.toml" in plain.note


def test_evidence_that_does_not_show_a_promise_to_be_met_is_told_wherever_it_serves(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    parts = made.parts()
    place = bundle.write(parts, {}, tmp_path / "a.zip")
    assert loaded(place).note == ""
    told = json.loads(parts["evidence/check.json"])
    told["verdicts"][0]["verdict"] = "broken"
    place = bundle.write(parts | {"evidence/check.json": json.dumps(told).encode()}, {}, tmp_path / "b.zip")
    assert loaded(place).note == f"the evidence in {place} does not show to be met: good: accuracy >= 0.6"
    served = serving(place)
    assert served.status == [f"model: {loaded(place).note}"]
    served.close()


@pytest.mark.parametrize("name", ["a.zip", "a"])
def test_it_is_read_again_when_it_changes(tmp_path: Path, name: str) -> None:
    place = pack(tmp_path / name, "1")
    bundles = Bundles()
    first = bundles.at(str(place))
    assert bundles.at(str(place)) is first
    seen = mark(place)
    pack(place, "2", SPEC + "# more\n")
    assert mark(place) != seen and bundles.at(str(place)).version == "2"
    bundles.keep(set())
    assert bundles.at(str(place)) is not first


def test_a_branch_takes_what_its_model_takes(tmp_path: Path) -> None:
    place = pack(tmp_path / "a.zip", "7", SPEC, branches={"rules": loans.older()})
    found = loaded(place)
    rules = found.branches["rules"]
    assert [one.name for one in rules.scorer.inputs] == ["age"] and rules.face is found.scorer
    assert (rules.columns, rules.file, found.note) == (found.columns, found.file, "") and rules.size < found.size
    assert [*with_branches({"7": found})] == ["7", "7.rules"]
    assert shall.load_bundle(place, branch="rules").predict([{"age": 24}, {"age": 60}]).tolist() == ["no", "yes"]
    with pytest.raises(InputError, match="has no branch mean: there are rules"):
        shall.load_bundle(place, branch="mean")
    with pytest.raises(InputError, match="has no branch mean: it has none"):
        shall.load_bundle(pack(tmp_path / "b.zip", "8"), branch="mean")


def test_a_line_that_falls_back_to_what_is_not_there_is_told(tmp_path: Path) -> None:
    line = '[requirements.kind]\nthat = "accuracy >= 0.5"\non_broken = "fall back to rules"\n'
    place = pack(tmp_path / "a.zip", "7", SPEC + line)
    assert loaded(place).note == (f"kind of {place} falls back to the branch rules, which is not in it: another "
                                  "version answers then, or every row is abstained from")
    assert loaded(pack(tmp_path / "b.zip", "7", SPEC + line, branches={"rules": loans.older()})).note == ""


def test_a_branch_that_cannot_answer_keeps_its_bundle_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On the day that it is put into service, not on the day that it is needed."""
    monkeypatch.chdir(tmp_path)
    files = bundle.read(pack(tmp_path / "a.zip", "7", branches={"rules": loans.older()})).files
    place = bundle.write({**files, "branches/rules/graph.onnx": b"no model"}, {}, tmp_path / "b.zip")
    with pytest.raises(DataError):
        serving(place, name="loans")
    some = {name: one for name, one in files.items() if name != "branches/rules/graph.json"}
    with pytest.raises(InputError, match=r"the branch rules is not whole: a bundle has a graph.json"):
        bundle.write(some, {}, tmp_path / "c.zip")
    with pytest.raises(Refused, match=r"has no graph.json of its branch rules"):
        scorer_of(replace(bundle.read(tmp_path / "a.zip"), files=some), "rules")


def test_what_is_no_bundle(tmp_path: Path) -> None:
    assert mark(tmp_path / "none") is None
    with pytest.raises(InputError):
        Bundles().at(str(tmp_path / "none"))
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(Refused):
        Bundles().at(str(tmp_path / "a.zip"))
