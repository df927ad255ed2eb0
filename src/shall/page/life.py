"""The life of one model: built, checked, packed, in charge, watched, alarmed, recalled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.evidence import Model, Window
from shall.api.shown.happening import REFUTED, Event
from shall.core.verdict import Finding
from shall.page import addresses, promised, refuted
from shall.page.alarms import beside, ending
from shall.page.courses import lived
from shall.page.finding import answers, in_charge, model_of
from shall.page.said import badge_of, coded, figures, moment, record_link, state_of, step, words_of, worst_of
from shall.page.site import Asked, Shown, Site
from shall.reports._layout import plural
from shall.reports._life_page import FURTHER
from shall.reports._life_picture import pictures
from shall.reports._lines import MARKS as SIGNS
from shall.reports._strip import strip
from shall.reports._tables import grid
from shall.reports._timeline import Happened, timeline
from shall.reports._tree import Inside, element

LANES: Final = {"build": "built", "check": "checked", "shipped": "packed", "approval": "approved",
                "in service": "served", "in charge": "answers", "take over": "apprentice", "verdicts": "watched",
                "alarm": "alarms", "response": "responses", REFUTED: "refuted", "recall": "recalls",
                "lifted": "recalls"}
STYLES: Final = {kind: kind for kind in ("alarm", "response", "recall", "lifted")} | {REFUTED: "undecided"}
RUNS: Final = {"alarm": "alarms", "response": "responses", REFUTED: "estimates that labels refute"}
PHASES: Final = ("build", "check", "apprentice", "watch")
MOST: Final = 200                           # of the table of events
WINDOWS: Final = 60                         # of a picture and of a strip
MARKS: Final = 360                          # of a picture: the more requirements, the fewer windows


def view(site: Site, asked: Asked) -> Shown:
    """One model: its state, its time line, the newest verdicts, its windows, and every event."""
    model = model_of(site, asked)
    worst = worst_of(model.newest.values())
    top = [badge_of(str(worst)) if worst is not None else None,
           element("p", *state_of(model, in_charge(site, model), answers(site, model)), class_="states")]
    return Shown(model.name, [*_main(site, asked, model)], top, (("Models", "/page"),), model.name)


def _main(site: Site, asked: Asked, model: Model) -> Iterator[Inside]:
    events = site.evidence.life(model.name)
    windows = site.evidence.windows(model.name)
    yield _standing(site, asked, model)
    if model.newest:
        yield _requirements(site, model)
    yield promised.section([(model, promised.of(site, model))])
    happened = sorted([*map(_happened, events), *_silences(events), *map(_watched, windows)], key=lambda one: one[0])
    if happened:
        yield element("section", element("h2", "Its life"), element("p", LEGEND, class_="pale"),
                      element("figure", *timeline([one for _, one in happened], [*dict.fromkeys(LANES.values())])))
    if windows:
        yield element("section", element("h2", "In service, window by window"),
                      element("figure", *pictures(lived(site, model, _windows(model)))))
    for size in site.evidence.sizes(model.name):
        yield element("section", element("h2", f"In service, also by {size}"), element("p", FURTHER, class_="pale"),
                      element("figure", *pictures(lived(site, model, _windows(model), size=size),
                                                  f"by-{addresses.part(size)}")))
    yield _events(asked, model, events)


LEGEND: Final = ("From left to right as it was recorded. A disc is met, a diamond broken, a ring undecided; a flag is "
                 "an alarm, a bar a response, a square a recall, a small one its lift, a ring one that does not count.")


def _windows(model: Model) -> int:
    return min(WINDOWS, max(MARKS // max(len(model.newest), 1), 12))


def _standing(site: Site, asked: Asked, model: Model) -> Element | None:
    """What is wrong now, in sentences."""
    said: list[Inside] = [element("span", f"Version {version} was recalled by {one.by or 'somebody'}, ", moment(one.on),
                                  f": {one.why}") for version, one in model.recalled.items()]
    said += [element("span", words_of(event), " ", moment(event.at), ", ", record_link(event.record),
                     *((". ", ending(site, asked.who, model, event)) if event.kind == "response" else ()))
             for event in (*model.alarms, *model.responses) if event.way != "alert"]
    said += [element("span", *refuted.told(event)) for event in model.refuted]
    if not said:
        return None
    return element("div", element("h2", "Now"), element("ul", *(element("li", one) for one in said)),
                   beside([model]), class_="notice")


def _requirements(site: Site, model: Model) -> Element:
    rows: list[list[Inside]] = []
    for name, point in model.newest.items():
        course = site.evidence.followed(model.name, name)
        phases = [element("span", SIGNS[Finding(one.verdict)], title=f"{phase}: {one.verdict}, {one.at[:10]}",
                          class_=f"verdict {one.verdict}") if one is not None and one.verdict in set(Finding) else ""
                  for phase in PHASES for one in [course.of_phase(phase, model.decides)]]
        found = course.found(model.decides)[-WINDOWS:]
        rows.append([refuted.badge(model, name, point),
                     element("a", name, href=addresses.requirement(model.name, name)), point.version,
                     *figures(point, site.evidence.latest(model.name, name)), *phases,
                     strip(found, "verdict", width=120, height=16)])
    kept = [place for place in range(12) if place not in range(7, 11) or any(row[place] != "" for row in rows)]
    titles = ("verdict", "requirement", "version", "value", "bounds", "limit", "n", *PHASES, "course")
    return element("section", element("h2", "Every requirement, as it was found last"),
                   grid(f"The newest verdicts on {model.name}", [titles[place] for place in kept],
                        [[row[place] for place in kept] for row in rows],
                        "".join("<<<>>>><<<<<"[place] for place in kept), heads=1))


def _happened(event: Event) -> tuple[int, Happened]:
    style = event.worst or (STYLES.get(event.kind, "own") if event.counts else "undecided")
    span = f"version {event.version}" if event.kind == "in charge" else ""
    words = f"Version {event.version}: {event.words}" if event.worst and event.version else event.words
    return event.record, Happened(LANES[event.kind], event.at, style, words, span)


def _silences(events: Sequence[Event]) -> Iterator[tuple[int, Happened]]:
    """Where the version that answered was recalled, so that its bar ends, and where that was lifted."""
    answers, silent = "", False
    for event in sorted(events, key=lambda one: one.record):
        if event.kind == "in charge":
            answers, silent = event.version, False
        elif event.kind == "recall" and event.version == answers and not silent:
            silent, words = True, f"Version {answers} answers no more: {event.words}"
            yield event.record, Happened("answers", event.at, "recall", words)
        elif event.kind == "lifted" and event.version == answers and silent and event.counts:
            silent = False
            yield event.record, Happened("answers", event.at, "own", event.words, f"version {answers}")


def _watched(window: Window) -> tuple[int, Happened]:
    return window.record, Happened("watched", window.at, window.worst, f"window {window.label}: {window.worst}")


def _together(events: Sequence[Event]) -> Iterator[list[Event]]:
    """Alarms and responses of one line as one, until something else happened: what goes on sounds again and again."""
    found: dict[object, list[Event]] = {}
    for event in events:
        if event.kind not in RUNS:
            yield from found.values()
            found.clear()
            yield [event]
        else:
            found.setdefault((event.kind, event.name, event.version, event.way), []).append(event)
    yield from found.values()


def _told(found: Sequence[Event]) -> Inside:
    """The words of an event, or of a run of alarms, newest first."""
    newest = found[0]
    if len(found) == 1:
        return element("span", *coded(newest.words))
    said = coded(f"{newest.name}: {len(found):,} {RUNS[newest.kind]}, the last: {newest.words}")
    each = [element("li", *coded(one.words), " ", record_link(one.record, str(one.record))) for one in found]
    return element("details", element("summary", *said), element("ol", *each), id=f"run-{newest.record}")


def _events(asked: Asked, model: Model, events: Sequence[Event]) -> Element:
    """The newest events, and a way to those before them."""
    before = asked.one("before")
    ordered = [event for event in reversed(events) if not before.isdecimal() or event.record < int(before[:15])]
    shown = ordered[:MOST]
    rows: list[list[Inside]] = [[moment(found[0].at), LANES[found[0].kind], found[0].version, _told(found),
                                 record_link(found[0].record, str(found[0].record))] for found in _together(shown)]
    older = None
    if len(ordered) > MOST:
        to = addresses.model(model.name, before=str(shown[-1].record)) + "#happened"
        older = element("p", element("a", f"{len(ordered) - MOST:,} older ones", href=to))
    titles = ("when", "what", "version", "in words", "record")
    table = grid(f"{plural(len(events), 'event')}, the newest first", titles, rows, "<<<<>", heads=3)
    table = table if rows else step("Nothing happened yet.", "shall check")
    return element("section", element("h2", "What happened"), table, older, id="happened")
