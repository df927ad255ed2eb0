"""Words and badges that several views show alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.etree.ElementTree import Element

from shall.api.shown.courses import Point
from shall.api.shown.evidence import Model
from shall.api.shown.happening import Event
from shall.core.branches import parted
from shall.core.verdict import WORST_FIRST, Finding, Verdict
from shall.page import addresses
from shall.page.alarms import in_alarm
from shall.reports._figures import Scale, bound_text, scale_of
from shall.reports._lines import MARKS
from shall.reports._page_parts import badge
from shall.reports._tree import Inside, element

PLAIN = Scale(1.0, 4)
REFUTED = "labels refute it"                # of an estimate, beside its verdict


def finding(word: str) -> Finding | None:
    """The finding of its word."""
    return Finding(word) if word in set(Finding) else None


def badge_of(word: str) -> Element:
    """A verdict as mark, word and colour; of an unknown word the word alone."""
    found = finding(word)
    return badge(found) if found is not None else element("span", word, class_="verdict")


def worst_of(points: Iterable[Point]) -> Finding | None:
    """The worst of some verdicts; None where there is none."""
    found = {point.verdict for point in points}
    return next((kind for kind in WORST_FIRST if str(kind) in found), None)


def chips(model: Model) -> Element:
    """Every requirement with its newest verdict, the worst first; each a link."""
    order = {str(kind): place for place, kind in enumerate(WORST_FIRST)}
    ordered = sorted(model.newest.items(), key=lambda one: (order.get(one[1].verdict, 9), one[0]))
    return element("ul", *(element("li", _chip(model, name, point)) for name, point in ordered), class_="chips")


def _chip(model: Model, name: str, point: Point) -> Element:
    found = finding(point.verdict)
    mark = MARKS[found] if found is not None else "·"
    alarmed, refuted = (any(event.name == name for event in some) for some in (model.alarms, model.refuted))
    told = [point.verdict, *([f"version {point.version}"] if point.version else []), *([REFUTED] if refuted else [])]
    return element("a", element("span", mark, class_="mark", aria_hidden="true"), " ", name,
                   element("span", f" {point.verdict}" + (", alarm" if alarmed else "")
                           + (f", {REFUTED}" if refuted else ""), class_="hidden"),
                   element("span", " ▲", aria_hidden="true") if alarmed else None,
                   element("span", " ?", aria_hidden="true") if refuted else None,
                   href=addresses.requirement(model.name, name), class_=f"chip {point.verdict}",
                   title=", ".join(told) if len(told) > 1 else None)


def moment(at: str) -> Element:
    """A time of UTC, to the minute; all of it for machines."""
    return element("time", f"{at[:10]} {at[11:16]} UTC" if at else "never", datetime=at or None)


def figures(point: Point, verdict: Verdict | None) -> list[Inside]:
    """Value, bounds, limit and n, as the report of the verdict writes them."""
    if verdict is None:
        scale, limit = PLAIN, "" if point.limit is None else f"{point.side} {point.limit:g}"
    else:
        scale = scale_of(verdict, verdict.deciding)
        same = verdict.limit == point.limit or point.limit is None
        limit = bound_text(verdict, verdict.deciding) if same else f"{point.side} {scale(point.limit)}"
    return [exact(scale(point.value), point.value), scale.between(point.low, point.high), limit, f"{point.n:,}"]


def exact(text: str, value: float | None) -> Inside:
    """A figure as it is read, with every digit of it for programs and those who point at it."""
    return text if value is None else element("data", text, value=repr(value), title=repr(value))


def coded(text: str) -> Iterator[Inside]:
    """A text; what stands between backticks as code."""
    parts = text.split("`")
    if not len(parts) % 2:                  # one is not closed
        parts = [text]
    for place, part in enumerate(parts):
        yield element("code", part) if place % 2 else part


def step(words: str, command: str, more: str = "") -> Element:
    """That there is nothing yet, and the one command that brings something."""
    return element("p", f"{words} Next: ", element("code", command), more, class_="pale", role="status")


def record_link(sequence: int, words: str = "") -> Element:
    """A link to a record."""
    return element("a", words or f"record {sequence}", href=addresses.record(sequence))


def words_of(event: Event) -> str:
    """What happened, and to which branch where it was one."""
    branch = parted(event.version)[1]
    return f"Branch {branch}: {event.words[:1].lower()}{event.words[1:]}" if branch else event.words


def state_of(model: Model, version: str, answers: str) -> list[Inside]:
    """Who answers (``answers``; ``version`` is in charge), what is recalled, which alarms stand, and what labels
    refute, in words."""
    said: list[Inside] = [element("span", answers, class_="state")] if answers else []
    said += [element("span", f"✗ version {one} recalled", class_="state broken") for one in model.recalled]
    if version and all(one in model.recalled for one in (version, *model.versions)):
        said.append(element("span", "✗ nothing answers", class_="state broken"))
    judged = sorted({point.version for point in model.newest.values()} - {"", version})
    if judged and not model.decides:        # nobody is in charge whose verdicts alone would count
        said.append(element("span", f"judged: version {', '.join(judged)}", class_="state"))
    if model.alarms:
        said.append(element("span", f"▲ {in_alarm(len(model.alarms))}", class_="state broken"))
    said += [element("span", f"? labels refute an estimate: {event.name}", class_="state undecided")
             for event in model.refuted]
    said += [element("span", f"■ {words_of(event)}", class_="state undecided") for event in model.responses
             if event.way != "alert"]
    return said


def sentences(lines: Sequence[Inside], class_: str | None = None) -> Element:
    """Some sentences as a list."""
    return element("ul", *(element("li", line) for line in lines), class_=class_)
