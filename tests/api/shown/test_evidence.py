"""The index of a store: it is extended by what is new, says what the records say to the last bit, and survives
what it does not understand."""

from __future__ import annotations

import apsw
import pytest

from shall.api.shown.evidence import Evidence
from shall.core.errors import Damaged, Unknown
from shall.reports import json
from shall.stores.sqlite import open_store
from tests.page import made


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    with made.store_at(tmp_path_factory.mktemp("evidence") / "shall.db") as kept:
        yield kept


@pytest.fixture(scope="module")
def evidence(store):
    found = Evidence(store)
    found.refresh()
    return found


def test_a_store_that_is_empty_and_none_at_all_have_no_model(tmp_path):
    assert Evidence().refresh() == 0 and Evidence().models() == []
    with open_store(tmp_path / "empty.db") as empty:
        found = Evidence(empty)
        assert found.refresh() == 0 and found.names() == []
        with pytest.raises(Unknown):
            found.model("income")
        with pytest.raises(Unknown):
            found.record(1)


def test_it_takes_what_is_new_once_whoever_wrote_it(tmp_path):
    path = tmp_path / "shall.db"
    with open_store(path) as writing, open_store(path) as reading:
        found = Evidence(reading)
        writing.append("shipped", "income", {"version": "1"})
        assert (found.refresh(), found.refresh()) == (1, 0)
        for number in range(600):           # more than are read at once
            writing.append("segment", f"log {number}", {"link": number})
        writing.append("in charge", "income", {"version": "1", "digest": "d"})
        assert found.refresh() == 601 and found.model("income").in_charge == "1"
        assert found.names() == ["income"], "a segment is of no model"


def test_a_model_at_a_glance(evidence):
    model = evidence.model("income")
    assert [*model.versions] == ["6", "7"] and model.in_charge == "7" and model.windows == 12
    assert [*model.recalled] == ["6"] and model.recalled["6"].why == "labels of March were swapped"
    assert [*model.newest] == ["useful", "fair", "equal", "sure"]
    assert model.newest["fair"].verdict == "broken" and model.newest["fair"].version == "7"
    assert {alarm.name for alarm in model.alarms} == {"fair"} and [one.name for one in model.responses] == ["fair"]
    kinds = [event.kind for event in evidence.life("income")]
    assert kinds[:6] == ["build", "check", "shipped", "in charge", "shipped", "in charge"] and kinds[-1] == "recall"


def test_every_figure_is_the_one_that_was_found(evidence):
    windows = made.watched().windows
    for name in ("useful", "fair", "equal", "sure"):
        points = [point for point in evidence.course("income", name) if point.phase == "watch"]
        verdicts = [next(one for one in window.verdicts if one.name == name) for window in windows]
        for point, window, verdict in zip(points, windows, verdicts, strict=True):
            part = verdict.deciding
            assert (point.window, point.verdict, point.value, point.low, point.high, point.limit, point.n) == (
                window.label, verdict.verdict, part.value, part.low, part.high, verdict.limit, part.n)
        for row in verdicts[-1].deciding.groups:
            if row.group:
                last = evidence.course("income", name, row.group)[-1]
                assert (last.value, last.low, last.high, last.n) == (row.value, row.low, row.high, row.n)


def test_a_whole_verdict_is_read_from_its_record(evidence):
    point = evidence.model("income").newest["fair"]
    verdict = next(one for one in made.watched().windows[-1].verdicts if one.name == "fair")
    assert evidence.verdict(point, "fair") == json.of_verdict(verdict)
    assert evidence.latest("income", "fair").deciding.value == verdict.deciding.value
    with pytest.raises(Unknown):
        evidence.verdict(point, "nothing")


def test_places_of_a_course(evidence):
    course = evidence.followed("income", "fair")
    assert len(course) == 14 and [*course.by_phase] == ["build", "check", "watch"]
    assert course.of_phase("check").phase == "check" and course.of_phase("other") is None
    assert course.before(course.point(5).record) == 5 and course.before(10**9) == 14
    assert [point.record for point in evidence.course("income", "fair", most=3)] == [
        course.point(place).record for place in (-3, -2, -1)]
    assert course.points(0, 2, (("sex", "nobody"),)) == []


def test_a_check_is_of_the_version_that_was_packed_with_it_and_only_that_in_charge_decides(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        found = Evidence(store)

        def newest() -> dict[str, tuple[str, str]]:
            found.refresh()
            return {name: (one.version, one.verdict) for name, one in found.model("income").newest.items()}

        made.packed(store, "1", "met", "met")
        assert newest() == {"useful": ("1", "met"), "fair": ("1", "met")}
        made.packed(store, "2", "broken", "met", "undecided")
        assert newest() == {"useful": ("2", "broken"), "fair": ("2", "met"), "equal": ("2", "undecided")}
        store.append("in charge", "income", {"version": "1"})
        assert newest() == {"useful": ("1", "met"), "fair": ("1", "met")}, "1 answers, whatever was packed since"
        made.packed(store, "3", "undecided")
        assert newest()["useful"] == ("1", "met")
        assert [(event.kind, event.version) for event in found.life("income")][::2] == [
            ("check", "1"), ("check", "2"), ("in charge", "1"), ("shipped", "3")]
        course = found.followed("income", "useful")
        assert [course.newest_of(one, named=True).verdict for one in "123"] == ["met", "broken", "undecided"]
        store.append("check", "income", {**made.of_check(made.checked()), "log": "o" * 64})
        assert newest()["useful"][0] == "", "a check of no version counts"
        said = json.of_verdict(next(one for one in made.checked().verdicts if one.name == "fair"))
        built = {"model": "a" * 64, "found": True, "verdicts": [{**said, "verdict": "broken", "phase": "build"}]}
        store.append("build", "income", built)
        store.append("shipped", "income", {"version": "5", "answers": "5" * 64, "model": "a" * 64})
        assert newest()["fair"][0] == "" and found.followed("income", "fair").point(-1).version == "5", (
            "a build is of the version of its model")
        store.append("recall", "income@1", {"why": "wrong", "by": "ana"})
        made.packed(store, "4", "broken")
        assert newest()["useful"] == ("4", "broken"), "no version is in charge"


def test_a_lift_counts_by_what_stood_when_it_came(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        found = Evidence(store, lambda record, recall: record.body["by"] == "the regulator")
        for kind, by in (("recall", "ana"), ("lifted", "ana"), ("lifted", "the regulator"), ("lifted", "the regulator"),
                         ("recall", "ana")):
            store.append(kind, "income@7", {"why": "so", "by": by})
        found.refresh()
        assert [event.counts for event in found.life("income")] == [True, False, True, False, True]
        assert [found.lifted(number) for number in (2, 3, 4)] == [False, True, False]


def test_an_alarm_stands_until_a_window_meets_its_line(tmp_path):
    kinds = [*made.windows_of(made.watched())]
    met = next(body for kind, body, _ in kinds if kind == "verdicts" and any(
        one["name"] == "fair" and one["verdict"] == "met" for one in body["verdicts"]))
    with open_store(tmp_path / "shall.db") as store:
        found = Evidence(store)
        for kind, body, key in kinds:
            store.append(kind, "income@7", body, key=key)
        found.refresh()
        assert [one.name for one in found.model("income").alarms] == ["fair"]
        store.append("verdicts", "income@7", {**met, "window": "later", "alarms": ["fair"]}, key="later")
        found.refresh()
        assert [one.name for one in found.model("income").alarms] == ["fair"], "this window sounded it again"
        store.append("verdicts", "income@7", {**met, "window": "last"}, key="last")
        found.refresh()
        assert found.model("income").alarms == []


def test_a_recall_is_lifted_only_by_those_who_may(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        store.append("shipped", "income", {"version": "7"})
        store.append("recall", "income@7", {"why": "wrong", "by": "ana"})
        store.append("lifted", "income@7", {"why": "right", "by": "eve"})
        strict, mild = Evidence(store), Evidence(store, lambda record, recall: True)
        strict.refresh(), mild.refresh()
        assert [*strict.model("income").recalled] == ["7"] and not mild.model("income").recalled


def test_what_is_strange_is_counted_and_the_rest_is_there(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        store.append("verdicts", "income", {"window": 3, "rows": "many", "verdicts": [{"name": "fair"}]})
        store.append("verdicts", "income", {"verdicts": [{"name": "fair", "value": "x", "n": "many"}, 7]})
        store.append("check", "income", {"report": "not json"})
        store.append("build", "income", {"found": 1, "verdicts": "none"})
        store.append("unheard of", "income", {})
        store.append("shipped", "income", {"version": "1"})
        found = Evidence(store)
        found.refresh()
        assert found.strange == [1, 2] and [*found.model("income").versions] == ["1"]
        assert found.latest("income", "fair") is None, "what is no verdict of this shall's is not made one"


def test_a_record_that_was_changed_is_never_shown(tmp_path):
    with made.store_at(tmp_path / "shall.db") as store:
        with apsw.Connection(str(tmp_path / "shall.db")) as raw:
            raw.execute("DROP TRIGGER IF EXISTS record_update")
            for (name,) in [*raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]:
                raw.execute(f"DROP TRIGGER {name}")
            raw.execute("UPDATE record SET body = replace(body, 'swapped', 'right') WHERE kind = 'recall'")
        with pytest.raises(Damaged):
            Evidence(store).refresh()


def test_a_watch_that_catches_up_tells_its_alarms_last_and_judges_a_window_twice(tmp_path):
    kinds = [*made.windows_of(made.watched())]
    windows = [body for kind, body, _ in kinds if kind == "verdicts"]
    alarm = next(body for kind, body, _ in kinds if kind == "alarm" and body["name"] == "fair")
    with open_store(tmp_path / "shall.db") as store:
        for number, body in enumerate(windows):     # first the lines without labels, then the others
            for part in (body["verdicts"][:2], body["verdicts"][2:]):
                told = {**body, "alarms": [], "verdicts": part}
                store.append("verdicts", "income@7", told, key=f"{number} {part[0]}")
        early = {**alarm, "window": windows[0]["window"]}
        store.append("alarm", "income@7", early)
        found = Evidence(store)
        found.refresh()
        assert found.model("income").windows == 12 and len(found.windows("income", 5)) == 5
        assert found.windows("income")[-1].worst == "broken" and len(found.course("income", "fair")) == 12
        assert found.model("income").alarms == [], "it was met in a window after that of the alarm"
        store.append("alarm", "income@7", {**alarm, "window": windows[-1]["window"]})
        found.refresh()
        assert [one.name for one in found.model("income").alarms] == ["fair"]
