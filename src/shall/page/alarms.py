"""Alarms as the page tells them: each time that one sounds is an alarm; its requirement is in alarm until it ends."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.courses import Point
from shall.api.shown.evidence import NO_END, Model
from shall.api.shown.happening import Event
from shall.api.shown.previewing import quoted
from shall.core.verdict import Finding
from shall.page.site import Site, Who
from shall.page.travel import sent
from shall.reports._layout import plural
from shall.reports._life import Mark
from shall.reports._tree import element

Sounded = Mapping[tuple[str, str], list[str]]           # what each alarm says, by version and window
BESIDE: Final = ("Met beside an alarm is no contradiction: the verdict is on the rows of its own check or window, the "
                 "alarm says that rows in service broke the promise at some moment, and it stands until a later window "
                 "meets the line and raises none.")


def sounded(site: Site, model: str) -> dict[str, Sounded]:
    """Every alarm of a model that was recorded, by requirement."""
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for window in site.evidence.windows(model):         # of a store that has no record of the alarm itself
        for name in window.alarms:
            found.setdefault(name, {})[window.version, window.label] = []
    for event in site.evidence.life(model):
        if event.kind == "alarm":
            of = found.setdefault(event.name, {})
            of.setdefault((event.version, event.window), []).append(event.words.removesuffix("."))
    return {name: {place: said or [f"in {place[1]}"] for place, said in of.items()} for name, of in found.items()}


def marks(found: Sounded, points: Iterable[tuple[str, Point]]) -> list[Mark]:
    """The alarms of some windows, by the label that each has in a picture."""
    return [Mark(label, "alarm", words) for label, point in points if point.phase == "watch"
            for words in found.get((point.version, point.window), ())]


def in_alarm(number: int) -> str:
    """`2 requirements in alarm`."""
    return f"{plural(number, 'requirement')} in alarm"


def ending(site: Site, who: Who, model: Model, event: Event) -> Element:
    """The command that ends a response that stands, and who has tried in vain; whoever asks from elsewhere is told no
    place of this machine."""
    subject = f"{model.name}@{event.version}" if event.version else model.name
    told = f"shall responses --end {quoted(subject)} {quoted(event.name)} --why REASON"
    trusted = (site.evidence.enders(subject) if site.serving is None else
               site.serving.enforcing.trusted(subject))
    roles = [*dict.fromkeys(role for role, _ in trusted)]
    if roles:
        told += f" --key {roles[0].upper()}.key"
    if site.evidence.store is not None:
        told += f" --store {'ADDRESS' if who.role else quoted(site.evidence.store.name)}"
    tried = [one for one in site.evidence.life(model.name) if one.kind == "response" and one.record > event.record
             and (one.version, one.name) == (event.version, event.name) and one.words.endswith(NO_END)]
    others = f", or by the key of the {' or the '.join(roles[1:])}" if roles[1:] else ""
    return element("span", "It ends by ", element("code", sent(told)), f"{others}.",
                   *(f" {one.words}" for one in tried[-1:]))


def beside(models: Iterable[Model]) -> Element | None:
    """Why a line can be met and in alarm, where one is."""
    both = any((point := model.newest.get(event.name)) is not None and point.verdict == str(Finding.MET)
               for model in models for event in model.alarms)
    return element("p", BESIDE, class_="pale") if both else None
