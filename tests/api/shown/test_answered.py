"""Rows in service up to a moment: read on from where the last look stopped, as the log and its labels have them."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from shall import spec
from shall.adapters import open_log
from shall.api.shown import answered
from shall.api.shown.answered import Answering
from tests.api.shown import answering


@pytest.fixture
def served(tmp_path: Path):
    one = answering.serving(tmp_path, "7", serve=answering.packed.SERVE.replace(
        ', 8 = "8.zip", 9 = "9.zip"', ""))
    yield one
    one.close()


def looking(served, most: int = answered.MOST, text: str = answering.SPEC) -> Answering:
    folder, file = Path(served.file.log.folder) / "decisions" / "loans", spec.loads(text, "shall.toml")
    return Answering(folder, "loans@7", file, folder / "labels", most)


def ids(found) -> list[str]:
    assert len(found.ids) == found.log.rows
    return found.ids.to_pylist()


def test_each_look_reads_on_and_finds_new_labels(served):
    look = looking(served)
    empty = look.look()
    assert empty.until is None and empty.log.rows == 0 and "no row yet" in empty.words("loans@7")
    first = answering.answer(served, answering.rows_of(30))
    found = look.look()
    assert ids(found) == [one.id for one in first] and found.labelled == 0
    second = answering.answer(served, answering.rows_of(20, 2))
    answering.label(served, [*first[:5], second[0]], ["yes"] * 3 + ["no"] * 3)
    found = look.look()
    assert ids(found) == [one.id for one in [*first, *second]] and found.labelled == 6
    assert found.log.table.column("paid").to_pylist()[:6] == ["yes", "yes", "yes", "no", "no", None]
    assert found.words("loans@7").startswith("50 rows that loans@7 answered, up to 20")
    assert "6 of them had a label then" in found.words("loans@7")


def test_it_is_what_the_log_says(served):
    look = looking(served)
    for seed in range(4):
        answering.answer(served, answering.rows_of(10, seed))
        look.look()
    table = look.look().log.table
    log = open_log(Path(served.file.log.folder) / "decisions" / "loans")
    whole = pa.Table.from_batches(log.batches(log.schema.names))
    for name in ("id", "age", "pay", "city", "sex", "decision", "score"):
        assert table.column(name).to_pylist() == whole.column(name).to_pylist(), name
    assert "model" not in table.column_names, "how a row was answered is no feature of it"


def test_only_the_newest_rows_are_held(served):
    look = looking(served, most=25)
    every = [one.id for seed in range(5) for one in answering.answer(served, answering.rows_of(20, seed))]
    found = look.look()
    assert ids(found) == every and not found.older, "one piece is read whole"
    answered_then = [one.id for one in answering.answer(served, answering.rows_of(20, 9))]
    found = look.look()
    assert ids(found)[-20:] == answered_then
    assert found.spread(7).table.column("id").to_pylist() == ids(found)[::-(-found.log.rows // 7)]
    assert found.spread(10**6) is found.log


def test_rows_that_were_let_go_of_are_shown_no_more(tmp_path):
    serve = answering.packed.SERVE + "[log]\nrows = 10\n"
    served = answering.serving(tmp_path, serve=serve)
    look = looking(served)
    for seed in range(6):
        answering.answer(served, answering.rows_of(10, seed))
    served.close()                          # what was under way is sealed
    found = look.look()
    segments = sorted((tmp_path / "decisions" / "loans").glob("w1-*.parquet"))
    assert found.log.rows == 60 and len(segments) > 2
    gone = open_log(segments[0])
    lost = {*pa.Table.from_batches(gone.batches(["id"])).column("id").to_pylist()}
    segments[0].unlink()
    left = look.look()
    assert {*ids(found)} - {*ids(left)} == lost and left.log.rows == 60 - len(lost)


def test_what_nobody_logged_is_missing_and_told(served):
    answering.answer(served, answering.rows_of(10))
    found = looking(served, text=answering.SPEC.replace("[groups]\n", "[groups]\nnever = \"never\"\n")).look()
    assert found.missing == ("never",) and "not logged: never" in found.words("loans@7")
    assert found.log.table.column("never").null_count == 10


def test_a_file_that_names_its_own_id_and_time_has_those_alone(served):
    answering.answer(served, answering.rows_of(5))
    text = answering.SPEC.replace("[columns]\n", '[columns]\nid = "customer"\ntime = "day"\n').replace(
        'unit = "customer"\n', "")
    found = looking(served, text=text).look()
    names = found.log.table.column_names
    assert "customer" in names and "day" in names and not {"id", "time"} & {*names}, "they are no features of a row"
    assert len({*ids(found)}) == 5
