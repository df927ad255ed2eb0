"""Alarms are counted in one way: on the page as in the life that a watch reports."""

from __future__ import annotations

import pytest

from shall.api.shown.evidence import Evidence
from shall.page.alarms import BESIDE, beside, in_alarm
from shall.page.courses import lived, through
from shall.page.site import Site
from shall.reports._life import Course, of_watch
from shall.stores.sqlite import open_store
from tests.page import made


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
