"""Files of every version that was released: what is here opens them, and says of them what was said then."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

import shall
from shall.core.recalls import KINDS, recalled
from shall.core.store import head_of
from shall.stores import open_store, salvage
from shall.stores.decisions import open_log, verify
from tests.compat.made import FIELDS, said

HERE = Path(__file__).parent
VERSIONS = sorted(path.parent.name for path in HERE.glob("*/said.json"))


@pytest.fixture(params=VERSIONS)
def then(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A copy of what a version left: reading may write."""
    copied: Path = shutil.copytree(HERE / request.param, tmp_path / request.param)
    return copied


def test_this_version_has_left_its_files() -> None:
    assert shall.__version__ in VERSIONS
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file()) < 300_000 * len(VERSIONS)


def test_the_same_is_said_of_file_bundle_and_store(then: Path) -> None:
    before, now = json.loads((then / "said.json").read_text()), said(then)
    assert (now["bundle"], now["head"], now["kinds"]) == (before["bundle"], before["head"], before["kinds"])
    assert now["decisions"] == before["decisions"]
    assert now["answers"] == {name: pytest.approx(values, rel=1e-6) for name, values in before["answers"].items()}
    for name, (finding, *figures) in before["verdicts"].items():
        again = now["verdicts"][name]       # type: ignore[index]
        assert again[0] == finding and again[1:] == pytest.approx(figures, rel=1e-9)


def test_an_old_log_of_decisions_is_read_and_written_on(then: Path) -> None:
    heads = json.loads((then / "said.json").read_text())["decisions"]["heads"]
    folder = then / "decisions"
    with open_log(folder, FIELDS) as log:
        for number in (7, 17):              # the one in a segment, the other in the journal
            (known,) = log.answered(f"request {number}") or []
            assert known.values == (18.0 + number, "Oslo", number > 9)
        log.write([known._replace(id=log.next_id(), request="new")])
    head = verify(folder, {name: head_of(told) for name, told in heads.items()})
    assert (head.rows, head.labels) == (21, 5)


def test_an_old_store_is_written_on(then: Path) -> None:
    before = head_of(json.loads((then / "said.json").read_text())["head"])
    with open_store(then / "shall.db") as store:
        assert [look.number for look in store.looks("a gate")] == [1, 2]
        assert store.look("a gate", "model-2", 3).repeated
        assert {*recalled([one for kind in KINDS for one in store.records(kind)])} == {"loans@1"}
        assert store.look("a gate", "model-3", 3).number == 3
        assert store.verify(before).sequence == before.sequence + 1
    assert salvage(then / "shall.db", then / "saved.db", before).whole
