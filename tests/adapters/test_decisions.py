"""A log of decisions in service is read as it lies there: by check, by watch, while it is written."""

from __future__ import annotations

import datetime
import random
import threading
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import shall
from shall.adapters import open_log as read_log
from shall.adapters.decisions import LoggedDecisions
from shall.core.decisions import Field, Label, Record
from shall.core.errors import DataError
from shall.stores.decisions import DecisionLog, Sampling, open_log

FIELDS = (Field("sex", "text"), Field("decision", "text"), Field("score", "number"))
DAY = 86_400_000_000
BEGIN = int(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC).timestamp() * 1e6)
FILE = {"subject": {"target": "label", "positive": "1"},
        "columns": {"id": "id", "time": "time", "decision": "decision", "score": "score"}, "groups": {"sex": "sex"},
        "requirements": {"good": "accuracy >= 0.5", "fair": "difference of selection_rate over sex <= 0.3"}}


def decide(log: DecisionLog, number: int, chance: random.Random) -> list[Record]:
    """So many decisions, over thirty days."""
    records = []
    for place in range(number):
        score = chance.random()
        records.append(Record(log.next_id(), BEGIN + place * 30 * DAY // number, "", "income@7", "ab" * 32, "live",
                              (chance.choice("FM"), str(int(score > 0.5)), score)))
    for start in range(0, number, 100):
        log.write(records[start:start + 100])
    return records


def labels_of(records: list[Record], chance: random.Random) -> list[Label]:
    """What turned out to be true: mostly what was decided."""
    return [Label(one.id, str(int(chance.random() < one.values[2])), one.time + DAY) for one in records]


@pytest.fixture
def served(tmp_path: Path) -> tuple[Path, list[Record], list[Label]]:
    """A log with sealed segments, rows in a journal, and labels of which some are corrections."""
    chance, folder = random.Random(7), tmp_path / "decisions" / "income"
    log = open_log(folder, FIELDS, rows_a_segment=800)
    records = decide(log, 3000, chance)
    labels = labels_of(records, chance)
    wrong = [one._replace(label="0") for one in labels[:500]]
    chance.shuffle(wrong)
    for start in range(0, 500, 50):
        log.write_labels(wrong[start:start + 50])
    log.write_labels(labels)
    assert any(folder.glob("*.journal")) and any(folder.glob("*.parquet"))
    return folder, records, labels


def test_check_of_a_log_is_check_of_its_rows(served: tuple[Path, list[Record], list[Label]], tmp_path: Path) -> None:
    folder, records, labels = served
    found = shall.check(FILE, folder, labels=folder / "labels", record=False)
    rows = pa.table({"id": [one.id for one in records], "time": pa.array([one.time for one in records],
                                                                         pa.timestamp("us", "UTC")),
                     **{field.name: [one.values[place] for one in records] for place, field in enumerate(FIELDS)},
                     "label": [one.label for one in labels]})
    plain = shall.check(FILE, rows, record=False)
    assert found.verdicts == plain.verdicts and len(found.verdicts) == 2 and found.rows == 3000


def test_watch_of_a_log_goes_by_its_times(served: tuple[Path, list[Record], list[Label]]) -> None:
    folder, _, _ = served
    report = shall.watch(FILE, folder, labels=folder / "labels", window="10 days")
    assert [window.rows for window in report.windows] == [600, 1000, 1000, 400]     # since 1970


def test_weights_of_a_sample_count(tmp_path: Path) -> None:
    chance, folder = random.Random(8), tmp_path / "income"
    with open_log(folder, FIELDS, sample=Sampling(0.1, (("decision", "1"),))) as log:
        decide(log, 20_000, chance)
    columns = {"decision": "decision", "weight": "weight"}
    file = {"subject": {"target": "label", "positive": "1"}, "requirements": {"half": "selection_rate >= 0.47"}}
    weighted, = shall.check({**file, "columns": columns}, folder, record=False).verdicts
    said = wide(folder)["decision"].cast(pa.string()).to_pylist()
    ones, kept = said.count("1"), said.count("0")                   # all of these, and one of ten of those
    assert weighted.deciding.value == pytest.approx(ones / (ones + 10 * kept))
    assert 10 * kept == pytest.approx(20_000 - ones, abs=1500)      # five standard errors: ids are drawn anew each time
    plain, = shall.check({**file, "columns": {"decision": "decision"}}, wide(folder), record=False).verdicts
    assert plain.deciding.value > 0.85


def wide(folder: Path) -> pa.Table:
    """The rows without their weights."""
    return pa.Table.from_batches(read_log(folder).batches(["decision", "score"]))


def test_it_is_read_while_others_write(tmp_path: Path) -> None:
    folder, stop = tmp_path / "income", threading.Event()
    open_log(folder, FIELDS).close()

    def write() -> None:
        with open_log(folder, FIELDS, rows_a_segment=50) as log:
            while not stop.is_set():
                decide(log, 20, random.Random(1))

    writers = [threading.Thread(target=write) for _ in range(2)]
    for writer in writers:
        writer.start()
    seen = 0
    try:
        while seen < 1000:
            log = read_log(folder)
            ids = [name for batch in log.batches(["id"]) for name in batch.column(0).to_pylist()]
            assert len(set(ids)) == len(ids) >= seen
            seen = len(ids)
    finally:
        stop.set()
        for writer in writers:
            writer.join()


def test_rows_that_were_let_go_meanwhile_are_an_error(served: tuple[Path, list[Record], list[Label]]) -> None:
    folder, _, _ = served
    log = read_log(folder)
    (folder / "w1-00000001.parquet").unlink()
    with pytest.raises(DataError, match="was let go while"):
        [*log.batches(["id"])]
    with pytest.raises(DataError, match="was let go while"):
        log.digest()


def test_the_digest_tells_one_content_from_another(served: tuple[Path, list[Record], list[Label]]) -> None:
    folder, _, _ = served
    before = read_log(folder).digest()
    assert read_log(folder).digest() == before
    with open_log(folder, FIELDS) as log:
        decide(log, 1, random.Random(2))
        assert read_log(folder).digest() != before


def test_columns_come_in_the_order_that_was_asked(served: tuple[Path, list[Record], list[Label]]) -> None:
    log = read_log(served[0])
    assert [batch.schema.names for batch in log.batches(["score", "id"])] == [["score", "id"]] * 4
    assert sum(batch.num_rows for batch in log.batches([])) == 3000
    with pytest.raises(DataError, match="has no column age"):
        [*log.batches(["age"])]


def test_a_folder_of_parquet_with_another_marker_is_a_folder_of_parquet(tmp_path: Path) -> None:
    (tmp_path / "log.json").write_text('{"what": "ever"}')
    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    assert read_log(tmp_path).schema.names == ["a"]


def test_types_of_the_file_are_held(served: tuple[Path, list[Record], list[Label]]) -> None:
    assert read_log(served[0], {"score": "number", "time": "timestamp", "sex": "string"})
    with pytest.raises(DataError, match="column score"):
        read_log(served[0], {"score": "string"})


def test_what_says_how_a_row_was_answered_is_left_out_unless_it_is_named(tmp_path: Path) -> None:
    fields = (Field("age", "number"), Field("code", "number"), Field("decision_code", "text"), Field("why", "text"))
    with open_log(tmp_path / "log", fields) as log:
        log.write([Record(log.next_id(), BEGIN, "", "income@7", "", "live", (30.0, 5.0, "answered", None))])
    found = read_log(tmp_path / "log")
    assert isinstance(found, LoggedDecisions)
    assert found.about_rows().schema.names == ["id", "time", "age", "code"]
    named = found.about_rows(["model", "why"])
    assert named.schema.names == ["id", "time", "model", "age", "code", "why"]
    assert next(iter(named.batches(["model", "age"]))).to_pylist() == [{"model": "income@7", "age": 30.0}]
    assert "request" in found.schema.names and found.weight() == ""


def test_a_sampled_log_has_weights(tmp_path: Path) -> None:
    with open_log(tmp_path / "log", FIELDS, sample=Sampling(0.5)) as log:
        decide(log, 400, random.Random(1))
    found = read_log(tmp_path / "log")
    assert isinstance(found, LoggedDecisions) and found.weight() == "weight"


def test_nothing_is_said_of_a_segment_that_was_changed(served: tuple[Path, list[Record], list[Label]]) -> None:
    folder, _, _ = served
    path = sorted(folder.glob("*.parquet"))[0]
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(DataError, match=r"was changed after it was sealed.*shall log verify|cannot be read"):
        shall.check(FILE, folder, labels=folder / "labels", record=False)


def test_nothing_is_said_of_a_log_whose_chain_was_changed(served: tuple[Path, list[Record], list[Label]]) -> None:
    folder, _, _ = served
    path = next(folder.glob("*.chain"))
    path.write_bytes(path.read_bytes().replace(b'"rows":800', b'"rows":799', 1))
    with pytest.raises(DataError, match="was changed after it was written"):
        shall.check(FILE, folder, record=False)
