"""Estimates that were recorded as decided, and that labels of their windows refute since: what was recorded stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.courses import Point
from shall.api.shown.evidence import Model
from shall.api.shown.happening import REFUTED, Event
from shall.page import addresses
from shall.page.said import REFUTED as WORDS
from shall.page.said import badge_of, coded, moment, record_link
from shall.page.site import Site
from shall.reports._tree import Inside, element

RULE: Final = ("An estimate is held against the newest labels that were there when it was judged. What was recorded "
               "then stays as it is; the next window that is judged has these labels too.")


def stands(model: Model, name: str) -> bool:
    """Whether the newest verdict on a line is an estimate that labels refute."""
    return any(event.name == name for event in model.refuted)


def badge(model: Model, name: str, point: Point) -> Element:
    """The newest verdict on a line, and that labels refute it where they do."""
    mark = element("span", f"? {WORDS}", class_="verdict undecided") if stands(model, name) else None
    return badge_of(point.verdict) if mark is None else element("span", badge_of(point.verdict), " ", mark)


def section(models: Sequence[Model]) -> Element | None:
    """The estimates of some models of which nothing was found since; each leads to its line."""
    found = [element("li", element("a", event.name, href=addresses.requirement(model.name, event.name)),
                     f" of {model.name}: ", *told(event)) for model in models for event in model.refuted]
    return element("section", element("h2", "Estimates that labels refute"), element("ul", *found),
                   element("p", RULE, class_="pale")) if found else None


def notice(site: Site, model: Model, name: str) -> Element | None:
    """What labels refute of one line: that its newest verdict is such an estimate, else how many of before were."""
    every = of(site.evidence.life(model.name), name)
    standing = [event for event in model.refuted if event.name == name]
    if not every:
        return None
    if not standing:
        return element("div", element("p", element("strong", "Labels refuted an estimate of it. "), *told(every[-1])),
                       class_="notice calm")
    return element("div", *(element("p", element("strong", "? Labels refute it. ", class_="undecided"), *told(event))
                            for event in standing), element("p", RULE, class_="pale"), class_="notice calm")


def told(event: Event) -> Iterator[Inside]:
    """What is refuted, when that was recorded, and where."""
    yield from coded(event.words)
    yield from (" ", moment(event.at), ", ", record_link(event.record))


def of(events: Iterable[Event], name: str) -> list[Event]:
    """What labels refuted of one line, oldest first."""
    return [event for event in events if event.kind == REFUTED and event.name == name]


def at(events: Sequence[Event], point: Point) -> Element:
    """A verdict on a line, and the record that refutes it where one of the ``events`` does."""
    found, made = badge_of(point.verdict), (event for event in events if _is_of(event, point))
    link = next((record_link(event.record, WORDS) for event in made), None)
    return found if link is None else element("span", found, ", ", link)


def _is_of(event: Event, point: Point) -> bool:
    same = (event.version, event.window, "watch") == (point.version, point.window, point.phase)
    return same and event.record > point.record
