"""What goes on now: alarms that stand, what is done about them, and the newest windows; it loads itself again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.evidence import Model
from shall.page import addresses, promised, refuted
from shall.page.alarms import beside, ending, in_alarm
from shall.page.courses import lived
from shall.page.said import badge_of, chips, moment, record_link, step, words_of
from shall.page.site import Asked, Shown, Site, Who
from shall.reports._layout import plural
from shall.reports._life_picture import pictures
from shall.reports._strip import strip
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

EVERY: Final = 5                            # seconds
ROWS: Final = 30
LINES, WINDOWS = 4, 24                      # of a picture
MODELS: Final = 6                           # that have one, those that sound before the others
CARDS: Final = 24                           # models that have a card; all others are lines of a table


def view(site: Site, asked: Asked) -> Shown:
    """All that is watched, as it is now."""
    still = asked.one("still") == "1"
    models = [model for model in site.evidence.models() if asked.who.sees(model.name)]
    told = "It stands still. " if still else f"It is loaded again every {EVERY} seconds. "
    way = element("a", "Go on" if still else "Let it stand still", href="/page/live" + ("" if still else "?still=1"))
    top = [element("p", f"as of {asked.now:%Y-%m-%d %H:%M:%S} UTC. {told}", way, class_="pale")]
    silent = [f"{model.name}: {name}" for model in models for name in promised.unrecorded(site, model)]
    main = [element("p", _now(models, silent), class_="hidden", role="status"),
            *_main(site, asked.who, models, silent)]
    return Shown("Live", main, top, refresh=0 if still else EVERY)


def _now(models: list[Model], silent: list[str]) -> str:
    """The state in one sentence, for those who hear the page."""
    alarms = sum(len(model.alarms) for model in models) + len(silent)
    return in_alarm(alarms) if alarms else "No alarm stands"


def _main(site: Site, who: Who, models: list[Model], silent: list[str]) -> Iterator[Inside]:
    yield _alarms(models, silent)
    yield _responses(site, who, models)
    yield refuted.section(models)
    if notes := _notes(site, who):
        yield element("section", element("h2", "Notes of the server"),
                      element("ul", *(element("li", note) for note in notes)))
    watched = [model for model in models if model.windows]
    if watched:
        first = sorted(watched, key=lambda model: not model.alarms)[:CARDS]
        drawn, carded = ({model.name for model in first[:many]} for many in (MODELS, CARDS))
        yield element("section", element("h2", "Watched"),
                      *(_watched(site, model, model.name in drawn) for model in watched if model.name in carded),
                      _others(site, [model for model in watched if model.name not in carded]))
    elif site.serving is not None:
        yield element("p", "No window is over yet. This server watches what its versions answer; a window stands "
                      "here when it is over.")
    elif any(model.alarms for model in models):
        yield element("p", "No window has been judged yet; a window stands here when it is over.")
    else:
        yield step("Nothing is watched yet.", "shall watch --follow", ": it judges what a model decides, window by "
                   "window, and records it.")


def _notes(site: Site, who: Who) -> list[str]:
    """What those who run the server should know; a token for some models is told of those alone."""
    said = [] if site.serving is None else [*site.serving.status, *site.serving.watches.held()]
    mine = tuple(f"{model}{end}" for model in who.models for end in ("@", ":"))
    return [note for note in said if not who.models or note.startswith(mine)]


def _alarms(models: list[Model], silent: list[str]) -> Element:
    """Those that are recorded, and ``silent`` ones of which a server that looks has no record: it has no store, or one
    that is down."""
    title = element("h2", "Alarms")
    told = [element("p", f"▲ {one} is in alarm", class_="broken") for one in silent]
    found = [(model, event) for model in models for event in model.alarms]
    if not found:
        return element("section", title, *(told or [element("p", "✓ No alarm stands.", class_="met")]))
    found.sort(key=lambda one: -one[1].record)
    rows: list[list[Inside]] = [
        [element("span", "▲ alarm", class_="verdict broken"),
         element("a", event.name, href=judged(model, event.name)), model.name, words_of(event),
         "; ".join(one.words.removesuffix(".") for one in model.responses
                   if (one.name, one.version) == (event.name, event.version)) or "-",
         moment(event.at), record_link(event.record, str(event.record))] for model, event in found[:ROWS]]
    titles = ("state", "requirement", "model", "what", "response", "recorded", "record")
    return element("section", title, *told, grid(f"{in_alarm(len(found))}, the newest first", titles, rows, "<<<<<<>",
                                                 heads=1), beside(models))


def _responses(site: Site, who: Who, models: list[Model]) -> Element | None:
    """What is done about alarms now, also where they are quiet again, and how it ends."""
    found = [(model, event) for model in models for event in model.responses if event.way != "alert"]
    said = [element("li", f"{model.name}, {event.name}: {words_of(event)} ", moment(event.at), ", ",
                    record_link(event.record), ". ", ending(site, who, model, event)) for model, event in found[:ROWS]]
    return element("section", element("h2", "Responses that stand"), element("ul", *said)) if said else None


def judged(model: Model, name: str) -> str:
    """Where a line stands: its own page where it was judged, else the life of its model."""
    return addresses.requirement(model.name, name) if name in model.newest else addresses.model(model.name)


def _watched(site: Site, model: Model, drawn: bool) -> Element:
    windows = site.evidence.windows(model.name, 120)
    last = windows[-1]
    labelled = "" if last.labelled is None else f", {last.labelled:,} with a label"
    return element(
        "article", element("h3", element("a", model.name, href=addresses.model(model.name)), badge_of(last.worst)),
        element("div", strip([window.worst for window in windows], width=480), class_="watched"),
        element("p", f"newest window: {last.label}, {last.rows:,} rows{labelled}; recorded ", moment(last.at), ", ",
                record_link(last.record)),
        chips(model), *(_drawn(site, model) if drawn else ()), class_="card")


def _others(site: Site, models: list[Model]) -> Element | None:
    """Models without an alarm after the first ones, a line each."""
    rows: list[list[Inside]] = []
    for model in models:
        (last,) = site.evidence.windows(model.name, 1)
        rows.append([element("a", model.name, href=addresses.model(model.name)), badge_of(last.worst), last.label,
                     f"{last.rows:,}", moment(last.at), record_link(last.record, str(last.record))])
    titles = ("model", "newest window", "of", "rows", "recorded", "record")
    return grid(plural(len(rows), "more model"), titles, rows, "<<<><>", heads=0) if rows else None


def _drawn(site: Site, model: Model) -> Iterator[Element]:
    """Some lines window by window, beside all rows until then; those that sound before the others."""
    sounding = {event.name for event in model.alarms}
    names = sorted((name for name, point in model.newest.items() if point.phase == "watch"),
                   key=lambda name: name not in sounding)
    if not names:
        return
    of = lived(site, model, WINDOWS, names[:LINES])
    yield element("figure", *pictures(of, f"live-{addresses.part(model.name)}"))
    if left := len(names) - len(of.courses):
        yield element("p", element("a", f"{plural(left, 'more requirement')}, window by window",
                                   href=addresses.model(model.name)))
