"""The page of a check: a verdict is a word, nothing runs or loads, names add no markup, many groups stay readable."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from shall.core.curve import Curve, Point, Series
from shall.core.requirement import Waiver
from shall.reports import html
from tests.reports.conftest import ON, required
from tests.reports.hostile import NAMES

ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section", "h1", "h2", "h3", "p",
    "span", "code", "a", "ul", "li", "div", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure",
    "figcaption", "details", "summary", "dl", "dt", "dd", "svg", "desc", "rect", "line", "text", "circle", "polyline"}
ACTIVE = {"src", "style", "srcset", "action"}
VOID = {"meta"}


class Read(HTMLParser):
    """What a page is made of, as a parser of HTML sees it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs)
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def curve(name: str = "useful", **more) -> Curve:
    points = tuple(Point(step / 4, (step / 4) ** 0.5, 0.0, 1.0) for step in range(5))
    return Curve("ROC curve", "false positive rate", "true positive rate", (Series((("sex", "F"),), points),
                 Series((("sex", "M"),), points)), diagonal=True, requirement=name, measure="roc_auc", **more)


def many(found, measured, groups, number: int):
    rows = groups("race", *((f"group {place}", 1000 + place, 0.5 + place / 1000, 0.4, 0.7) for place in range(number)))

    return found(required("accuracy over race >= 0.6", "many"),
                 measured("accuracy", 0.5, 0.45, 0.55, grouping=("race",), groups=rows, worst=(rows[0].group,)))


def test_every_requirement_is_told(checked):
    page = Read(html.check(checked))
    assert page.open == []
    for verdict in checked.verdicts:
        assert verdict.name in page.text
        assert str(verdict.requirement) in page.text
    for said in ("✓ 4 met", "✗ 2 broken", "? 2 undecided", "~ 1 waived", "97,412 rows", "0f" * 32,
                 "Why: the four-fifths rule",
                 "Found broken; waived until 2027-01-31 by risk committee: retraining planned", "look 3 of 20",
                 "To settle it: about 1,240 more rows of race = (rest)", "the score is column p_employed (guessed)",
                 "Not available: there is no `train` to compare with"):
        assert said.replace("look ", "") in page.text, said


def test_a_verdict_is_a_word_and_a_mark_and_not_only_a_colour(checked):
    page = Read(html.check(checked))
    for attributes in page.all("span"):
        assert "style" not in attributes
    assert page.text.count("✗ broken") >= 4         # in the head, in the summary and in two sections


def test_nothing_runs_and_nothing_is_loaded(checked):
    page = html.check(replace(checked, curves=(curve(),)))
    read = Read(page)
    policy = read.all("meta")[1]
    assert policy["http-equiv"] == "Content-Security-Policy"
    style = page[page.index("<style>") + 7:page.index("</style>")]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy["content"] == (f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; "
                                 "form-action 'none'")
    assert {tag for tag, _ in read.tags} <= ALLOWED
    for _, attributes in read.tags:
        assert not {name for name in attributes if name.startswith("on") or name in ACTIVE}
        assert attributes.get("href", "#").startswith("#")
    assert "url(" not in style
    assert "@import" not in style


def test_it_can_be_read_aloud(checked):
    page = Read(html.check(replace(checked, curves=(curve(),))))
    assert page.all("html")[0]["lang"] == "en"
    assert [tag for tag, _ in page.tags if tag == "h1"] == ["h1"]
    assert all(head.get("scope") in ("col", "row") for head in page.all("th"))
    assert len(page.all("caption")) == len(page.all("table"))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    for picture in page.all("svg"):
        assert picture["role"] == "img"
        assert set(picture["aria-labelledby"].split()) <= set(ids)
    assert {link["href"][1:] for link in page.all("a")} <= set(ids)


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_hostile_name_is_only_a_name(checked, found, measured, groups, name):
    rows = groups("sex", (name, 500, 0.4, 0.3, 0.5), ("F", 500, 0.5, 0.4, 0.6))
    rows = tuple(replace(row, group=((name or "sex", row.group[0][1]),), note=name) for row in rows)
    waiver = Waiver(ON, name, name)
    verdict = found(required("accuracy over sex >= 0.6", name, why=name, controls=(name,), waive=waiver),
                    measured("accuracy", 0.4, 0.3, 0.5, grouping=("sex",), groups=rows, worst=(rows[0].group,),
                             settles=name, reason=name, compared=name))
    drawn = curve(name, note=name)
    drawn = replace(drawn, title=name, x=name, y=name, series=tuple(replace(one, name=name) for one in drawn.series))
    report = replace(checked, verdicts=(verdict,), subject=name, file=name, notes=(name,), digests={name: name},
                     curves=(drawn, replace(drawn, kind="bars")))
    page = html.check(report)
    read = Read(page)
    assert read.open == []
    assert {tag for tag, _ in read.tags} <= ALLOWED
    assert len(read.all("meta")) == 5
    for tag, attributes in read.tags:
        assert not {given for given in attributes if given.startswith("on") or given in ACTIVE}
        assert tag != "a" or attributes["href"].startswith("#")
    assert all(char.isprintable() or char == "\n" for char in page)
    page.encode("utf-8")
    if name.strip() and len(name) < 100 and name.isprintable():
        assert " ".join(name.split()) in read.text


def test_sixty_seven_groups_stay_readable(checked, found, measured, groups):
    page = html.check(replace(checked, verdicts=(many(found, measured, groups, 67),)))
    read = Read(page)
    assert "All 67 groups" in read.text
    assert len([tag for tag, _ in read.tags if tag == "circle"]) == 2 * (1 + 16), "in both forms"
    assert read.text.index("group 0") < read.text.index("group 1 ")
    assert "51 more are in the table" in read.text
    assert len(page) < 60_000


def test_two_megabytes_are_never_exceeded(checked, found, measured, groups):
    one = many(found, measured, groups, 200)
    page = html.check(replace(checked, verdicts=(one,) * 300))
    assert 200_000 < len(page.encode()) <= html.MOST
    assert "There are more groups than a page can hold" in page
    assert page.count("<h2>") == 301


def test_a_curve_is_drawn_for_each_group_with_its_points_below(checked):
    page = Read(html.check(replace(checked, curves=(curve(left=3),))))
    panels = [picture for picture in page.all("svg") if picture["class"] == "panel"]
    assert len(panels) == 2
    assert len([tag for tag, _ in page.tags if tag == "polyline"]) == 4     # each with the other pale behind it
    for said in ("ROC curve of sex=F", "3 more groups are not drawn", "The points as a table", "0.7071"):
        assert said in page.text


def test_bars_stand_beside_those_of_the_reference(checked):
    bars = tuple(Point(place, share, label=label) for place, (share, label) in enumerate([(0.7, "a"), (0.3, "b")]))
    both = Curve("Now and in the reference", "STATE", "share of rows", (Series((), bars, "reference"),
                 Series((), bars, "now")), kind="bars", requirement="useful", measure="psi")
    page = Read(html.check(replace(checked, curves=(both,))))
    kinds = [shape.get("class") for shape in page.all("rect")]
    assert (kinds.count("outlined"), kinds.count("solid")) == (2, 2)
    assert "Outlined: the reference; solid: now." in page.text


@pytest.mark.parametrize("value", [1e200, -1e200, 1e-12, 0.0, 1.0, float("inf")])
def test_odd_values_are_drawn_inside(checked, found, measured, value):
    part = measured("mean(x)", value, value, value)
    page = html.check(replace(checked, verdicts=(found(required("mean(x) >= 0.5", "odd"), part),)))
    for number in re.findall(r'(?:cx|x1|x2)="([^"]+)"', page):
        assert 0 <= float(number) <= 800


def test_the_same_findings_are_the_same_bytes(checked):
    assert html.check(checked) == html.check(replace(checked))
