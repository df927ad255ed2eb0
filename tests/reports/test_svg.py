"""The picture of a check: well formed, without a script, hostile names escaped."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree

from shall.core.requirement import Requirement
from shall.reports import svg

NAMES = {"svg": "http://www.w3.org/2000/svg"}


def words(picture: str) -> str:
    return " ".join("".join(text.itertext()) for text in ElementTree.fromstring(picture).iterfind(".//svg:text", NAMES))


def test_every_requirement_is_drawn(checked):
    picture = svg.check(checked)
    for verdict in checked.verdicts[:-1]:
        assert verdict.name in words(picture)
    assert picture.count("<circle") == sum(verdict.deciding.value is not None for verdict in checked.verdicts)


def test_a_verdict_is_a_word_and_not_only_a_colour(checked):
    for word in ("✓ met", "✗ broken", "? undecided", "~ waived"):
        assert word in words(svg.check(checked))


def test_names_cannot_add_markup(checked, found, measured):
    requirement = replace(Requirement.parse("accuracy >= 0.8"), name="</text><script>alert(1)</script>")
    picture = svg.check(replace(checked, verdicts=(found(requirement, measured("accuracy", 0.9, 0.85, 0.95)),),
                                subject="<b>&"))
    assert {element.tag.rpartition("}")[2] for element in ElementTree.fromstring(picture).iter()} == {
        "svg", "title", "rect", "text", "line", "circle"}


def test_everything_stays_inside(checked):
    root = ElementTree.fromstring(svg.check(checked))
    width = float(root.get("width"))
    for line in root.iterfind(".//svg:line", NAMES):
        assert 0 <= float(line.get("x1")) <= float(line.get("x2")) <= width


def test_the_same_findings_are_the_same_bytes(checked):
    assert svg.check(checked) == svg.check(checked)
