"""What may be a label stands beside a log, so that labels can be checked where no server is."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from shall.api.service import decided
from shall.api.service.labelling import FILE, note, noted
from shall.core.decisions import Label
from shall.core.errors import Faults
from shall.runtimes.labelling import Taken
from tests.api.packed import SERVE, ask, label, packs, serving


def test_a_server_writes_which_classes_there_are(tmp_path: Path) -> None:
    with closing(serving(packs(tmp_path))) as served:
        assert noted(tmp_path / "decisions" / "loans") == Taken(False, ("no", "yes"))
        place = tmp_path / "decisions" / "loans" / FILE
        before = place.stat()
        note(served.service.fleets, tmp_path / "decisions")
        assert place.stat().st_ino == before.st_ino             # what is there already is not written again
        (tmp_path / "serve.toml").write_text(SERVE.replace('in_charge = "7"', 'in_charge = "8"'))
        place.unlink()
        assert served.refresh() and place.exists()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"number": 1, "classes": []}', '{"number": true, "classes": [1]}',
                                     '{"number": true, "classes": "ab"}'])
def test_what_cannot_be_read_says_nothing(tmp_path: Path, content: str) -> None:
    assert noted(tmp_path) is None
    (tmp_path / FILE).write_text(content)
    assert noted(tmp_path) is None


def test_a_file_of_labels_is_checked_as_a_request_is(tmp_path: Path) -> None:
    with closing(serving(packs(tmp_path))) as served:
        ids = [ask(served).id for _ in range(3)]
        with pytest.raises(Faults) as asked:
            label(served, Label(ids[0], "no", 1), Label(ids[1], "yess", 1), Label(ids[2], "ja", 1))
    folder, file = tmp_path / "decisions" / "loans", tmp_path / "labels.csv"
    file.write_text("id,label\n" + "".join(f"{name},{said}\n" for name, said in zip(ids, ("no", "yess", "ja"),
                                                                                   strict=True)))
    with pytest.raises(Faults) as read:
        decided.label(folder, file)
    assert read.value.faults == asked.value.faults and not (folder / "labels").exists()
    file.write_text(file.read_text().replace("yess", "yes").replace("ja", "yes"))
    assert decided.label(folder, file) == decided.Labelled(3, [], [], [], True)


def test_every_row_is_accounted_for(tmp_path: Path) -> None:
    with closing(serving(packs(tmp_path))) as served:
        known = [ask(served).id, "r1"]
        ask(served, request="r1")
    file = tmp_path / "labels.csv"
    file.write_text(f"id,label\n{known[0]},no\n,yes\n{known[1]},\n{known[1]},yes\nr2,no\naaaaaaaaaaaaa-1,no\nr3,\n")
    found = decided.label(tmp_path / "decisions" / "loans", file)
    assert found == decided.Labelled(4, [1], [2, 6], ["r2", "aaaaaaaaaaaaa-1"], True)
    assert found.described() == {
        "kept": 4, "checked": True, "without_id": 1, "first_without_id": 1, "without_label": 2,
        "first_without_label": 2, "unknown": 2, "first_unknown": "r2"}


def test_labels_are_kept_where_the_log_is_damaged(tmp_path: Path) -> None:
    with closing(serving(packs(tmp_path))) as served:
        name = ask(served).id
    folder, file = tmp_path / "decisions" / "loans", tmp_path / "labels.csv"
    file.write_text(f"id,label\n{name},no\n")
    segment = next(folder.glob("*.parquet"))
    segment.write_bytes(segment.read_bytes()[:-50])
    found = decided.label(folder, file)
    assert (found.kept, found.unknown) == (1, None)
    (folder / FILE).write_text(json.dumps({"number": True, "classes": []}))
    with pytest.raises(Faults, match="no number"):
        decided.label(folder, file)
