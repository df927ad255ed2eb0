"""The picture of a life: every window, limit and alarm is in it, in words too, and however many there are."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pyarrow as pa
import pytest

import shall
from shall.core.alarm import Alarm
from shall.core.requirement import Number
from shall.core.responses import Response
from shall.core.span import Span
from shall.reports import alert, html, svg, text
from shall.reports._alarms import words_of
from shall.reports._figures import scale_for
from shall.reports._following import alarm_text
from shall.reports._forms import BROAD, NARROW
from shall.reports._life import WAITS, At, Course, Lived, Lot, Mark, of_watch
from shall.reports._life_page import tables
from shall.reports._life_picture import MOST, PLOTS, picture, pictures
from shall.reports._tree import xml
from tests.reports.hostile import NAMES

SVG = "{http://www.w3.org/2000/svg}"
START, END = PLOTS[BROAD.name]


def course(points, name="fair", **more) -> Course:
    return Course(name, "ratio of selection_rate over sex >= 0.80", points,
                  scale_for(0.85, (0.82, 0.88), Number(0.8)), **more)


def life(number: int = 6, courses: int = 1, **more) -> Lived:
    labels = [f"2026-01-{place + 1:02d}" if place < 31 else f"day {place + 1}" for place in range(number)]
    points = [At(label, "met", 0.85, 0.82, 0.88, 900, least=0.8) for label in labels]
    return Lived("income@7", [Lot(label, 1_000, 900) for label in labels],
                 [course(points, f"fair {place}", **more) for place in range(courses)])


def parts(drawn, style: str) -> list[ElementTree.Element]:
    return [one for one in drawn.iter() if style in (one.get("class") or "").split()]


def words(drawn) -> str:
    return " ".join(drawn.itertext())


def places(points: str) -> list[tuple[float, float]]:
    return [tuple(map(float, pair.split(","))) for pair in points.split()]


def test_every_window_has_its_value_and_its_bounds():
    drawn = picture(life(6))
    assert len(parts(drawn, "interval")) == 6 and len(parts(drawn, "mark")) == 6 + 1, "the legend has one"
    assert "2026-01-03: 0.850 [0.820, 0.880], met, n 900" in words(drawn)
    limits = parts(drawn, "limit")
    assert len(limits) == 2 and (float(limits[0].get("x1")), float(limits[0].get("x2"))) == (START, END)


def test_higher_is_further_up_and_the_bounds_lie_around_the_value():
    points = [At("a", "met", 0.9, 0.88, 0.92, 10, least=0.8), At("b", "undecided", 0.82, 0.78, 0.85, 10, least=0.8)]
    drawn = picture(Lived("m", [Lot("a", 10), Lot("b", 10)], [course(points)]))
    (first, second) = places(parts(drawn, "course")[0].get("points"))
    assert first[0] < second[0] and first[1] < second[1]
    for bar, value in zip(parts(drawn, "interval"), (first, second), strict=True):
        assert float(bar.get("y1")) > value[1] > float(bar.get("y2"))


def test_a_window_that_waits_for_labels_has_a_column_and_no_value():
    points = [At("a", "met", 0.9, 0.88, 0.92, 10, least=0.8), At("b", WAITS, least=0.8, words="waits for its labels")]
    drawn = picture(Lived("m", [Lot("a", 10, 10), Lot("b", 10, 0)], [course(points)]))
    assert len(parts(drawn, "waits")) == 1 + 1 and len(parts(drawn, "interval")) == 1
    assert "b: waits for its labels" in words(drawn) and "b: 10 rows, 0 with a label" in words(drawn)
    shown = words(tables(Lived("m", [], [course(points)]))[0])
    assert "waits for labels" in shown and "0.900" in shown


def test_alarms_and_responses_are_marked_and_counted():
    happened = [Mark("2026-01-02", "alarm", "row 1,200, sex = F against sex = M"),
                Mark("2026-01-02", "alarm", "row 1,400"),
                Mark("2026-01-03", "response", "fell back to income@6")]
    drawn = picture(life(6, marks=happened))
    assert len(parts(drawn, "alarm")) == 1 + 1 and len(parts(drawn, "response")) == 1 + 1
    assert "2 alarms, the first: row 1,200, sex = F against sex = M" in words(drawn)
    assert "fell back to income@6" in words(drawn) and "first in 2026-01-02" in words(drawn)


def test_the_whole_life_is_a_band_that_goes_from_end_to_end():
    known = [Span("fair", f"2026-01-0{day}", 0.85, 0.8 + day / 100, 0.9 - day / 200, 900) for day in range(1, 6)]
    lived = life(6, spans=[*known, Span("fair", "2026-01-06", math.nan, math.nan, math.nan, 0)])
    drawn = picture(lived)
    (band,) = [one for one in parts(drawn, "whole") if one.tag == "polygon"]
    corners = places(band.get("points"))
    assert len(corners) == 2 * 7 and corners[0][0] == START
    heights = [corner[1] for corner in corners]
    assert heights[0] < heights[-1], "the upper edge comes first"
    assert "whole life" in words(tables(lived)[0])


def test_a_life_that_begins_anew_has_a_band_of_its_own_and_the_figures_are_said():
    rows = (900, 1_800, 700, 1_400)
    spans = [Span("fair", f"2026-01-0{place + 1}", 0.85, 0.80, 0.90, n) for place, n in enumerate(rows)]
    drawn = picture(life(4, spans=spans))
    assert len([one for one in parts(drawn, "whole") if one.tag == "polygon"]) == 2
    assert "all rows until 2026-01-04: 0.850 [0.800, 0.900], n 1,400" in words(drawn)
    told = "".join(tables(life(4, spans=spans))[0].itertext())
    assert "All rows until 2026-01-04: 0.850 [0.800, 0.900], n 1,400. These bounds hold" in told


def test_where_there_is_no_band_it_is_said_why():
    lived = life(4, unspanned="its measure is no mean over rows")
    drawn = picture(lived)
    assert not [one for one in parts(drawn, "whole") if one.tag == "polygon"]
    assert "no band of the whole life" in words(drawn) and "its measure is no mean over rows" in words(drawn)
    assert "No band of the whole life: its measure is no mean over rows." in words(tables(lived)[0])
    assert "band of the whole life" not in words(tables(life(4))[0]), "nobody said anything"


def test_a_limit_that_was_changed_stands_where_it_stood():
    points = [At(label, "met", 0.9, 0.88, 0.92, 10, least=0.8 if label < "c" else 0.85) for label in "abcd"]
    drawn = picture(Lived("m", [Lot(label, 10) for label in "abcd"], [course(points)]))
    old, new, _ = parts(drawn, "limit")
    assert float(old.get("x2")) == float(new.get("x1")) == (START + END) / 2
    assert float(old.get("y1")) > float(new.get("y1"))


def test_an_interval_that_knows_nothing_does_not_flatten_the_others():
    points = [At(str(place), "met", 0.85, 0.82, 0.88, 10, least=0.8) for place in range(9)]
    wide = [*points, At("9", "undecided", 0.85, 0.0, math.inf, 2, least=0.8)]
    lots = [Lot(point.window, 10) for point in wide]
    plain, cut = (places(parts(picture(Lived("m", lots, [course(some)])), "course")[0].get("points"))
                  for some in (points, wide))
    assert plain == cut[:9]


@pytest.mark.parametrize("form", [BROAD, NARROW])
@pytest.mark.parametrize(("windows", "requirements"), [(1, 1), (3, 4), (40, 20), (400, 2)])
def test_all_of_it_stays_inside(windows, requirements, form):
    drawn = picture(life(windows, requirements), form=form)
    _, _, width, height = map(float, drawn.get("viewBox").split())
    assert width == form.width
    shown = min(windows, MOST)
    assert [len(places(one.get("points"))) for one in parts(drawn, "course")] == [shown] * requirements * (shown > 1)
    assert len(parts(drawn, "interval")) == shown * requirements
    assert (f"the newest {shown} of {windows} windows" in words(drawn)) == (windows > MOST)
    for one in drawn.iter():
        for name, most in (("x", width), ("x1", width), ("x2", width), ("cx", width), ("y", height), ("y1", height),
                           ("y2", height), ("cy", height)):
            assert 0 <= float(one.get(name, "0")) <= most
    names = [one for one in parts(drawn, "pale") if one.get("text-anchor") == "middle"]
    names = names[:len(names) if form is BROAD else len(names) // requirements]     # narrow, below each requirement
    ends = [float(one.get("x")) for one in names][::-1]
    assert all(after - before > 6 * len("2026-01-01") for before, after in pairwise(ends))


def test_what_watch_found_becomes_a_life(watched):
    first = watched.windows[0]
    sounded = Alarm(first.verdicts[0].name, "roc_auc >= 0.75", 7, "2016", first.label, "all rows")
    lived = of_watch(replace(watched, sounded=(sounded,)))
    assert [lot.label for lot in lived.windows] == [window.label for window in watched.windows]
    assert [one.name for one in lived.courses] == [verdict.name for verdict in watched.windows[0].verdicts]
    for one in lived.courses:
        asked = [verdict for window in watched.windows for verdict in window.verdicts if verdict.name == one.name]
        assert [point.value for point in one.points] == [verdict.deciding.value for verdict in asked]
    assert lived.courses[0].marks[0].words == "row 7, 2016, all rows"


def test_an_alarm_tells_its_time_once(watched):
    first = watched.windows[0]
    name, line = first.verdicts[0].name, "roc_auc >= 0.75"
    told = [Alarm(name, line, row, at, "2016", "all rows") for row, at in
            ((7, "2016"), (9, "2016-11-22 06:27:23.157107+00:00"))]
    lived = of_watch(replace(watched, sounded=tuple(told)))
    assert [mark.words for mark in lived.courses[0].marks] == ["row 7, all rows",
                                                               "row 9, 2016-11-22 06:27:23 UTC, all rows"]
    page = html.watch(replace(watched, sounded=tuple(told)))
    assert "the first: 2016, row 7, all rows" in page and "the last: 2016, row 9, 2016-11-22 06:27:23 UTC" in page


def test_all_rows_are_those_of_the_filter_of_the_line(watched):
    line, window = "accuracy >= 0.75 where AGEP >= 55", watched.windows[0].label
    alarm = Alarm("elders", line, 7, "", window, "all rows")
    assert words_of(alarm) == "row 7, all rows where AGEP >= 55"
    assert alarm_text(alarm).endswith("all rows where AGEP >= 55")
    assert words_of(replace(alarm, about="sex = F")) == "row 7, sex = F"
    told = alert.told([Response("m@7", "alert", "elders", line, "all rows", "told")], alarm)
    assert told["about"] == "all rows" and told["text"].endswith(" of all rows where AGEP >= 55")
    assert "all rows where AGEP >= 55" in text.watch(replace(watched, sounded=(replace(alarm, name="useful"),)))
    spans = [Span("fair", "2026-01-04", 0.85, 0.80, 0.90, 900)]
    lived = life(4, spans=spans)
    lived = replace(lived, courses=[replace(lived.courses[0], line=line)])
    assert "all rows where AGEP >= 55 until 2026-01-04: 0.850" in words(picture(lived))
    assert "all its rows 0.850" in words(picture(lived))
    assert "All rows where AGEP >= 55 until 2026-01-04: " in "".join(tables(lived)[0].itertext())


def test_the_legend_has_what_is_drawn_and_nothing_else():
    assert "no value yet" not in words(picture(life(3))) and "alarm" not in parts(picture(life(3)), "small")[-1].text
    points = [At(label, "", 0.5, 0.4, 0.6, 10) for label in "ab"]
    drawn = picture(Lived("m", [Lot(label, 10) for label in "ab"], [course(points)], what="group", lot="verdict"))
    told = words(drawn)
    assert "value, with its bounds" in told and "1 group, 2 verdicts" in told and "limit" not in told
    assert "at most 10" in told and "20 rows" not in told, "two verdicts may be on the same rows"


def test_both_forms_say_the_same():
    broad, narrow = pictures(life(6, 2, marks=[Mark("2026-01-02", "alarm", "row 1,200")]))
    told = [{"".join(one.itertext()) for one in drawn.iter() if one.tag in ("title", "desc")}
            for drawn in (broad, narrow)]
    assert told[0] == told[1] and len(told[0]) > 6
    ids = [one.get("id") for drawn in (broad, narrow) for one in drawn.iter() if one.get("id")]
    assert len(ids) == len({*ids}) == 4


def test_a_window_waits_only_for_labels():
    table = pa.table({"label": [row % 2 if row < 100 else None for row in range(200)], "decision": [0, 1] * 100})
    report = shall.watch({"subject": {"target": "label", "positive": "1"}, "watch": {"windows": ["100 rows"]},
                          "requirements": {"right": "accuracy >= 0.3", "chosen": "selection_rate >= 0.1",
                                           "nobody": "selection_rate >= 0.1 where decision > 2"}}, table)
    found = {one.name: [point.verdict for point in one.points] for one in of_watch(report).courses}
    assert found == {"right": ["met", WAITS], "chosen": ["met", "met"], "nobody": ["undecided", "undecided"]}


def test_a_picture_and_a_page_of_a_watch(watched):
    assert ElementTree.fromstring(svg.watch(watched)).tag == f"{SVG}svg"
    page = html.watch(watched)
    for verdict in watched.windows[-1].verdicts:
        assert f"{verdict.name}, window by window" in page
    assert page == html.watch(watched) and "<script" not in page


def test_windows_of_another_size_stand_below(beside, watched):
    page = html.watch(beside)
    assert page.count("Also by 90000 rows") == 1 and "rows 3" in page and "Also by" not in html.watch(watched)
    told = text.watch(beside)
    assert told.startswith(text.watch(watched)) and "Also by 90000 rows; these windows raise no alarm" in told


def test_a_page_of_very_many_windows_has_the_newest_and_all_that_happened(watched):
    lines = {f"r{place}": verdict for place, verdict in enumerate(watched.windows[0].verdicts * 20)}
    told = [replace(verdict, requirement=replace(verdict.requirement, name=name)) for name, verdict in lines.items()]
    alarm = Alarm("r0", "roc_auc >= 0.75", 7, "", "day 3", "all rows")
    long = replace(watched, windows=[replace(watched.windows[0], label=f"day {day}", verdicts=tuple(told))
                                     for day in range(365)], sounded=(alarm,), spans=())
    text = html.watch(long)
    assert 500_000 < len(text.encode()) <= html.MOST and "day 364" in text and ">day 20<" not in text
    assert "A page cannot hold 365 windows" in text and "day 3, " in text
    assert "A page cannot hold" not in html.watch(watched)


def test_names_cannot_add_markup():
    points = [At(name, "met", 0.9, 0.88, 0.92, 10, least=0.8, words=name) for name in NAMES]
    lived = Lived("</title><script>", [Lot(name, 1, 1) for name in NAMES],
                  [course(points, name, marks=[Mark(name, "alarm", name)]) for name in NAMES[-20:]])
    root = ElementTree.fromstring(xml(picture(lived, sheet="svg { }")))
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == {
        "svg", "title", "desc", "style", "rect", "text", "line", "polyline", "polygon", "circle", "g"}


def test_an_empty_life_is_drawn_too():
    assert "0 windows" in words(picture(Lived("", [], [])))
    assert "no value yet" in words(picture(Lived("m", [Lot("a", 0)], [course([At("a", "undecided")])])))
