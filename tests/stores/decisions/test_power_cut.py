"""K3: the power goes at any moment. What was acknowledged is there, the log opens and goes on, the chain verifies."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from shall.adapters import open_log as read_log
from shall.core.decisions import Field, Label, Record
from shall.journal import chain
from shall.journal.layout import chain_at, marked, writers
from shall.stores.decisions import DecisionLog, open_log, verify
from tests.stores.decisions.power import Recorder, image, unsynced

FIELDS = (Field("age", "number"), Field("text", "text"))
SEED = random.randrange(2**32)
DAY = 86_400_000_000


def record(log: DecisionLog, number: int) -> Record:
    values = (number, "x" * (number * 37 % 900))
    return Record(log.next_id(), number * DAY, f"r{number}", "income@7", "ab" * 32, "live", values)


def service(root: Path, recorder: Recorder, chance: random.Random) -> None:
    """Some days of a service that is started again now and then, and has two processes at times."""
    folder, day, number = root / "income", 0, 0

    def told(what: str, name: Any) -> Any:
        return lambda problem: recorder.say(what, name) if problem is None else None

    def clock() -> int:
        return day * DAY

    for _ in range(4):
        logs = [open_log(folder, FIELDS, clock=clock, rows_a_segment=7, keep_days=25.0)
                for _ in range(chance.choice((1, 1, 2)))]
        for _ in range(chance.randint(3, 12)):
            log = chance.choice(logs)
            for _ in range(chance.randint(1, 4)):
                number += 1
                log.submit([record(log, number)], told("decided", number))
            if chance.random() < 0.3:
                log.label([Label(f"r{number}", f"{number}", day)], told("labelled", (f"r{number}", f"{number}")))
            day += 1
        for log in logs:
            log.close()


def check(folder: Path, events: list[tuple[Any, ...]]) -> str:
    """What was acknowledged before the power went, held against what is there after."""
    if not (folder / "log.json").exists():
        assert not any(event[0] in ("decided", "labelled") for event in events)
        return "nothing yet"
    with open_log(folder, FIELDS, rows_a_segment=7) as log:
        notes = log.notes
        assert not any("left as it is" in note for note in notes), notes
        log.write([record(log, 10**6)])
        log.write_labels([Label("r1000000", "1", 0)])
    head = verify(folder)
    found = pa.Table.from_batches(read_log(folder).batches(["request", "age", "text"])).to_pylist()
    ages = [int(row["age"]) for row in found]
    assert len(set(ages)) == len(ages) == head.rows
    assert all(row["request"] == f"r{int(row['age'])}" and row["text"] == "x" * (int(row["age"]) * 37 % 900)
               for row in found)
    acknowledged = {event[1] for event in events if event[0] == "decided"}
    assert head.removed or acknowledged <= {*ages}
    assert max(acknowledged, default=0) in {0, *ages}
    _check_labels(folder, events)
    return "torn" if notes else "whole"


def _check_labels(folder: Path, events: list[tuple[Any, ...]]) -> None:
    labels_at = folder / "labels"
    labels = read_log(labels_at)
    known = pa.Table.from_batches(labels.batches(["label"]), pa.schema([labels.schema.field("label")])).column(0)
    wanted = {event[1][1] for event in events if event[0] == "labelled"}
    assert verify(folder).heads["labels/w1"] is not None
    chains = [chain.read(chain_at(labels_at, writer), marked(labels_at)["log"]) for writer in writers(labels_at)]
    let_go = sum(link.rows for one in chains for number, link in one.segments.items() if number in one.removed)
    assert len(wanted - {*known.to_pylist()}) <= let_go     # `keep_days` is of labels too


def moment(events: list[tuple[Any, ...]], chance: random.Random) -> int:
    """Any moment, or one just after something was written that is not synced yet."""
    written = [place for place, event in enumerate(events, 1) if event[0] == "write"]
    return chance.choice((chance.randint(0, len(events)), chance.choice(written)))


def cut_off(tmp_path: Path, services: int, images: int) -> dict[str, int]:
    print("seed", SEED)                     # shown by pytest when the test fails
    chance = random.Random(SEED)
    found: dict[str, int] = {}
    for number in range(services):
        root = tmp_path / f"{number}"
        root.mkdir()
        with pytest.MonkeyPatch.context() as patch:
            unsynced(patch)
            recorder = Recorder(root)
            recorder.into(patch)
            service(root, recorder, chance)
        for _ in range(images):
            events = recorder.events[:moment(recorder.events, chance)]
            out = tmp_path / "image"
            out.mkdir()
            image(events, out, chance)
            with pytest.MonkeyPatch.context() as patch:
                unsynced(patch)
                what = check(out / "income", events)
            found[what] = found.get(what, 0) + 1
            shutil.rmtree(out)
    print(found)
    return found


def test_sixty_cuts(tmp_path: Path) -> None:
    """K3, small: P and N follow."""
    assert sum(cut_off(tmp_path, 2, 30).values()) == 60


@pytest.mark.slow
@pytest.mark.parametrize(("services", "images"), [(6, 50), (50, 100)])
def test_hundreds_of_cuts(tmp_path: Path, services: int, images: int) -> None:
    """K3, P: 300 images; N: 5,000."""
    found = cut_off(tmp_path, services, images)
    assert found["torn"] > 0 and found["whole"] > 100
