"""Labels that come later: late, out of order, corrected, by id or by request, from files and tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shall.adapters import open_log as read_log
from shall.adapters import with_labels
from shall.core.decisions import Field, Label, Record
from shall.core.errors import DataError
from shall.stores.decisions import DecisionLog, Read, labels_from, open_log, verify

FIELDS = (Field("decision", "text"),)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "income"


def decided(log: DecisionLog, request: str = "") -> str:
    one = Record(log.next_id(), 1_800_000_000_000_000, request, "income@7", "ab" * 32, "live", ("1",))
    log.write([one])
    return one.id


def label(decision: str, said: Any, time: int = 1, source: str = "") -> Label:
    return Label(decision, said, time, source)


def known(folder: Path) -> dict[str, Any]:
    """The label of each decision."""
    log = read_log(folder / "labels")
    table = pa.Table.from_batches(log.batches(log.schema.names), log.schema)
    found = dict(zip(table.column("id").to_pylist(), table.column("label").to_pylist(), strict=True))
    assert len(found) == len(table)
    return found


def test_the_latest_by_the_order_of_the_log_wins(folder: Path) -> None:
    with open_log(folder, FIELDS, rows_a_segment=2) as log:
        one, other = decided(log), decided(log)
        for said, time in (("0", 30), ("1", 20), ("0", 10), ("1", 5)):
            log.write_labels([label(one, said, time)])
        log.write_labels([label(other, "0"), label(other, "1"), label("nobody", "1")])
        assert known(folder) == {one: "1", other: "1", "nobody": "1"}
    assert known(folder) == {one: "1", other: "1", "nobody": "1"}
    assert verify(folder).labels == 7


def test_a_correction_by_another_process_wins_too(folder: Path) -> None:
    with open_log(folder, FIELDS) as one, open_log(folder, FIELDS) as other:
        decision = decided(one)
        for number in range(10):
            (one, other)[number % 2].write_labels([label(decision, float(number), time=-number)])
            assert known(folder) == {decision: float(number)}
    with open_log(folder, FIELDS) as log:
        log.write_labels([label(decision, 99.0)])
    assert known(folder) == {decision: 99.0}


def test_the_order_goes_on_where_its_file_was_lost(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        decision = decided(log)
        log.write_labels([label(decision, "0")] * 5)
    (folder / "labels" / "order").unlink()
    with open_log(folder, FIELDS) as log:
        log.write_labels([label(decision, "1")])
    assert known(folder) == {decision: "1"}
    verify(folder)


@pytest.mark.parametrize(("said", "read"), [
    ([True, False], [True, False]), ([1, 0.5], [1.0, 0.5]), (["a", "b"], ["a", "b"]), ([1, "b"], ["1", "b"]),
    ([True, "b"], ["true", "b"]), ([0.5, False], ["0.5", "false"]),
])
def test_labels_are_of_one_kind_where_all_are(folder: Path, said: list[Any], read: list[Any]) -> None:
    with open_log(folder, FIELDS) as log:
        log.write_labels([label(f"d{place}", one) for place, one in enumerate(said)])
    assert [*known(folder).values()] == read


def test_a_label_may_name_the_request(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        one = decided(log, "r1")
        several = [Record(log.next_id(), 0, "batch", "income@7", "ab" * 32, "live", ("1",)) for _ in range(3)]
        log.write(several)
        log.write_labels([label("r1", "0"), label(one, "1"), label("batch#1", "0"), label("batch", "1")])
        expected = {one: "1", several[1].id: "0", "batch": "1"}
        assert known(folder) == expected
    assert known(folder) == expected
    joined, note = with_labels(read_log(folder), read_log(folder / "labels"), "id", "label")
    assert "2 of 4 rows have one; 1 labels belong to no row" in note
    assert pa.Table.from_batches(joined.batches(["label"])).column(0).to_pylist() == ["1", None, "0", None]


def test_labels_come_before_their_decision_is_read(folder: Path) -> None:
    with open_log(folder, FIELDS) as log:
        log.write_labels([label("later", "1")])
        assert known(folder) == {"later": "1"}
        decided(log, "later")
        assert [*known(folder)] != ["later"]


@pytest.mark.parametrize("wrong", [label("", "1"), label("d", float("nan")), label("d", None), label(None, "1"),
                                   label("d", ["1"])])
def test_what_is_no_label_is_refused(folder: Path, wrong: Label) -> None:
    with open_log(folder, FIELDS) as log, pytest.raises(DataError, match="label 1"):
        log.write_labels([label("d", "1"), wrong])
    assert not (folder / "labels").exists()


def test_labels_from_any_log(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "outcomes.csv").write_text("case,paid,on\na,yes,2026-11-21T10:00:00Z\n,no,2026-11-21T10:00:00Z\n"
                                           "b,,2026-11-21T10:00:00Z\nc,no,\n")
    several = [*labels_from(read_log(tmp_path / "outcomes.csv"), now=7, on="case", label="paid", time="on",
                            source="bank")]
    assert several == [Read([Label("a", "yes", 1_795_255_200_000_000, "bank"), Label("c", "no", 7, "bank")],
                            rows=[0, 3], nameless=[1], unsaid=[2])]
    table = pa.table({"id": [1, 2, None], "label": [1.0, None, 0.0]})
    assert [*labels_from(read_log(table), now=7)] == [Read([Label("1", 1.0, 7)], [0], [2], [1])]
    with open_log(folder, FIELDS) as log:
        for some in several:
            log.write_labels(some.labels)
    assert known(folder) == {"a": "yes", "c": "no"}


def test_a_log_without_ids_or_times_is_refused() -> None:
    table = pa.table({"id": ["a"], "label": ["1"], "when": ["soon"], "real": [1.5]})
    with pytest.raises(DataError, match="has no column case"):
        [*labels_from(read_log(table), now=7, on="case")]
    with pytest.raises(DataError, match="an id is text or a whole number"):
        [*labels_from(read_log(table), now=7, on="real")]
    with pytest.raises(DataError, match="no time"):
        [*labels_from(read_log(table), now=7, time="when")]
