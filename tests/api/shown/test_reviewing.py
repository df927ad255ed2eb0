"""Two people who do not know of one another make a label; a third where they differ."""

from __future__ import annotations

import datetime
import json
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import pytest

from shall.adapters.decisions import logged
from shall.api.service import beside_log
from shall.api.service.labelling import FILE
from shall.api.shown import cases as shown_cases
from shall.api.shown import reviewing
from shall.api.shown.evidence import Evidence
from shall.core.decisions import Field, Label, Record
from shall.core.errors import Faults, InputError
from shall.spec import loads
from shall.stores import open_store
from shall.stores.decisions import LabelLog, open_log

FIELDS = tuple(Field(name, what) for name, what in (
    ("age", "number"), ("sex", "text"), ("score", "number"), ("decision", "text"), ("abstained", "truth"),
    ("code", "text"), ("why", "text")))
FAIR = "ratio of selection_rate over sex >= 0.8"
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


def test_one_person_is_one_however_the_name_is_written(served):
    folder, store, ids = served
    assert reviewing.answer(folder, store, ids[9], "1", by="Ana ").state == "waits"
    again = reviewing.answer(folder, store, ids[9], "1", by="ana")
    assert (again.state, again.how) == ("waits", "already") and not (folder / "labels").exists()
    assert reviewing.words(again.review, again.said, again.how) == "you said so already: one more person is to say so"
    assert len(store.records("review")) == 1, "the same word is not kept twice"
    assert ids[9] not in {case.decision for case in reviewing.queue(folder, store, " ANA").cases}


def test_a_word_may_be_changed_until_another_has_spoken(served):
    folder, store, ids = served
    reviewing.answer(folder, store, ids[9], "1", by="ana")
    assert [case.decision for case in reviewing.queue(folder, store, "ana").said] == [ids[9]]
    changed = reviewing.answer(folder, store, ids[9], "0", by="ana")
    assert changed.how == "changed" and reviewing.words(changed.review, changed.said, changed.how) == (
        "your word is 0 now: one more person is to say so")
    assert reviewing.answer(folder, store, ids[9], "1", by="ben").state == "differ"
    for by, label in (("ben", "0"), ("ana", "1")):
        with pytest.raises(InputError, match=r"two differ on .*: a third decides, and your word stays"):
            reviewing.answer(folder, store, ids[9], label, by=by)
    assert reviewing.answer(folder, store, ids[9], "1", by="eve").label == "1"


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
    with pytest.raises(InputError, match=rf"{ids[29]} has a label already.*shall log label"):
        reviewing.answer(folder, store, ids[29], "1", by="ana")
    assert store.records("review") == ()


def test_what_was_answered_is_not_what_came_in(tmp_path):
    """The shall file of a log has other names for what is answered, and repeats the id and the time."""
    folder = tmp_path / "decisions" / "income"
    names = ("age", "number"), ("p", "number"), ("said", "text"), ("case", "text"), ("at", "date"), ("code", "text")
    with open_log(folder, tuple(Field(name, what) for name, what in names)) as log:
        one = log.next_id()
        log.write([Record(one, NOON, "", "income@7", "ab" * 32, "live", (30.0, 0.25, "1", one, NOON, "unsure"))])
    (folder / FILE).write_text(json.dumps({"number": False, "classes": ["0", "1"]}))
    told = {"store": "", "target": "paid", "positive": "1",
            "columns": {"id": "case", "time": "at", "score": "p", "decision": "said"}}
    (folder / beside_log.FILE).write_text(json.dumps(told))
    with closing(open_store(tmp_path / "shall.db")) as store:
        found = reviewing.queue(folder, store, "ana")
    (case,) = found.cases
    assert (case.values, case.suggestion, case.score) == ({"age": "30"}, "1", 0.25)
    assert [found.meaning(label) for label in found.classes] == ["paid = 0", "paid = 1, the positive class"]


def test_rows_that_an_alarm_is_about_wait_too(served):
    folder, store, ids = served
    file = loads(SPEC.replace('[groups]\nsex', '[groups]\nage = { column = "age", cut = [45] }\nsex'))
    for line, name, about in ((FAIR, "fair", "sex = F against sex = M"), (FAIR, "silent", ""), ("a line", "odd", "x"),
                              ("accuracy over age >= 0.9", "right", "age = 45 and over")):
        store.append("alarm", "income@7", {"name": name, "line": line, "about": about, "window": "1"}, key=name)
    store.append("alarm", "loans@7", {"name": "other", "line": FAIR, "about": "sex = M against sex = F"})
    plain = reviewing.queue(folder, store, "ana")
    assert {case.decision for case in plain.cases} == {*ids[::2], ids[9], ids[19], ids[29]}, "bands are nowhere told"
    (folder / beside_log.FILE).write_text(json.dumps(asdict(beside_log.told_of(file))))
    found = reviewing.queue(folder, store, "ana")
    why = {case.decision: case.why for case in found.cases}
    assert len(why) == 15 + 3 + 2 and why[ids[24]] == "alarm: fair, sex = F against sex = M"
    assert why[ids[29]].startswith("not decided") and why[ids[27]] == "alarm: right, age = 45 and over"
    evidence = Evidence(store)
    for known in (None, evidence):
        assert reviewing.queue(folder, store, "ana", file=file, evidence=known) == found, "the page has the same queue"


def test_newer_rows_that_have_a_label_push_no_case_out(tmp_path, monkeypatch):
    """The older rows that the alarm is about have none: they wait as long as it stands."""
    folder = tmp_path / "decisions" / "income"
    with open_log(folder, FIELDS, rows_a_segment=64) as log, open_store(tmp_path / "shall.db") as store:
        ids = [log.next_id() for _ in range(300)]
        for row, one in enumerate(ids):
            none = row >= 100 and row % 2 == 0
            values = (20.0, "F", 0.5, None if none else "1", none, "unseen" if none else "answered", None)
            log.write([Record(one, NOON + row * 1_000_000, "", "income@7", "ab" * 32, "live", values)])
        (folder / FILE).write_text(json.dumps({"number": False, "classes": ["0", "1"]}))
        store.append("alarm", "income@7", {"name": "fair", "line": FAIR, "about": "sex = F against sex = M",
                                           "window": "1"}, key="a")
        with LabelLog(folder, lambda: NOON) as labels:
            labels.write([Label(one, "1", NOON, "later") for one in ids[20:]])
        monkeypatch.setattr(shown_cases, "ALARMED", 15)
        found = reviewing.queue(folder, store, "ana", file=loads(SPEC, "shall.toml"))
        assert [case.decision for case in found.cases] == ids[19:4:-1] and found.waiting == 15 and found.more == 5
        assert reviewing.further(found).startswith("5 older ones that an alarm is about")


@pytest.mark.parametrize("score, would", [(0.2, "0"), (0.45, ""), (0.8, "1"), (0.99, "1"), (0.01, "0"), (None, "")])
def test_what_an_alarm_withholds_is_suggested_by_scores_like_it(tmp_path, score, would):
    folder = tmp_path / "decisions" / "income"
    with open_log(folder, FIELDS) as log:
        for model, chance, said, code in (("7", 0.1, "0", "answered"), ("7", 0.4, "0", "answered"),
                                          ("7", 0.5, "1", "answered"), ("7", 0.9, "1", "answered"),
                                          ("8", score, "9", "answered"), ("7", score, None, "alarm"),
                                          ("7", score, None, "unsure")):
            log.write([Record(log.next_id(), NOON, "", f"income@{model}", "ab" * 32, "live",
                              (30.0, "F", chance, said, said is None, code, None))])
    (folder / FILE).write_text(json.dumps({"number": False, "classes": ["0", "1"]}))
    with closing(open_store(tmp_path / "shall.db")) as store:
        found = reviewing.queue(folder, store, "ana")
    held = {case.why: case for case in found.cases}
    assert (held["not decided: alarm"].suggestion, held["not decided: alarm"].withheld) == (would, True)
    assert (held["not decided: unsure"].suggestion, held["not decided: unsure"].withheld) == ("", False)
    told = reviewing.suggested(found, held["not decided: alarm"])
    assert told == "What the model decided is withheld" + (f" (score {score})" if score else "") + "." + (
        f" Of scores like this one it decided {would}." if would else "")


@pytest.mark.parametrize("positive, labels, decided, classes", [
    ("1", "", "true false", "0 1"), ("1", "", "true", "0 1"), ("true", "0", "1", "false true"),
    ("", "1", "true", "0 1"),
    ("", "", "false", "false true"), ("yes", "no", "true false", "no yes"), ("yes", "", "true false", ""),
    ("1", "", "1 2", "1 2"), ("", "", "a b", "a b"), ("1", "", "1", "")])
def test_a_class_has_one_name(tmp_path, positive, labels, decided, classes):
    folder = tmp_path / "decisions" / "income"
    with open_log(folder, FIELDS) as log:
        ids = [log.next_id() for _ in decided.split()]
        log.write([Record(one, NOON, "", "income@7", "ab" * 32, "live", (30.0, "F", 0.5, said, False, "unsure", None))
                   for one, said in zip(ids, decided.split(), strict=True)])
        log.write_labels([Label(ids[0], label, NOON) for label in labels.split()])
    (folder / beside_log.FILE).write_text(json.dumps({"store": "", "target": "", "positive": positive, "columns": {}}))
    with closing(open_store(tmp_path / "shall.db")) as store:
        found = reviewing.queue(folder, store, "ana")
    assert " ".join(found.classes) == classes
    if classes == "0 1":
        assert found.meaning("true").startswith("1")


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
    with pytest.raises(Faults, match=r"^there is no class 2"):
        reviewing.answer(folder, store, ids[9], "2", by="ana", file=file)
    assert reviewing.answer(folder, store, ids[9], "0", by="ana", file=file).state == "waits"
