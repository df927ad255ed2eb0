"""What a model in service promises, as the shall file in its bundle says it, and how each line stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.evidence import Model
from shall.api.shown.promised import NOT_WATCHED, Promise, Promised, promised
from shall.api.shown.rows_in_service import KEY
from shall.page import addresses
from shall.page.said import badge_of
from shall.page.site import Site
from shall.page.travel import sent
from shall.reports._layout import plural
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

MODELS: Final = 6                           # whose lines are told on one page
NEXT: Final = ("A verdict comes when a window is over, an alarm as soon as it is certain; each is shown here. Next: "
               "follow a requirement to see it on the rows that were answered so far.")


def of(site: Site, model: Model) -> Promised | None:
    """What a model in service promises, where the page has a server beside it."""
    return promised(site.serving, site.evidence, model.name)


def unrecorded(site: Site, model: Model) -> list[str]:
    """The lines in alarm of which no record tells: those of a server without a store."""
    known, recorded = of(site, model), {event.name for event in model.alarms}
    return [] if known is None else [one.line.name for one in known.lines
                                     if one.alarm and one.line.name not in recorded]


def section(of_models: Sequence[tuple[Model, Promised | None]]) -> Element | None:
    """The lines of every model in service some of whose lines wait for a verdict; None where there is none."""
    shown = [(model, known) for model, known in of_models if known is not None
             and any(one.why and one.why != NOT_WATCHED for one in known.lines)]
    if not shown:
        return None
    return element("section", element("h2", "What is promised in service"),
                   *(part for model, known in shown[:MODELS] for part in _model(model, known)),
                   element("p", f"{plural(len(shown) - MODELS, 'more model')}: see their own pages. ", class_="pale")
                   if len(shown) > MODELS else None, element("p", NEXT, class_="pale", role="status"), id="promised")


def _model(model: Model, known: Promised) -> Iterator[Element]:
    """How far one is watched, and its lines."""
    yield _watched(model, known)
    lines: list[list[Inside]] = [
        [element("a", one.line.name, href=addresses.requirement(model.name, one.line.name)),
         element("div", *_stands(one), element("p", element("code", sent(str(one.line)))))] for one in known.lines]
    yield grid(f"Every requirement of version {known.version}, from the shall file in its bundle",
               ("requirement", "in service"), lines, "<<", heads=0)


def _watched(model: Model, known: Promised) -> Element:
    rows = "its rows are looked at soon" if known.rows is None else f"{plural(known.rows, 'row')} so far"
    window = f", in windows of {known.window}" if known.window else ""
    return element("p", element("strong", f"{model.name}@{known.version}"), f" is watched: {rows}{window}.")


def _stands(one: Promise) -> Iterator[Inside]:
    if one.alarm:
        yield element("span", "▲ in alarm", class_="verdict broken")
        yield ", "
    yield badge_of(one.found) if one.found else element("span", one.why, class_="pale")


def unjudged(site: Site, model: Model, part: str) -> tuple[str, list[Element]] | None:
    """The name of a line in service of which no verdict is recorded, and what there is to say of it; ``part``: of its
    address. None where there is none."""
    known = of(site, model)
    for one in () if known is None else known.lines:
        if addresses.part(one.line.name) == part and one.line.name not in model.newest:
            assert known is not None
            rows = addresses.model(model.name, tab="slices", requirement=one.line.name, of=KEY + known.version)
            return one.line.name, [
                element("p", element("code", sent(str(one.line)))), element("p", *_stands(one)), _watched(model, known),
                element("p", element("a", "See it on the rows so far", href=rows, class_="button"))]
    return None
