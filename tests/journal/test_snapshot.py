"""A folder that is looked at again and again: its journals are read on, and say what they say read anew."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from shall.core.decisions import Field, Label, Record
from shall.core.errors import StoreError
from shall.journal import rows
from shall.journal.snapshot import CHUNKS, Snapshot, taken
from shall.stores.decisions import DecisionLog, open_log

FIELDS = (Field("pay", "number"), Field("sex", "text"))
VALUES = (None, 3, 2.5, "a text", 2**53 + 1)    # the last two: no number, and none that is whole beside a fraction


def write(log: DecisionLog, *pays: Any) -> None:
    """One group of decisions."""
    log.write([Record(log.next_id(), 7, "", "m@1", "ab", "live", (pay, "f")) for pay in pays])


def same(one: Snapshot, other: Snapshot) -> bool:
    """Whether two say the same, to the last bit."""
    return [(each.part, each.digest, each.rows, each.end, each.check, each.schema, each.table) for each in one.pieces
            ] == [(each.part, each.digest, each.rows, each.end, each.check, each.schema, each.table)
                  for each in other.pieces]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_read_on_is_what_is_read_anew(tmp_path: Path, seed: int) -> None:
    chance, seen = random.Random(seed), None
    with open_log(tmp_path / "log", FIELDS, rows_a_segment=400) as log:
        for _ in range(CHUNKS + 10):
            write(log, *chance.choices(VALUES[:chance.choice([2, 3, 4, 4, 5])], k=chance.randint(1, 15)))
            if chance.random() < 0.8:
                seen = taken(tmp_path / "log", before=seen)
                assert same(seen, taken(tmp_path / "log"))


def test_a_whole_number_that_is_no_float_is_rounded_beside_fractions(tmp_path: Path) -> None:
    """However many rows lie between: they are made columns of some at a time."""
    with open_log(tmp_path / "log", FIELDS) as log:
        write(log, *[2**53 + 1] * rows.AT_A_TIME)
        seen = taken(tmp_path / "log")
        write(log, 0.5)
        for before in (seen, None):
            (piece,) = taken(tmp_path / "log", before=before).pieces
            assert piece.table is not None
            assert {*piece.table.column("pay").to_pylist()} == {float(2**53 + 1), 0.5}
    (piece,) = taken(tmp_path / "log").pieces
    assert piece.part.sealed and piece.rows == rows.AT_A_TIME + 1


def test_each_frame_of_a_journal_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    made = rows.table_of

    def counted(kind: str, fields: Any, frames: Any) -> Any:
        read.append(sum(frame.rows for frame in frames))
        return made(kind, fields, frames)

    monkeypatch.setattr(rows, "table_of", counted)
    seen = None
    with open_log(tmp_path / "log", FIELDS) as log:
        for number in range(1, 6):
            write(log, *range(number))
            log.write_labels([Label("x", True, 7)])
            seen = taken(tmp_path / "log", before=seen)
            assert taken(tmp_path / "log", before=seen).pieces[0].table is seen.pieces[0].table
        labels = taken(tmp_path / "log" / "labels")
        assert taken(tmp_path / "log" / "labels", before=labels).pieces == labels.pieces and labels.pieces[0].rows == 5
        assert read == [1, 2, 3, 4, 5, 5]


def test_what_was_changed_since_it_was_read_is_told(tmp_path: Path) -> None:
    with open_log(tmp_path / "log", FIELDS) as log:
        write(log, 1, 2)
        write(log, 3)
        seen = taken(tmp_path / "log")
        write(log, 4)
        (journal,) = (tmp_path / "log").glob("*.journal")
        whole = journal.read_bytes()
        for place in range(0, seen.pieces[0].end, 7):
            journal.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1:])
            with pytest.raises(StoreError, match="is damaged at byte"):
                taken(tmp_path / "log", before=seen)
        journal.write_bytes(whole)


def test_an_end_that_was_torn_or_cut_is_read_as_it_is(tmp_path: Path) -> None:
    with open_log(tmp_path / "log", FIELDS) as log:
        write(log, 1, 2)
        first = taken(tmp_path / "log")
        write(log, 3)
        seen = taken(tmp_path / "log")
        (journal,) = (tmp_path / "log").glob("*.journal")
        whole = journal.read_bytes()
        for end in range(first.pieces[0].end, len(whole)):
            journal.write_bytes(whole[:end])
            for before in (first, seen):
                found = taken(tmp_path / "log", before=before)
                assert same(found, first)
                journal.write_bytes(whole)
                assert same(taken(tmp_path / "log", before=found), seen)
                journal.write_bytes(whole[:end])
        journal.write_bytes(whole)
