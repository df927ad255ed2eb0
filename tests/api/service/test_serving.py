"""Bundles in service change while they run: nothing that does not verify is taken, and no request fails."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import shall
from shall import bundle, spec
from shall.api.service.serving import Serving, serving
from shall.core.decisions import Label
from shall.core.errors import FileError, InputError, Unknown
from tests.api.packed import SERVE, SPEC, ask, label, logged, pack, packs
from tests.runtimes.kept import ROW


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Serving]:
    found = serving(packs(tmp_path))
    yield found
    found.close()


def test_one_bundle_and_its_log(tmp_path: Path) -> None:
    found = serving(pack(tmp_path / "loans.zip", "12"), folder=tmp_path)
    answer = ask(found, {"sex": "f", "customer": "c1"}, request="r1")
    assert answer.model == "loans@12" and answer.decision == "yes"
    assert found.service.answered("loans", "r1") == [answer]
    assert found.durable == "must" and found.status == []
    found.close()
    table = logged(tmp_path)
    (row,) = table.to_pylist()
    assert (row["id"], row["request"], row["model"], row["mode"]) == (answer.id, "r1", "loans@12", "live")
    assert (row["age"], row["city"], row["sex"], row["customer"], row["region"]) == (30.0, "Bonn", "f", "c1", None)
    assert (row["score"], row["decision"], row["abstained"], row["why"]) == (answer.score, "yes", False, None)
    assert row["bundle"] == bundle.read(tmp_path / "loans.zip").digest


def test_what_was_answered_is_known_after_a_new_start(tmp_path: Path) -> None:
    place = pack(tmp_path / "loans.zip")
    first = serving(place, folder=tmp_path)
    answer = ask(first, request="r1")
    first.close()
    again = serving(place, folder=tmp_path)
    assert again.service.answered("loans", "r1") == [answer] and answer.model == "loans@1"
    again.close()


def test_the_log_is_checked_by_the_shall_file_of_the_bundle_as_it_is(tmp_path: Path) -> None:
    found = serving(pack(tmp_path / "loans.zip"), folder=tmp_path)
    for place in range(80):
        row = {"age": 20 + place % 40, "sex": "fm"[place % 2], "region": "north", "customer": f"c{place}"}
        answer = ask(found, row)
        label(found, Label(answer.id, "yes", found.service.clock()))
    (tmp_path / "shall.toml").write_text(SPEC)
    report = shall.check(tmp_path / "shall.toml", tmp_path / "decisions" / "loans",
                         labels=tmp_path / "decisions" / "loans" / "labels", record=False)
    found.close()
    assert report.rows == 80 and {one.name: one.deciding.n for one in report.verdicts} == {"right": 80, "fair": 80}
    table = logged(tmp_path)
    right = sum(one == "yes" for one in table["decision"].to_pylist()) / 80
    assert report.verdicts[0].deciding.value == pytest.approx(right)


def test_a_sampled_log_is_checked_by_its_weights(tmp_path: Path) -> None:
    """Every abstention is kept, and a tenth of the rest: 200 of 2,000 stand for about as many."""
    file = SPEC.replace("accuracy >= 0.5", "missing_rate(age) <= 0.5").replace('unit = "customer"\n', "")
    pack(tmp_path / "7.zip", "7", file)
    (tmp_path / "serve.toml").write_text(
        'serve = 1\n[loans]\nbundles = { 7 = "7.zip" }\nsample = "10%"\nwhole = { abstained = true }\n')
    found = serving(tmp_path / "serve.toml")
    decided = found.service.decide("loans", [ROW] * 2_000 + [{**ROW, "age": None}] * 30)
    for sink, records in decided.kept:
        sink.write(records)
    found.close()
    table = logged(tmp_path)
    assert 130 < len(table) < 330 and table["abstained"].to_pylist().count(True) == 30
    whole = sum(table["weight"].to_pylist())
    assert 1_200 < whole < 3_000
    report = shall.check(spec.loads(file), tmp_path / "decisions" / "loans", record=False)
    assert report.verdicts[0].deciding.value == pytest.approx(30 / whole)


def test_over_feature_means_what_came_and_not_how_it_was_answered(tmp_path: Path) -> None:
    file = SPEC.replace('fair = "ratio of selection_rate over sex >= 0.5 where region = \'north\'"',
                        'full = "missing_rate over feature <= 0.5"')
    found = serving(pack(tmp_path / "loans.zip", spec=file), folder=tmp_path)
    ask(found, {"sex": "f", "customer": "c1"}, request="r1")
    report = shall.check(spec.loads(file), tmp_path / "decisions" / "loans", record=False)
    found.close()
    groups = {row.group[0][1] for row in report.verdicts[1].deciding.groups}
    assert groups == {"age", "pay", "city"}          # a date is none


def test_a_serve_file_with_every_mode(tmp_path: Path) -> None:
    found = serving(packs(tmp_path, serve=SERVE + 'canary = { 8 = "50%" }\napprentice = "9"\n'))
    models = Counter(ask(found, {"customer": f"c{place}"}).model for place in range(60))
    assert {*models} == {"loans@7", "loans@8"}
    assert found.service.models()[0].modes == {"7": "live", "8": "canary", "9": "apprentice"}
    found.close()
    assert len(logged(tmp_path)) == 60 and Counter(logged(tmp_path)["model"].to_pylist()) == models
    compared = logged(tmp_path, "compared/loans@9")
    assert compared["id"].to_pylist() == logged(tmp_path)["id"].to_pylist()
    assert compared["decision_in_charge"].to_pylist() == logged(tmp_path)["decision"].to_pylist()
    assert {*compared["mode"].to_pylist()} == {"apprentice"}


def test_at_the_start_what_is_wrong_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="nothing is served"):
        serving(packs(tmp_path, serve="serve = 1\n"))
    (tmp_path / "8.zip").unlink()
    with pytest.raises(InputError, match=r"8\.zip"):
        serving(packs(tmp_path, "7", "9"))
    with pytest.raises(InputError, match="no bundle"):
        serving(tmp_path / "none.zip")


def test_the_stricter_word_on_durability_counts(tmp_path: Path) -> None:
    tried = SPEC + '[serve]\ndurable = "try"\n'
    for said, serve, found in ((SPEC, 'durable = "try"\n', "must"), (tried, "", "try"),
                               (tried, 'durable = "must"\n', "must")):
        pack(tmp_path / "7.zip", "7", said)
        (tmp_path / "serve.toml").write_text('serve = 1\n[loans]\nbundles = { 7 = "7.zip" }\n' + serve)
        made = serving(tmp_path / "serve.toml")
        assert (made.durable, made.service.fleets["loans"].durable) == (found, found)
        made.close()


def test_a_bundle_without_a_shall_file_serves_and_says_so(tmp_path: Path) -> None:
    pack(tmp_path / "a.zip", spec=None)
    found = serving(tmp_path / "a.zip", folder=tmp_path)
    assert "has no shall.toml" in found.status[0] and ask(found).decision == "yes"
    found.close()
    pack(tmp_path / "b.zip", spec=SPEC.replace("[subject]", 'extends = ["./mine.pack.toml"]\n[subject]'))
    found = serving(tmp_path / "b.zip", folder=tmp_path, name="b")
    assert "cannot be read here" in found.status[0]
    found.close()


def test_names(tmp_path: Path) -> None:
    place = pack(tmp_path / "loans.zip")
    found = serving(place, folder=tmp_path, name="other")
    assert [*found.service.fleets] == ["other"]
    found.close()
    with pytest.raises(InputError, match="no name of a model"):
        serving(place, folder=tmp_path, name="../other")


def test_nothing_is_left_open(tmp_path: Path) -> None:
    before = {thread.name for thread in threading.enumerate()}
    found = serving(packs(tmp_path))
    ask(found)
    found.close()
    found.close()
    assert {thread.name for thread in threading.enumerate()} <= before
    again = serving(tmp_path / "serve.toml")
    again.close()


def test_unknown_names_stay_unknown(served: Serving) -> None:
    for name in ("../loans", "loans/", "", "LOANS"):
        with pytest.raises(Unknown):
            served.service.decide(name, [ROW])


def test_a_file_that_names_id_time_and_latency(tmp_path: Path) -> None:
    """The service fills what nobody sends, under the names of the file, whatever the log itself calls its own."""
    file = SPEC.replace('unit = "customer"', 'id = "id"\ntime = "time"\nlatency = { unit = "ms" }').replace(
        '[requirements]', '[requirements]\nfast = "p50(latency) <= 1000 ms"')
    found = serving(pack(tmp_path / "loans.zip", spec=file), folder=tmp_path)
    for place in range(60):
        row = {"age": 20 + place % 40, "sex": "fm"[place % 2], "region": "north"}
        answer = ask(found, {**row, "id": "mine", "time": "2026-01-01"} if not place else row)
        label(found, Label(answer.id, "yes", found.service.clock()))
    report = shall.check(spec.loads(file), tmp_path / "decisions/loans", labels=tmp_path / "decisions/loans/labels",
                         record=False)
    found.close()
    table = logged(tmp_path).to_pydict()
    assert table["id"][:2] == ["mine", table["decision_id"][1]] and len({*table["decision_id"]}) == 60
    assert table["time"][0].year == 2026 and table["time"][1:] == table["decision_time"][1:]
    assert all(0 < value < 10_000 for value in table["latency"])
    assert {one.name: one.deciding.n for one in report.verdicts} == {"fast": 60, "right": 60, "fair": 60}
