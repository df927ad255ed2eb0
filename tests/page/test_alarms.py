"""Alarms are counted in one way: on the page as in the life that a watch reports."""

from __future__ import annotations

import datetime
import shlex
from dataclasses import replace
from types import SimpleNamespace

import pytest

from shall.api.service.enforcing import Enforcing
from shall.api.shown.evidence import NO_END, Evidence
from shall.bundle.keys import new
from shall.core.responses import ended
from shall.page import life, live
from shall.page.alarms import BESIDE, beside, in_alarm
from shall.page.courses import lived, through
from shall.page.site import Asked, Page, Site, Who
from shall.reports._life import Course, of_watch
from shall.reports._tree import element
from shall.stores.sqlite import open_store
from tests.page import made

NOW = datetime.datetime.now(datetime.UTC)
WATCHES = SimpleNamespace(held=list)

@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with open_store(tmp_path_factory.mktemp("alarms") / "shall.db") as store:
        evidence = Evidence(made.story(store))
        evidence.refresh()
        yield Site(evidence)


def count(course: Course) -> int:
    return sum(mark.kind == "alarm" for mark in course.marks) + sum(point.alarm for point in course.points)


def test_the_page_counts_the_alarms_that_a_life_counts(site):
    reported = {course.name: count(course) for course in of_watch(made.watched()).courses}
    model = site.evidence.model("income")
    assert {course.name: count(course) for course in lived(site, model, 60).courses} == reported
    windows = {name: len({one.window for one in made.watched().sounded if one.name == name}) for name in reported}
    assert any(reported[name] > windows[name] for name in reported), "else this shows nothing"
    for name, number in reported.items():
        (course,) = through(site, model, name, site.evidence.course("income", name)).courses
        assert count(course) == number


def test_the_alarms_of_one_version_are_not_those_of_another(site):
    points = site.evidence.course("income", "fair")
    found = lived(site, site.evidence.model("income"), 60)
    assert {point.version for point in points if point.phase == "watch"} == {"7"}
    assert all("row" in mark.words for course in found.courses for mark in course.marks)


def test_a_store_without_records_of_alarms_has_one_a_window(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        for kind, body, key in made.windows_of(made.watched()):
            if kind == "verdicts":
                store.append(kind, "income@7", body, key=key)
        evidence = Evidence(store)
        evidence.refresh()
        course = next(one for one in lived(Site(evidence), evidence.model("income"), 60).courses if one.name == "fair")
        alarmed = [window for window in evidence.windows("income") if "fair" in window.alarms]
        assert count(course) == len(alarmed) > 0


def test_met_beside_an_alarm_is_explained(site):
    model = site.evidence.model("income")
    assert [event.name for event in model.alarms] and beside([]) is None
    both = any(model.newest[event.name].verdict == "met" for event in model.alarms)
    assert (beside([model]) is not None) is both and "no contradiction" in BESIDE
    assert in_alarm(1) == "1 requirement in alarm" and in_alarm(2) == "2 requirements in alarm"


def shown(site, who):
    of = Asked(Page("/page/live", live.view, "read"), {}, {}, {}, who, "", datetime.datetime.now(datetime.UTC))
    return "".join("".join(part.itertext()) for part in live.view(site, of).main if part is not None)


def test_what_stands_is_told_with_the_command_that_ends_it(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        for way in ("abstain", "stop", "alert"):
            store.append("response", "income@7", {"response": way, "name": "fair", "did": f"{way} it"}, key=way)
        site = Site(Evidence(store))
        site.evidence.refresh()
        ends = "It ends by shall responses --end income@7 fair --why REASON"
        told = shown(site, Who())
        assert told.count(f"{ends} --store {shlex.quote(str(tmp_path / 'shall.db'))}.") == 2
        assert "Abstain it" in told and "Stop it" in told
        far = shown(site, Who("ana", "viewer"))
        assert f"{ends} --store ADDRESS." in far and str(tmp_path) not in far
        keys = Enforcing(keys={"income@7": (("regulator", new().public),)})
        signed = replace(site, serving=SimpleNamespace(status=[], wanted={}, enforcing=keys, watches=WATCHES))
        assert f"{ends} --key REGULATOR.key --store " in shown(signed, Who())
        asked = Asked(Page("", life.view, "read"), {"name": "income"}, {}, {}, Who(), "", NOW)
        assert "".join(element("main", *life.view(site, asked).main).itertext()).count(ends) == 2
        store.append("response", "income@7", ended("fair", "mended", "ana"))
        site.evidence.refresh()
        assert "It ends by" not in shown(site, Who()) and not site.evidence.model("income").responses


def test_an_end_that_no_trusted_key_has_signed_is_told_where_the_response_still_stands(tmp_path):
    """As the record of the response says whom its server trusts."""
    text = new().public.id
    with open_store(tmp_path / "shall.db") as store:
        stands = {"response": "abstain", "name": "fair", "did": "it", "enders": [["regulator", text]]}
        store.append("response", "income@7", stands, key="a 1")
        store.append("response", "income@7", ended("fair", "mended", "ana"))
        site = Site(Evidence(store))
        site.evidence.refresh()
        told = shown(site, Who())
        assert "--key REGULATOR.key --store " in told
        assert f"was ended by ana: mended. {NO_END}" in told


def test_a_token_for_some_models_hears_of_those_alone(site):
    notes = ["income@7: ALARM, fair is broken", "incomes: a note", "2 responses to alarms are not recorded yet"]
    serving = replace(site, serving=SimpleNamespace(
        status=notes, wanted={}, enforcing=Enforcing(), watches=WATCHES))
    assert all(note in shown(serving, Who()) for note in notes)
    told = shown(serving, Who("ana", "viewer", ("income",)))
    assert notes[0] in told and not any(note in told for note in notes[1:])


def test_an_alarm_of_all_rows_is_of_those_of_the_filter_of_its_line(tmp_path):
    with open_store(tmp_path / "shall.db") as store:
        for name, line in (("old", "recall >= 0.7 where age >= 55"), ("all", "recall >= 0.7"), ("odd", "no line")):
            store.append("alarm", "income@7", {"name": name, "line": line, "row": 9, "about": "all rows"}, key=name)
        evidence = Evidence(store)
        evidence.refresh()
        assert [event.words for event in evidence.life("income")] == [
            "Alarm of old, all rows where age >= 55 at row 9.", "Alarm of all, all rows at row 9.",
            "Alarm of odd, all its rows at row 9."]


def test_an_alarm_before_any_window_is_over_leads_to_the_life_of_its_model(site):
    model = site.evidence.model("income")
    name = model.alarms[0].name
    assert live.judged(model, name) == f"/page/models/income/requirements/{name}"
    young = replace(model, newest={key: value for key, value in model.newest.items() if key != name})
    assert live.judged(young, name) == "/page/models/income"


def test_an_alarm_that_no_record_tells_stands_beside_those_that_are_recorded(site, monkeypatch):
    recorded = site.evidence.model("income").alarms[0]
    monkeypatch.setattr(live.promised, "unrecorded", lambda site, model: ["sudden"])
    told = shown(site, Who())
    assert "▲ income: sudden is in alarm" in told and recorded.words in told
    number = len(site.evidence.model("income").alarms) + 1
    assert told.startswith(in_alarm(number)), "those who hear the page are told of all"
