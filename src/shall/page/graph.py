"""The graph of a version as a picture, with the values of one decision flowing through it, and its reasons."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.etree.ElementTree import Element

from shall.api.shown.bundles_at_hand import bundles_at_hand
from shall.api.shown.decision_by_id import left
from shall.api.shown.flowing import Flow, flowing
from shall.api.shown.flowing import text as value_text
from shall.api.shown.rows_behind import inputs_at
from shall.core.branches import called, parted
from shall.core.errors import InputError, ShallError
from shall.graph.node import Input
from shall.page import addresses
from shall.page.finding import drilling as drilling_in
from shall.page.finding import in_charge, model_of
from shall.page.forms import button, choice, field, hidden, search
from shall.page.said import step
from shall.page.site import Asked, Shown, Site
from shall.reports import _flow
from shall.reports._layout import sentence
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

TAB: Final = "graph"
GIVEN: Final = "in."                        # before the name of an input in a query
PATIENCE: Final = 0.1                       # seconds that a page waits for a decision that is looked for
AGAIN: Final = 2                            # seconds until it is asked again
WITHHELD: Final = "This role may not see rows: what is drawn is a typical row, not the one that was asked for."
NONE: Final = "No bundle of this model is at hand: none is in service here, and none lies where it was written."


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of the row; the version that answered it in service, with what left then; and after how many
    seconds to ask again, while it is looked for."""

    values: Mapping[str, Any]
    version: str = ""
    answer: Mapping[str, Any] | None = None
    again: int = 0


def view(site: Site, asked: Asked) -> Shown:
    """The graph of a version, and a row on its way through it."""
    model = model_of(site, asked)
    crumbs = [("Models", "/page"), (model.name, addresses.model(model.name))]
    places = bundles_at_hand(model.name, site.evidence.store, site.serving)
    if not places:
        return Shown("Graph", [step(NONE, "shall ship")], crumbs=crumbs, model=model.name)
    wrong = ""
    try:
        said = _said(site, asked, model.name)
    except ShallError as error:
        said, wrong = Said({}), str(error)
    wanted = (said.version if said.answer else "", asked.one("version"), said.version, in_charge(site, model))
    of, branch = parted(next((one for one in wanted if _there(one, places)), [*places][-1]))
    version = called(of, branch)
    drawn = flowing(places[of], branch)
    found = drawn.flow(said.values, whole=bool(asked.one("whole")))
    wrong = wrong or found.wrong
    versions = [called(one, name) for one in places for name in ("", *(drawn.branches if one == of else ()))]
    main = [*([element("p", sentence(wrong), class_="broken", role="alert")] if wrong else []),
            _asks(asked, model.name, versions, version, found),
            *([element("p", "The decision is being looked for …", class_="pale", role="status")] if said.again else
              [*_drawn(asked, said, version), *_left(asked, said), *_told(found)]), *_picture(asked, model.name, found)]
    return Shown(f"Version {version} as a graph", main, crumbs=crumbs, model=model.name, refresh=said.again,
                 status=422 if wrong else 200, figures="")


def _there(version: str, places: Mapping[str, str]) -> bool:
    """Whether the bundle of a version is at hand, with the branch that is meant."""
    of, branch = parted(version)
    return of in places and (not branch or branch in flowing(places[of]).branches)


def _said(site: Site, asked: Asked, model: str) -> Said:
    """What is said of the row: typed, or a row of the log for those who may see rows."""
    typed = {name.removeprefix(GIVEN): value for name, value in asked.asks().items() if name.startswith(GIVEN)}
    row = _row(asked)
    if not row or "rows" not in asked.who.may:
        return Said(typed)
    drilling = drilling_in(site)
    at_hand = drilling.at_hand(model)
    if at_hand is None and drilling.served is not None:
        found = drilling.decision(model, row, PATIENCE)
        return Said({}, again=AGAIN) if found is None else Said(
            {**found.values, **typed}, found.version, None if typed else found.answer)
    if at_hand is None:
        raise InputError("there are no rows of this model at hand: start the page with --file, and --data")
    return Said({**inputs_at(at_hand.rows(at_hand.file.requirements[0]).opened, row), **typed})


def _row(asked: Asked) -> str:
    return asked.one("row").replace(",", "").strip()


def _asks(asked: Asked, model: str, versions: list[str], version: str, found: Flow) -> Element:
    """The form: which version, and which row."""
    picks: list[Inside] = [choice("Version", "version", "version", [(one, one) for one in versions], version)]
    if "rows" in asked.who.may:
        picks.append(field("Row of the log, or id of its decision", "row", "row", asked.one("row"),
                           inputmode="text"))
    fields = [_field(one, found.row.get(one.name)) for one in found.inputs]
    words = f"Type the {len(found.inputs)} inputs; what is left empty is missing"
    opened = "open" if any(name.startswith(GIVEN) for name in asked.asks()) else None
    typed = element("details", element("summary", words), element("div", *fields, class_="inputs"),
                    button("Send these through it"), open=opened, id="typed")
    rows = search(addresses.model(model, tab=TAB), element("div", *picks, button("Show"), class_="ask"))
    return element("div", rows, search(addresses.model(model, tab=TAB), hidden("version", version), typed),
                   class_="asks")


def _field(one: Input, value: Any) -> Element:
    key = f"in-{addresses.part(one.name)}"
    said = "" if value is None else str(value)
    return field(f"{one.name} ({one.what})", key, GIVEN + one.name, said,
                 **({"inputmode": "decimal"} if one.what == "number" else {}))


def _drawn(asked: Asked, said: Said, version: str) -> Iterator[Element]:
    """Which version is drawn, where it is not the one that was asked for, or not the one that answered."""
    told = asked.one("version")
    if said.answer and version != said.version:
        yield element("p", f"Version {said.version} answered this decision, and its bundle is not at hand: what is "
                           f"drawn is version {version}, which may say otherwise.", class_="undecided", role="status")
    elif said.answer and told and told != version:
        yield element("p", f"Version {version} answered this decision: it is drawn, not version {told}, which was "
                           "asked for.", class_="pale", role="status")


def _left(asked: Asked, said: Said) -> Iterator[Element]:
    """What left the server for this row: a response or a guard may have held back what the graph says."""
    if _row(asked) and "rows" not in asked.who.may:
        yield element("p", WITHHELD, class_="pale", role="status")
    if said.answer:
        told = {name: value if isinstance(value, str) else value_text(value)
                for name, value in left(said.answer).items()}
        terms = [made for name, value in told.items() for made in (element("dt", name), element("dd", value))]
        yield element("section", element("h2", f"What version {said.version} answered"), element("dl", *terms),
                      id="answered")


def _told(found: Flow) -> Iterator[Element]:
    """What comes out, and why."""
    if not found.outputs:
        return
    terms = [made for name, value in found.outputs.items() for made in (element("dt", name), element("dd", value))]
    yield element("section", element("h2", "What the graph says"), element("dl", *terms), id="says")
    why = found.reasons
    if why is None:
        yield element("p", sentence(f"{found.unexplained}."), class_="pale")
        return
    rows: list[list[Inside]] = [
        [one.field, value_text(one.value), value_text(one.typical), f"{one.contribution:+.4g}", one.sentence]
        for one in why.reasons]
    of = "" if why.of is None else f" for {why.of}"
    about = (f"The score{of} is {value_text(why.score)}; of a typical row it is {value_text(why.typical_score)}. "
             f"All other inputs together add {f'{why.others:+.4g}' if why.others else 'nothing'}.")
    yield element("section", element("h2", "Why"), element("p", sentence(why.why) + "." if why.why else about),
                  *([grid("What each input adds to the score, the most first",
                          ("input", "value", "typical", "adds", "in words"), rows, "<<<><")] if rows else []), id="why")


def _picture(asked: Asked, model: str, found: Flow) -> Iterator[Element]:
    drawn = found.drawn
    query = {name: value for name, value in asked.asks().items() if name != "whole"}
    more: Inside = None
    if not drawn.whole:
        more = element("a", f"Show every one of its {drawn.steps} steps",
                       href=addresses.model(model, tab=TAB, whole="yes", **query) + "#graph")
    elif drawn.steps > len(drawn.blocks) or asked.one("whole"):
        more = element("a", "Show steps that belong together as one",
                       href=addresses.model(model, tab=TAB, **query) + "#graph")
    yield element("section", element("h2", "The way through the graph"),
                  element("p", "Inputs at the top, what it says at the bottom; a number in a box is its value for this "
                               "row. ", more),
                  element("figure", _flow.picture(drawn.blocks, drawn.values), tabindex="0", role="region",
                          aria_label="The graph, to be scrolled"),
                  element("details", element("summary", f"All {len(drawn.blocks)} boxes as a table"),
                          _flow.table(drawn.blocks, drawn.values), id="boxes"), id="graph")
