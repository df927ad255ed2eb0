"""Two people who do not know of one another make a label; a third where they differ."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from shall.adapters.decisions import logged
from shall.api.service.labelling import FILE
from shall.api.shown import reviewing
from shall.core.decisions import Field, Label, Record
from shall.core.errors import Faults, InputError
from shall.spec import loads
from shall.stores import open_store
from shall.stores.decisions import LabelLog, open_log

FIELDS = tuple(Field(name, what) for name, what in (
    ("age", "number"), ("sex", "text"), ("score", "number"), ("decision", "text"), ("abstained", "truth"),
    ("code", "text"), ("why", "text")))
NOON = int(datetime.datetime(2026, 1, 1, 12, tzinfo=datetime.UTC).timestamp() * 1e6)
SPEC = '''shall = 1
[subject]
target = "label"
positive = "1"
[groups]
sex = "sex"
[requirements]
fair = "ratio of selection_rate over sex >= 0.8"
'''


@pytest.fixture
def served(tmp_path: Path):
    """Thirty decisions: every tenth was not made."""
    folder = tmp_path / "decisions" / "income"
    with open_log(folder, FIELDS, rows_a_segment=8) as log:
        ids = []
        for row in range(30):
            none = row % 10 == 9
            ids.append(log.next_id())
            values = (20.0 + row, "FM"[row % 2], 0.5 + row / 100, None if none else "1", none,
                      "unseen" if none else "answered", "a job that training never saw" if none else None)
            log.write([Record(ids[-1], NOON + row * 1_000_000, "", "income@7", "ab" * 32, "live", values)])
    (folder / FILE).write_text(json.dumps({"number": False, "classes": ["0", "1"]}))
    store = open_store(tmp_path / "shall.db")
    yield folder, store, ids
    store.close()


def test_what_was_not_decided_waits_newest_first(served):
    folder, store, ids = served
    found = reviewing.queue(folder, store, "ana")
    assert [case.decision for case in found.cases] == [ids[29], ids[19], ids[9]]
    assert found.classes == ("0", "1") and found.waiting == 3
    one = found.cases[0]
    assert (one.model, one.why, one.suggestion) == ("income@7", "not decided: a job that training never saw", "")
    assert one.values == {"age": "49", "sex": "M"} and one.at == "2026-01-01T12:00:29+00:00"


def test_two_who_agree_make_a_label(served):
    folder, store, ids = served
    assert reviewing.answer(folder, store, ids[9], "1", by="ana", role="reviewer").state == "waits"
    assert [case.decision for case in reviewing.queue(folder, store, "ana").cases] == [ids[29], ids[19]]
    ben = reviewing.queue(folder, store, "ben").cases
    assert ben[0].decision == ids[9]                    # what needs a second word comes first
    assert not (folder / "labels").exists()
    assert reviewing.answer(folder, store, ids[9], "1", by="ben").state == "agreed"
    table = next(logged(folder / "labels").batches(["id", "label", "source"])).to_pylist()
    assert table == [{"id": ids[9], "label": "1", "source": "review by ana and ben"}]
    assert ids[9] not in {case.decision for case in reviewing.queue(folder, store, "eve").cases}
    with pytest.raises(InputError, match="two have agreed"):
        reviewing.answer(folder, store, ids[9], "0", by="eve")


def test_a_third_decides_where_two_differ_and_nobody_alone(served):
    folder, store, ids = served
    assert reviewing.answer(folder, store, ids[19], "1", by="ana").state == "waits"
    assert reviewing.answer(folder, store, ids[19], "1", by="ana").state == "waits"     # the same person again
    assert reviewing.answer(folder, store, ids[19], "0", by="ben").state == "differ"
    found = reviewing.queue(folder, store, "eve")
    assert found.agreement == reviewing.Agreement(1, 0, found.agreement.alpha)
    assert reviewing.answer(folder, store, ids[19], "0", by="eve").label == "0"
    assert next(logged(folder / "labels").batches(["label"])).to_pylist() == [{"label": "0"}]


def test_what_has_a_label_already_is_nobodys(served):
    folder, store, ids = served
    with open_log(folder, FIELDS) as log:
        log.write_labels([Label(ids[29], "0", NOON)])
    assert [case.decision for case in reviewing.queue(folder, store, "ana").cases] == [ids[19], ids[9]]


def test_rows_that_an_alarm_is_about_wait_too(served):
    folder, store, ids = served
    file = loads(SPEC)
    alarms = [("fair", "sex = F against sex = M"), ("gone", "x")]
    found = reviewing.queue(folder, store, "ana", file=file, alarms=alarms)
    why = {case.decision: case.why for case in found.cases}
    assert len(why) == 15 + 3 and why[ids[28]] == "alarm: fair, sex = F against sex = M"
    assert why[ids[29]].startswith("not decided")


def test_what_is_refused(served, tmp_path):
    folder, store, ids = served
    for decision, label, by, match in ((ids[9], "1", " ", "who you are"), ("nothing", "1", "ana", "no decision"),
                                       ("", "1", "ana", "no decision")):
        with pytest.raises(InputError, match=match):
            reviewing.answer(folder, store, decision, label, by=by)
    with pytest.raises(Faults):
        reviewing.answer(folder, store, ids[9], "maybe", by="ana")
    with pytest.raises(InputError, match="no log of decisions"):
        reviewing.queue(tmp_path, store, "ana")
    assert store.records("review") == ()


def test_agreement_is_told(served):
    folder, store, ids = served
    for decision, words in ((ids[9], "11"), (ids[19], "00"), (ids[29], "10")):
        for by, label in zip(("ana", "ben"), words, strict=True):
            reviewing.answer(folder, store, decision, label, by=by)
    found = reviewing.queue(folder, store, "eve").agreement
    assert (found.cases, found.agreed) == (3, 2)
    assert found.alpha == pytest.approx(1 - 5 * 2 / (2 * 3 * 3))


def test_classes_are_those_that_somebody_knows(served):
    folder, store, ids = served
    file = loads(SPEC)
    (folder / FILE).unlink()
    assert reviewing.queue(folder, store, "ana").classes == () and "nobody knows" in reviewing.queue(
        folder, store, "ana").lacks, "one class alone was decided"
    with pytest.raises(InputError, match="nobody knows which classes there are"):
        reviewing.answer(folder, store, ids[9], "anything", by="ana")
    several = loads(SPEC.replace('positive = "1"', 'classes = ["a", "b", "c"]').replace(
        'fair = "ratio of selection_rate over sex >= 0.8"', 'right = "accuracy >= 0.5"'))
    assert reviewing.queue(folder, store, "ana", file=several).classes == ("a", "b", "c")
    with LabelLog(folder, lambda: NOON + 10**9) as labels:
        labels.write([Label(ids[0], "0", NOON + 10**9, "bank")])
    for known in (None, file):
        assert reviewing.queue(folder, store, "ana", file=known).classes == ("0", "1")
    with pytest.raises(Faults, match="no class 2"):
        reviewing.answer(folder, store, ids[9], "2", by="ana", file=file)
    assert reviewing.answer(folder, store, ids[9], "0", by="ana", file=file).state == "waits"
