"""What `previous` is to a line that compares row by row: the log checked before, the version shipped before."""

from __future__ import annotations

import os
import shutil
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest

import shall
from shall import bundle
from shall import graph as g
from shall.api.keeping import PAIRED
from shall.core.errors import FileError, InputError, Refused
from shall.core.verdict import Finding, Verdict
from shall.phases.check import CheckReport
from shall.stores import open_store

ROWS, LOOKS = 2000, 10
LINES = {"calm": "churn over sex against {} <= 60%", "kept": "negative_flip_rate over sex against {} <= 60%",
         "won": "positive_flip_rate against {} >= 0.1%"}
SPEC = """shall = 1
confidence = {confidence}
[subject]
{name}
target = "paid"
positive = "1"
[groups]
sex = "sex"
[data]
gate = "gate.parquet"
{data}
[requirements]
{lines}
"""


@pytest.fixture(autouse=True)
def _own_store(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHALL_STORE", raising=False)


def spec(place: Path, against: str = "previous", name: str = "loans", *, data: str = "", lines: str = "",
         confidence: float = 95) -> Path:
    said = lines or "\n".join(f'{key} = "{line.format(against)}"' for key, line in LINES.items())
    place.write_text(SPEC.format(name=name and f'name = "{name}"', data=data, lines=said, confidence=confidence),
                     encoding="utf-8")
    return place


@cache
def rows() -> pa.Table:
    chance = np.random.default_rng(0)
    paid = chance.integers(0, 2, ROWS)
    return pa.table({"id": np.arange(ROWS), "age": chance.integers(20, 60, ROWS).astype(float),
                     "sex": np.array(["f", "m"])[chance.integers(0, 2, ROWS)],
                     "paid": pa.array(paid, mask=chance.random(ROWS) < 0.1)})


@cache
def decided(seed: int) -> pa.Table:
    """What one version decides: right in nine rows of ten, each version in others."""
    table, chance = rows(), np.random.default_rng(seed)
    right = np.random.default_rng(0).integers(0, 2, ROWS)
    said = np.where(chance.random(ROWS) < 0.1, 1 - right, right)
    return table.append_column("decision", pa.array(said, mask=chance.random(ROWS) < 0.02))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three versions on the same rows, and a file that holds each to the one before."""
    for number in (1, 2, 3):
        pq.write_table(decided(number), tmp_path / f"v{number}.parquet")
    spec(tmp_path / "shall.toml")
    return tmp_path


def check(folder: Path, data: Any, **told: Any) -> CheckReport:
    return shall.check(folder / "shall.toml", folder / data if isinstance(data, str) else data, **told)


def figures(verdicts: Any) -> Mapping[str, Any]:
    """All that a verdict says in numbers; what it is compared with has another name."""
    return {one.name: (one.verdict, [(part.value, part.low, part.high, part.n, part.groups, part.coverage)
                                     for part in one.evidence]) for one in verdicts}


def against_named(folder: Path, data: Any, other: str, confidence: float = 95) -> CheckReport:
    """The same lines against a log that the file names."""
    file = spec(folder / "named.toml", "shipped", data=f'shipped = "{other}"', confidence=confidence)
    return shall.check(file, folder / data if isinstance(data, str) else data, record=False)


def undecided(report: CheckReport) -> str:
    """Why nothing is known; a line without a value is never met."""
    assert {one.verdict for one in report.verdicts} == {Finding.UNDECIDED}
    assert [one.deciding.value for one in report.verdicts] == [None] * len(report.verdicts)
    (note,) = [one for one in report.notes if "no answer: " in one]
    return note.partition("no answer: ")[2]


def test_a_log_is_held_to_that_of_the_check_before_by_the_same_figures(folder: Path) -> None:
    assert undecided(check(folder, "v1.parquet")).startswith("no other log of loans was checked before: check that of")
    second = check(folder, "v2.parquet")
    assert figures(second.verdicts) == figures(against_named(folder, "v2.parquet", "v1.parquet").verdicts)
    assert any(note.startswith("`previous` is v1.parquet, checked on 2") for note in second.notes)
    assert all(one.verdict is Finding.MET and one.deciding.value for one in second.verdicts)
    third = check(folder, "v3.parquet")
    assert figures(third.verdicts) == figures(against_named(folder, "v3.parquet", "v2.parquet").verdicts)
    assert figures(third.verdicts) != figures(against_named(folder, "v3.parquet", "v1.parquet").verdicts)


def test_the_same_log_again_is_not_held_to_itself_and_recorded_once(folder: Path) -> None:
    check(folder, "v1.parquet")
    second, again = check(folder, "v2.parquet"), check(folder, "v2.parquet")
    assert figures(again.verdicts) == figures(second.verdicts)
    with open_store(folder / ".shall" / "shall.db") as store:
        assert len(store.records("check", "loans")) == 2
    shutil.copy(folder / "v2.parquet", folder / "copy.parquet")         # the same decisions at another place
    assert figures(check(folder, "copy.parquet").verdicts) == figures(second.verdicts)


def test_rows_are_joined_by_id_with_labels_apart_in_other_formats_and_folders(folder: Path) -> None:
    labels = folder / "labels.parquet"
    pq.write_table(rows().select(["id", "paid"]), labels)
    mixed = decided(1).drop_columns(["paid"]).take(pa.array(np.random.default_rng(7).permutation(ROWS)))
    csv.write_csv(mixed, folder / "old.csv")
    (folder / "new").mkdir()
    for part in range(2):
        pq.write_table(decided(2).drop_columns(["paid"]).slice(part * 1000, 1000), folder / "new" / f"{part}.parquet")
    check(folder, "old.csv", labels=labels)
    found = check(folder, "new", labels=labels, untrusted=True)
    assert figures(found.verdicts) == figures(against_named(folder, "v2.parquet", "v1.parquet").verdicts)
    frame = check(folder, decided(3))
    assert figures(frame.verdicts) == figures(against_named(folder, decided(3), "v2.parquet").verdicts)


def mixed(table: pa.Table) -> pa.Table:
    return table.take(pa.array(np.random.default_rng(7).permutation(len(table))))


def written_again(path: Path) -> None:
    pq.write_table(decided(2), path, compression="zstd", row_group_size=300)


@pytest.mark.parametrize("again", [
    lambda path: pq.write_table(mixed(decided(2)), path), written_again,
    lambda path: pq.write_table(decided(2).append_column("month", pa.array(["may"] * ROWS)), path),
    lambda path: pq.write_table(decided(2).slice(100), path),
    lambda path: pq.write_table(decided(2).rename_columns(["id", "age", "sex", "paid", "prediction"]), path),
    lambda path: pq.write_table(mixed(decided(2)).drop_columns(["age"]), path)])
def test_the_same_decisions_in_another_file_are_held_to_what_these_were(folder: Path, again: Callable[[Path], Any]
                                                                        ) -> None:
    for data in ("v1.parquet", "v2.parquet"):
        check(folder, data)
    again(folder / "again.parquet")
    for _ in range(2):
        found = check(folder, "again.parquet")
        assert figures(found.verdicts) == figures(against_named(folder, "again.parquet", "v1.parquet").verdicts)
        assert all(one.deciding.value for one in found.verdicts)
        (said,) = [note for note in found.notes if note.startswith("`previous` is v1.parquet, checked on 2")]
        assert "; v2.parquet, checked on 2" in said and said.endswith(", decides alike and so is no version before")
    back = check(folder, "v2.parquet")
    assert figures(back.verdicts) == figures(against_named(folder, "v2.parquet", "v1.parquet").verdicts)
    third = check(folder, "v3.parquet")                         # one that differs is held to the newest file
    assert figures(third.verdicts) == figures(against_named(folder, "v3.parquet", "again.parquet").verdicts)


def test_the_same_decisions_of_the_first_version_have_none_before(folder: Path) -> None:
    check(folder, "v1.parquet")
    pq.write_table(mixed(decided(1)), folder / "again.parquet")
    why = undecided(check(folder, "again.parquet"))
    assert why.startswith("no other log of loans was checked before; v1.parquet, checked on 2")
    check(folder, "v2.parquet")
    pq.write_table(mixed(decided(1)).slice(5), folder / "v4.parquet")       # back to the first one
    found = check(folder, "v4.parquet")
    assert figures(found.verdicts) == figures(against_named(folder, "v4.parquet", "v2.parquet").verdicts)


def test_rows_without_an_id_in_another_file_are_held_to_what_these_were(folder: Path) -> None:
    for number in (1, 2):
        pq.write_table(decided(number).drop_columns(["id"]), folder / f"v{number}.parquet")
        check(folder, f"v{number}.parquet")
    pq.write_table(decided(2).drop_columns(["id", "age"]), folder / "again.parquet")
    found = check(folder, "again.parquet")
    assert figures(found.verdicts) == figures(against_named(folder, "again.parquet", "v1.parquet").verdicts)
    pq.write_table(mixed(decided(2).drop_columns(["id"])), folder / "mixed.parquet")
    assert "the other log has other rows: row " in undecided(check(folder, "mixed.parquet"))


def test_a_limit_beside_it_stands_on_the_same_version_before(folder: Path) -> None:
    lines = 'right = "accuracy >= previous - 0.5"\ncalm = "churn against previous <= 60%"'
    spec(folder / "shall.toml", lines=lines)
    for data in ("v1.parquet", "v2.parquet"):
        last = check(folder, data)
    pq.write_table(mixed(decided(2)), folder / "again.parquet")
    found = check(folder, "again.parquet")
    assert figures(found.verdicts) == figures(last.verdicts) and last.verdicts[0].deciding.value


def other_rows(path: Path) -> None:
    table = decided(1)
    pq.write_table(table.set_column(0, "id", pa.array(np.arange(ROWS) + 10**6)), path)


@pytest.mark.parametrize(("done", "why"), [
    (Path.unlink, "was of v1.parquet, which is not there any more: keep the log of each version where it lies"),
    (other_rows, "was of v1.parquet, which was changed since"),
    (lambda path: path.write_bytes(b"PAR1"), "was of v1.parquet, which was changed since"),
    (lambda path: (path.unlink(), path.mkdir()), "was of v1.parquet, which cannot be read"),
])
def test_a_log_that_is_not_there_as_it_was_gives_no_answer(folder: Path, done: Callable[[Path], Any], why: str) -> None:
    check(folder, "v1.parquet")
    done(folder / "v1.parquet")
    assert why in undecided(check(folder, "v2.parquet"))


def test_a_version_before_the_one_before_does_not_take_its_place(folder: Path) -> None:
    for number in (1, 2):
        check(folder, f"v{number}.parquet")
    (folder / "v2.parquet").unlink()
    assert "was of v2.parquet, which is not there any more" in undecided(check(folder, "v3.parquet"))


def test_a_log_of_other_rows_gives_no_answer(folder: Path) -> None:
    other_rows(folder / "v1.parquet")
    check(folder, "v1.parquet")
    second = check(folder, "v2.parquet")
    assert undecided(second).startswith("the other log has none of these rows: no id is in both")
    assert any(note.startswith("`previous` is v1.parquet") for note in second.notes)


def test_ids_that_are_places_in_a_file_join_nothing(folder: Path) -> None:
    """Row 7 of one month is not row 7 of the next."""
    mixed = decided(1).take(pa.array(np.random.default_rng(7).permutation(ROWS)))
    pq.write_table(mixed.set_column(0, "id", decided(1)["id"]), folder / "v1.parquet")
    check(folder, "v1.parquet")
    why = undecided(check(folder, "v2.parquet"))
    assert "other rows in the other log: paid, sex differ. An id has to tell a row" in why


def test_what_is_not_in_the_folder_of_the_file_is_not_read_again(folder: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "v1.parquet"
    shutil.copy(folder / "v1.parquet", elsewhere)
    (folder / "link.parquet").symlink_to(elsewhere)
    for data in (decided(1), elsewhere, folder / "link.parquet"):
        check(folder, data)
        assert f"was of no file or folder in {folder}" in undecided(check(folder, "v2.parquet"))
        shutil.rmtree(folder / ".shall")


@pytest.mark.parametrize("place", ["../{}/v1.parquet", "/etc/passwd", "{}/v1.parquet", "link.parquet", "loop", "pipe",
                                   "file://v1.parquet", "v1\0.parquet", "x" * 5000])
def test_a_path_of_a_record_that_leads_elsewhere_is_not_followed(folder: Path, tmp_path_factory: Any, place: str
                                                                 ) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copy(folder / "v1.parquet", other / "v1.parquet")
    (folder / "link.parquet").symlink_to(other / "v1.parquet")
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    digest = check(folder, "v1.parquet").digests["log"]
    with open_store(folder / ".shall" / "shall.db") as store:
        body = dict(store.records("check", "loans")[0].body)
        assert body[PAIRED]["place"] == "v1.parquet" and body[PAIRED]["decided"] != digest
        said = place.format(other.name if place.startswith("..") else other)
        store.append("check", "loans", {**body, PAIRED: {**body[PAIRED], "place": said}}, key=None)
    why = undecided(check(folder, "v2.parquet"))
    assert "and so is not read" in why or "which is not there any more" in why


@pytest.mark.parametrize(("told", "why"), [
    ("v1.parquet", "did not note where its log lies"), ({"place": "v1.parquet"}, "did not note where its log lies"),
    ({"decided": "0" * 64, "place": "v1.parquet"}, "was of v1.parquet, which was changed since"),
    ({"decided": "0" * 64, "place": ["v1.parquet"]}, "was of no file or folder in"),
    ({"decided": ["0" * 64], "place": "v1.parquet"}, "was of v1.parquet, which was changed since"),
    ({"decided": "0" * 64}, "was of no file or folder in")])
def test_a_record_that_somebody_else_wrote_gives_no_answer(folder: Path, told: Any, why: str) -> None:
    check(folder, "v1.parquet")
    with open_store(folder / ".shall" / "shall.db") as store:
        store.append("check", "loans", {**store.records("check", "loans")[0].body, PAIRED: told})
    assert why in undecided(check(folder, "v2.parquet"))


def test_only_checks_of_the_same_subject_count(folder: Path) -> None:
    shall.check(spec(folder / "other.toml", name="cars"), folder / "v1.parquet")
    assert undecided(check(folder, "v2.parquet")).startswith("no other log of loans was checked before")
    spec(folder / "shall.toml", name="")
    assert undecided(check(folder, "v2.parquet")).startswith("what has no name has no version before: [subject] name")


def test_without_a_record_nothing_is_known(folder: Path) -> None:
    check(folder, "v1.parquet")
    assert "leave --no-record out" in undecided(check(folder, "v2.parquet", record=False))
    told = tomllib.loads((folder / "shall.toml").read_text()) | {"data": {}}
    assert "recorded beside a shall file on disk" in undecided(shall.check(told, folder / "v2.parquet"))
    pq.write_table(rows(), folder / "gate.parquet")
    found = shall.ship(ages(40), told | {"data": {"gate": str(folder / "gate.parquet")}}, folder / "bundle").check
    assert found is not None and found.looks is not None
    assert found.looks.why == "looks are counted beside a shall file on disk"


def test_a_check_that_noted_nothing_is_told(folder: Path) -> None:
    spec(folder / "shall.toml", lines='right = "accuracy >= 0.5"')
    check(folder, "v1.parquet")
    with open_store(folder / ".shall" / "shall.db") as store:
        assert PAIRED not in store.records("check", "loans")[0].body       # who does not ask has nothing noted
    spec(folder / "shall.toml")
    assert "did not note where its log lies" in undecided(check(folder, "v2.parquet"))
    check(folder, "v1.parquet")
    assert figures(check(folder, "v2.parquet").verdicts) == figures(
        against_named(folder, "v2.parquet", "v1.parquet").verdicts)


def test_nothing_is_lost_by_an_interrupt(folder: Path) -> None:
    check(folder, "v1.parquet")

    def interrupted(what: str, done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check(folder, "v2.parquet", progress=interrupted)
    with open_store(folder / ".shall" / "shall.db") as store:
        assert len(store.records("check", "loans")) == 1
    assert figures(check(folder, "v2.parquet").verdicts) == figures(
        against_named(folder, "v2.parquet", "v1.parquet").verdicts)


def test_no_watch_of_single_rows_is_promised(folder: Path) -> None:
    spec(folder / "shall.toml", lines='[requirements.calm]\nthat = "churn against previous <= 5%"\nphases = ["watch"]')
    with pytest.raises(FileError, match="`churn` cannot be watched live"):
        check(folder, "v1.parquet")


# ---- versions that ship


def ages(limit: float) -> g.Compiled:
    """Decides yes from an age on."""
    x = g.inputs({"age": "number"})
    return g.compile(x, score=x["age"] * 0.01, decision=x["age"] >= limit)


@pytest.fixture
def gate(folder: Path) -> Path:
    pq.write_table(rows(), folder / "gate.parquet")
    spec(folder / "shall.toml", data=f"looks = {LOOKS}")
    return folder


def ship(folder: Path, limit: float, place: str | Path, **told: Any) -> CheckReport:
    report = shall.ship(ages(limit), folder / "shall.toml", folder / place, **told)
    assert report.check is not None
    return report.check


def as_logs(folder: Path, new: float, old: float) -> Mapping[str, Any]:
    """The figures of two logs with what both decide on the gate, at the confidence of one look of so many."""
    age = rows()["age"].to_numpy()
    for name, limit in (("new", new), ("old", old)):
        table = rows().append_column("decision", pa.array((age >= limit).astype(int)))
        pq.write_table(table, folder / f"{name}.parquet")
    return figures(against_named(folder, "new.parquet", "old.parquet", 100 - 5 / LOOKS).verdicts)


def test_what_ships_is_held_to_the_version_before_on_the_rows_of_the_gate(gate: Path) -> None:
    assert undecided(ship(gate, 40, "bundle-1")).startswith("no other version of loans was shipped before")
    second = ship(gate, 45, "bundle-2.zip")
    assert figures(second.verdicts) == as_logs(gate, 45, 40) and second.verdicts[0].deciding.value
    assert any(note.startswith("`previous` is version 1, shipped on 2") for note in second.notes)
    assert figures(ship(gate, 45, "again").verdicts) == as_logs(gate, 45, 40)     # the same version again
    third = ship(gate, 43, "bundle-3")
    assert figures(third.verdicts) == as_logs(gate, 43, 45)


def test_a_model_of_the_file_is_held_to_what_was_shipped(gate: Path) -> None:
    for limit, place in ((40, "bundle-1"), (45, "bundle-2")):
        ship(gate, limit, place)
    text = (gate / "shall.toml").read_text()
    for place, new, old in (("bundle-2", 45, 40), ("graph", 50, 45)):
        ages(50).save(gate / "graph")
        (gate / "shall.toml").write_text(text.replace('name = "loans"', f'name = "loans"\nmodel = "{place}"'))
        assert figures(shall.check(gate / "shall.toml").verdicts) == as_logs(gate, new, old)
    assert undecided(check(gate, "v1.parquet")).startswith("no other log of loans was checked before")


def test_a_bundle_that_takes_the_place_of_the_one_before_is_held_to_it_first(gate: Path, tmp_path_factory: Any) -> None:
    place = tmp_path_factory.mktemp("packed") / "bundle"        # not in the folder of the file, but named again
    ship(gate, 40, place)
    assert figures(ship(gate, 45, place).verdicts) == as_logs(gate, 45, 40)
    assert figures(ship(gate, 50, place).verdicts) == as_logs(gate, 50, 45)
    assert "version 3, shipped on " in undecided(ship(gate, 55, "bundle"))


def test_a_bundle_that_is_not_there_as_it_was_gives_no_answer_until_somebody_names_one(gate: Path) -> None:
    ship(gate, 40, "one")
    shutil.copytree(gate / "one", gate / "kept")
    ship(gate, 30, "one", record=False)                         # another one lies there now
    why = undecided(ship(gate, 45, "two"))
    assert why.startswith("version 1, shipped on ") and "say where it is, --previous PLACE" in why
    assert figures(ship(gate, 50, "three", previous=gate / "kept").verdicts) == as_logs(gate, 50, 40)
    with pytest.raises(InputError, match="there is no bundle at"):
        ship(gate, 50, "four", previous=gate / "nowhere")
    files = {"graph.onnx": b""}
    bundle.save(bundle.Bundle(files, bundle.listed(files, {"subject": "loans"}, ())), gate / "empty")
    with pytest.raises(Refused, match=r"has no graph\.json: ship that version again"):
        ship(gate, 50, "four", previous=gate / "empty")


def test_a_place_of_a_record_that_lies_elsewhere_is_not_read(gate: Path, tmp_path_factory: Any) -> None:
    ship(gate, 40, tmp_path_factory.mktemp("elsewhere") / "bundle")
    assert "is not at hand" in undecided(ship(gate, 45, "two"))


def test_the_model_of_a_build_is_kept_for_the_next(gate: Path) -> None:
    """Where bundles are written over one another, `.shall/models` still has what they were made of."""
    text = (gate / "shall.toml").read_text() + '[build]\nlearners = ["{}"]\ntrials = 1\nreadiness = "off"\n'
    pq.write_table(learnable(1), gate / "train.parquet")
    pq.write_table(learnable(2), gate / "gate.parquet")
    text = text.replace("[data]", '[data]\ntrain = "train.parquet"').replace(
        "[requirements]", '[requirements]\nright = "accuracy >= 0.6"')
    decisions = []
    for number, learner in enumerate(("logistic_regression", "lightgbm")):
        (gate / "shall.toml").write_text(text.format(learner))
        said: list[str] = []
        assert shall.build(gate / "shall.toml", say=said.append).found
        assert "calm is asked of the rows once a model is there, by `shall check` and `shall ship`" in said
        found = shall.ship(None, gate / "shall.toml", gate / "bundle")
        decisions.append(shall.load_bundle(gate / "bundle").predict(learnable(2)))
        assert number == 0 or found.check is not None
    (gate / "shall.toml").write_text(text.format("lightgbm").replace('"loans"', '"loans"\nmodel = "bundle"'))
    report = shall.check(gate / "shall.toml")
    calm: Verdict = next(one for one in report.verdicts if one.name == "calm")
    differ = sum(one != other for one, other in zip(*decisions, strict=True))
    assert sum(round(row.value * row.n) for row in calm.deciding.groups if row.value is not None) == differ > 0
    assert any("`previous` is version 1" in note for note in report.notes)


def learnable(seed: int) -> pa.Table:
    chance = np.random.default_rng(seed)
    age, pay = chance.integers(20, 60, ROWS).astype(float), chance.normal(size=ROWS)
    return pa.table({"age": age, "pay": pay, "sex": np.array(["f", "m"])[chance.integers(0, 2, ROWS)],
                     "paid": ((age - 40) / 10 + pay**2 + chance.normal(size=ROWS) > 0.7).astype(int)})


def test_a_version_with_a_threshold_of_its_own_keeps_it(gate: Path) -> None:
    x = g.inputs({"age": "number"})
    scoring, text = g.compile(x, score=x["age"] * 0.01), (gate / "shall.toml").read_text()
    for place, threshold in (("one", 0.4), ("two", 0.45)):
        (gate / "shall.toml").write_text(text.replace('target =', f'threshold = {threshold}\ntarget ='))
        model = scoring if place == "one" else g.compile(x, score=x["age"] * 0.01 + 0.0)
        found = shall.ship(model, gate / "shall.toml", gate / place).check
    assert found is not None and figures(found.verdicts) == as_logs(gate, 45, 40)


def test_a_version_that_cannot_answer_these_rows_says_so(gate: Path) -> None:
    ship(gate, 40, "one")
    pq.write_table(rows().rename_columns(["id", "years", "sex", "paid"]), gate / "gate.parquet")
    x = g.inputs({"years": "number"})
    model = g.compile(x, score=x["years"] * 0.01, decision=x["years"] >= 45)
    found = shall.ship(model, gate / "shall.toml", gate / "two")
    assert found.check is not None
    assert "cannot answer these rows: version 1, shipped on " in undecided(found.check)
