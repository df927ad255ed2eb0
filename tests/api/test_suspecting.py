"""The list of labels that are likely to be wrong: planted errors come first, and the list is fit to be worked on."""

from __future__ import annotations

import datetime

import numpy as np
import pyarrow as pa
import pyarrow.csv as csv
import pyarrow.parquet as pq
import pytest
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import average_precision_score

import shall
from benchmarks import planted
from examples.fetch import fetch
from shall.core.errors import DataError, InputError


@pytest.fixture(scope="module")
def tumours():
    """569 tumours, a tenth of the labels wrong."""
    X, y = load_breast_cancer(return_X_y=True)
    wrong = np.random.default_rng(0).random(len(y)) < 0.1
    said = np.array(["malignant", "benign"])
    table = pa.table({"id": [f"t{row}" for row in range(len(y))], **{f"f{place}": X[:, place] for place in range(12)},
                      "label": said[np.where(wrong, 1 - y, y)]})
    return table, wrong, said[y]


def test_planted_errors_come_first_with_the_true_label_beside_them(tumours):
    table, wrong, true = tumours
    found = shall.suspects(data=table, target="label")
    rows = found.table["row"].to_numpy()
    assert found.rows == 569 and found.suspicious == len(rows)
    assert wrong[rows].sum() >= 0.7 * wrong.sum() and wrong[rows].mean() >= 0.75
    assert found.table["id"].to_pylist() == [f"t{row}" for row in rows]
    assert found.table["given"].to_pylist() == table["label"].take(found.table["row"]).to_pylist()
    hits = wrong[rows]
    assert (np.array(found.table["likelier"].to_pylist())[hits] == true[rows][hits]).all()
    chance = found.table["wrong"].to_numpy()
    assert (np.diff(chance) <= 0).all() and found.expected == pytest.approx(chance.sum())


def test_as_many_as_are_asked_for_with_columns_beside(tumours):
    table, wrong, _ = tumours
    found = shall.suspects(data=table, target="label", most=569, keep=["f3"])
    assert found.table.column_names == ["row", "id", "f3", "given", "likelier", "wrong", "suspicious"]
    score = np.empty(569)
    score[found.table["row"].to_numpy()] = found.table["wrong"].to_numpy()
    assert average_precision_score(wrong, score) > 0.8
    assert sum(found.table["suspicious"].to_pylist()) == found.suspicious


def test_rows_without_a_label_are_never_listed(tumours):
    table, _, _ = tumours
    holed = [None if row % 5 == 0 else value for row, value in enumerate(table["label"].to_pylist())]
    found = shall.suspects(data=table.set_column(table.column_names.index("label"), "label", pa.array(holed)),
                           target="label", most=569)
    assert found.rows == len(found.table) == 455 and not (found.table["row"].to_numpy() % 5 == 0).any()


def test_of_a_shall_file_the_training_rows(tumours, tmp_path):
    table, _, _ = tumours
    pq.write_table(table, tmp_path / "train.parquet")
    (tmp_path / "shall.toml").write_text('shall = 1\n[subject]\ntarget = "label"\npositive = "benign"\n[data]\n'
                                         'train = "train.parquet"\n[requirements]\na = "accuracy >= 0.5"\n')
    found = shall.suspects(tmp_path / "shall.toml")
    assert found.table.to_pylist() == shall.suspects(data=table, target="label").table.to_pylist()
    found.write(tmp_path / "again.csv")
    assert csv.read_csv(tmp_path / "again.csv").num_rows == len(found.table)
    plain = found.described()
    assert len(plain["labels"]) == found.suspicious and plain["labels"][0]["given"] in ("benign", "malignant")


@pytest.mark.slow
def test_digits_with_a_twentieth_of_wrong_labels():
    """MNIST: the ranking has an average precision of 0.89 at least, and at a recall of 0.88 a precision of 0.75."""
    made = planted.wrong_labels("mnist", 0.05, 20)
    found = shall.suspects(data=made.table, target="label", most=5000).table
    hits = np.cumsum(made.wrong[found["row"].to_numpy()])
    place = int(np.searchsorted(hits, 0.88 * made.wrong.sum()))
    assert average_precision_score(made.wrong[found["row"].to_numpy()], found["wrong"].to_numpy()) >= 0.89
    assert hits[place] / (place + 1) >= 0.75


def overlapping() -> pa.Table:
    """Classes that overlap everywhere: a label of 1 has a chance of 0.3 to 0.7."""
    chance = np.random.default_rng(0)
    x = chance.random(2000)
    return pa.table({"x": x, "label": (chance.random(2000) < 0.3 + 0.4 * x).astype(int)})


def test_overlap_is_told():
    found = shall.suspects(data=overlapping(), target="label", most=10)
    assert found.suspicious > 200 and "hard rows are among them" in found.notes[0] and len(found.table) == 10


@pytest.mark.parametrize(("rows", "said"), [
    ({"x": list(range(40)), "label": [0, 1] * 20}, "need 100 rows"),
    ({"label": [0, 1] * 200}, "no column is left to learn from"),
    ({"x": list(range(400)), "label": [number / 7 for number in range(400)]}, "a number of many values"),
])
def test_what_has_no_answer(rows, said):
    with pytest.raises(DataError, match=said):
        shall.suspects(data=pa.table(rows), target="label")


def test_what_cannot_be_asked(tumours):
    table, _, _ = tumours
    with pytest.raises(InputError, match="no column size to keep"):
        shall.suspects(data=table, target="label", keep=["size"])
    with pytest.raises(InputError, match="the column given cannot be kept"):
        shall.suspects(data=table.rename_columns(["given" if name == "f0" else name for name in table.column_names]),
                       target="label", keep=["given"])
    with pytest.raises(InputError, match="names no rows"):
        shall.suspects({"requirements": {"a": "accuracy >= 0.5"}})
    with pytest.raises(InputError, match="has no column label, which is to be the label; there are id"):
        shall.suspects(data=table.drop_columns(["label"]), target="label")


def test_dates_become_text_in_plain_data(tumours):
    table, _, _ = tumours
    table = table.append_column("day", pa.array([datetime.date(2026, 1, 1)] * 569))
    found = shall.suspects(data=table, target="label", most=1, keep=["day"]).described()
    assert found["labels"][0]["day"] == "2026-01-01"


@pytest.mark.parametrize("rows", [overlapping, None])
def test_so_many_are_the_first_of_the_same_ranking(tumours, rows):
    table = rows() if rows else tumours[0]
    usual = shall.suspects(data=table, target="label").table
    short, whole = (shall.suspects(data=table, target="label", most=most).table for most in (3, len(table)))
    assert short.to_pylist() == usual.to_pylist()[:3] and whole.to_pylist()[:len(usual)] == usual.to_pylist()
    flags, wrong = whole["suspicious"].to_numpy(), whole["wrong"].to_numpy()
    assert flags[:len(usual)].all() and not flags[len(usual):].any()
    assert (np.diff(wrong[:len(usual)]) <= 0).all() and (np.diff(wrong[len(usual):]) <= 0).all()


def test_of_labels_that_were_tossed_nothing_is_said():
    chance = np.random.default_rng(0)
    rows = pa.table({**{f"x{place}": chance.normal(size=2000) for place in range(4)},
                     "label": chance.integers(0, 2, 2000)})
    with pytest.raises(DataError, match="do not tell the classes apart, so nothing can be said of single labels"):
        shall.suspects(data=rows, target="label")
    found = shall.check({"subject": {"kind": "dataset", "target": "label"},
                         "requirements": {"labels": "label_noise <= 5%"}}, rows, record=False)
    assert found.verdicts[0].verdict.value == "undecided"
    assert any("do not tell the classes apart" in note for note in found.notes)


def test_weak_columns_still_tell():
    """Whether someone is arrested again is hard to tell, and can be told."""
    found = shall.suspects(data=fetch("compas") / "compas.parquet", target="two_year_recid")
    assert found.rows == 7214 and found.suspicious > 100


def test_an_empty_log_and_a_target_that_is_not_there(tumours, tmp_path):
    table, _, _ = tumours
    with pytest.raises(DataError, match="the log is empty"):
        shall.suspects(data=table.slice(0, 0), target="label")
    (tmp_path / "rows.csv").write_text("x,label\n")
    with pytest.raises(DataError, match="the log is empty"):
        shall.suspects(data=tmp_path / "rows.csv", target="label")
    with pytest.raises(InputError, match=r"no column nope, .* there are id, f0, f1"):
        shall.suspects(data=table, target="nope")
    with pytest.raises(InputError, match="no column nope") as error:
        shall.suspects({"subject": {"kind": "dataset", "target": "nope"},
                        "requirements": {"a": "label_noise <= 5%"}}, table)
    assert "[subject] target = \"…\"" not in str(error.value)


def test_what_is_being_done_is_told(tumours):
    told = []
    shall.suspects(data=tumours[0], target="label", progress=lambda what, done: told.append((what, done)))
    assert sum(done for _, done in told) == 5 and "learning" in told[0][0]
