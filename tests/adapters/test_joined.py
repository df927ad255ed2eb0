"""Labels from a second log."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
import pytest

from shall.adapters import is_label_log, open_log, with_labels, with_late_labels
from shall.core.errors import DataError

LOG = pa.table({"id": [4, 1, 2, 3, None], "score": [0.4, 0.1, 0.2, 0.3, 0.5]})


def joined(labels: dict[str, Any], log: pa.Table = LOG) -> tuple[list[Any], str]:
    found, note = with_labels(open_log(log), open_log(pa.table(labels)), "id", "label")
    table = pa.Table.from_batches(found.batches(["label", "score"]))
    assert table.column("score").to_pylist() == log.column("score").to_pylist()
    return table.column("label").to_pylist(), note


def test_rows_keep_their_order_and_unlabelled_ones_stay_unknown() -> None:
    labels, note = joined({"id": [1, 4, 9, None], "label": [0, 1, 1, 1]})
    assert labels == [1, 0, None, None, None]
    assert note == "labels of the frame, joined by id: 2 of 5 rows have one; 1 labels belong to no row"


def test_the_same_label_twice_is_one_label() -> None:
    assert joined({"id": [1, 1, 2, 2], "label": [0, 0, 1, None]})[0] == [None, 0, 1, None, None]


def test_two_labels_of_one_id_are_an_error() -> None:
    with pytest.raises(DataError, match="1 ids have more than one label, for example id = 2: write the files"):
        joined({"id": [1, 2, 2], "label": [0, 0, 1]})


def test_repeated_rows_are_told() -> None:
    log = pa.table({"id": [1, 1, 2], "score": [0.1, 0.2, 0.3]})
    labels, note = joined({"id": [1], "label": [1]}, log)
    assert labels == [1, 1, None]
    assert note.endswith("1 rows repeat the id of another")


@pytest.mark.parametrize("kind", [pa.int32(), pa.float64(), pa.uint8()])
def test_whole_numbers_of_any_type_meet(kind: pa.DataType) -> None:
    assert joined({"id": pa.array([1, 4], kind), "label": ["no", "yes"]})[0] == ["yes", "no", None, None, None]


def test_text_meets_text_however_it_is_stored() -> None:
    log = LOG.set_column(0, "id", pa.array(["d", "a", "b", "c", None]).dictionary_encode())
    assert joined({"id": pa.array(["a"], pa.large_string()), "label": [True]}, log)[0] == [None, True, None, None, None]


def test_ids_of_different_kinds_are_an_error() -> None:
    with pytest.raises(DataError, match="id is int64 in the frame and string in the frame"):
        joined({"id": ["1"], "label": [1]})
    with pytest.raises(DataError, match="an id is text or a whole number"):
        joined({"id": [0.5], "label": [1]})


def test_columns_that_are_not_there_or_twice_there() -> None:
    with pytest.raises(DataError, match="has no column label"):
        joined({"id": [1], "outcome": [1]})
    with pytest.raises(DataError, match="has a column label already"):
        joined({"id": [1], "label": [1]}, LOG.append_column("label", [[1] * 5]))


def test_no_labels_at_all() -> None:
    assert joined({"id": pa.array([], pa.int64()), "label": pa.array([], pa.int64())})[0] == [None] * 5


def test_a_log_in_files_is_read_in_pieces(tmp_path: Any) -> None:
    many = pa.table({"id": range(1000), "score": [0.5] * 1000})
    for part in range(4):
        pq.write_table(many.slice(part * 250, 250), tmp_path / f"{part}.parquet", row_group_size=100)
    labels = pa.table({"id": list(reversed(range(1000))), "label": [1 - number % 2 for number in range(1000)]})
    log, _ = with_labels(open_log(tmp_path), open_log(labels), "id", "label")
    assert pa.Table.from_batches(log.batches(["label"])).column("label").to_pylist() == [n % 2 for n in range(1000)]
    assert log.digest() != open_log(tmp_path).digest()
    pq.write_table(many.slice(0, 10), tmp_path / "4.parquet")
    again, _ = with_labels(open_log(tmp_path), open_log(labels), "id", "label")
    pq.write_table(many.slice(0, 20), tmp_path / "4.parquet")
    with pytest.raises(DataError, match="was changed while it was read"):
        list(again.batches(["label"]))


def test_labels_in_any_order_over_many_batches(tmp_path: Path) -> None:
    ids = np.random.default_rng(0).permutation(50_000)
    pq.write_table(pa.table({"id": np.arange(40_000), "score": np.arange(40_000) / 50_000}), tmp_path / "log.parquet",
                   row_group_size=7_000)
    for name, write in (("labels.parquet", pq.write_table), ("labels.csv", pa.csv.write_csv)):
        write(pa.table({"id": ids, "label": ids % 7}), tmp_path / name)
        found, note = with_labels(open_log(tmp_path / "log.parquet"), open_log(tmp_path / name), "id", "label")
        table = pa.Table.from_batches(found.batches(["id", "label"]))
        assert table.column("label").to_pylist() == [n % 7 for n in range(40_000)]
        assert note.endswith("40,000 of 40,000 rows have one; 10,000 labels belong to no row")


def test_ids_of_two_csv_files_meet_when_they_are_declared(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("id,score\n00501,0.5\n10001,0.2\n")
    (tmp_path / "labels.csv").write_text("id,label\n10001,1\n20002,0\n")
    logs = [open_log(tmp_path / name) for name in ("log.csv", "labels.csv")]
    with pytest.raises(DataError, match=r"id is string in .*log.csv and int64 in .*labels.csv"):
        with_labels(*logs, "id", "label")
    logs = [open_log(tmp_path / name, {"id": "string"}) for name in ("log.csv", "labels.csv")]
    found, _ = with_labels(*logs, "id", "label")
    assert pa.Table.from_batches(found.batches(["label"])).column("label").to_pylist() == [None, 1]


def test_labels_that_were_sent_to_a_service_name_decisions_by_their_evidence() -> None:
    late = open_log(pa.table({"id": ["e2", "e1"], "label": ["yes", "no"], "time": [1, 2], "source": ["me", "me"]}))
    assert is_label_log(late) and not is_label_log(open_log(LOG))
    for own, log in (("id", {"id": ["e1", "e2", "e3"]}),
                     ("decision_id", {"id": ["a", "b", "c"], "decision_id": ["e1", "e2", "e3"]})):
        found, note = with_late_labels(open_log(pa.table(log)), late, "paid")
        table = pa.Table.from_batches(found.batches(["paid"]))
        assert table.column("paid").to_pylist() == ["no", "yes", None] and f"joined by {own}: 2 of 3" in note
    with pytest.raises(DataError, match="no column"):
        with_late_labels(open_log(pa.table({"a": [1]})), late, "paid")
