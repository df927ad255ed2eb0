"""A bundle is read again only when it is another one, and tells what it calls itself."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shall import bundle
from shall.api.service.bundled import Bundles, loaded, mark
from shall.api.service.serving import serving
from shall.core.errors import InputError, Refused
from tests.api.packed import SPEC, pack
from tests.bundle import made


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


def test_what_is_no_bundle(tmp_path: Path) -> None:
    assert mark(tmp_path / "none") is None
    with pytest.raises(InputError):
        Bundles().at(str(tmp_path / "none"))
    (tmp_path / "a.zip").write_bytes(b"PK")
    with pytest.raises(Refused):
        Bundles().at(str(tmp_path / "a.zip"))
