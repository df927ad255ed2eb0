"""A requirement in any slice of its rows: by clicking on groups, by a filter, or where it is worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown import subsets
from shall.api.shown.comparing import Side, sides
from shall.api.shown.courses import is_on
from shall.api.shown.drilling import ROWS, Drill, Drilling
from shall.api.shown.with_rows import propose_at
from shall.core.errors import DataError, FileError, InputError, ShallError, Unknown
from shall.core.filters import Filter
from shall.core.parse import parse_filter
from shall.page import addresses, faults
from shall.page.finding import drilling as drilling_in
from shall.page.finding import in_charge, model_of
from shall.page.forms import button, choice, field, form, hidden, search
from shall.page.said import coded, moment, step
from shall.page.site import LONGEST, Asked, Moved, Shown, Site
from shall.page.stands import FIGURES, TAB, Spot, Stands, missing, stands
from shall.page.travel import NOTE, WRITTEN, sent
from shall.reports import _drilled
from shall.reports._drilled import Value
from shall.reports._figures import bound_text, confidence_text, rows_of
from shall.reports._figures import scale_of as scale_of_verdict
from shall.reports._layout import sentence
from shall.reports._page_parts import badge
from shall.reports._slices import BAD, Slices, between, figure
from shall.reports._slices_page import pictures as slices_pictures
from shall.reports._tables import grid
from shall.reports._tree import Inside, element
from shall.tally.narrowed import joined, terms

FILTER: Final = "a filter"
PATIENCE: Final = 0.1                       # seconds that a page waits for the worst slices
AGAIN: Final = 2                            # seconds until it is asked again


def view(site: Site, asked: Asked, wrong: str = "") -> Shown:
    """A requirement in a slice, beside all other rows and by each group; and where it is worst."""
    model = model_of(site, asked)
    drilling = drilling_in(site)
    crumbs = [("Models", "/page"), (model.name, addresses.model(model.name))]
    known, rows = sides(site.evidence.store, model.name), drilling.stands(model.name)
    charge = in_charge(site, model)
    of = standing(asked, known, [key for key, _ in rows], charge)
    names = [one.name for one in drilling.requirements(model.name, of)]
    if not names:
        return Shown("Slices", [step("Nothing was checked yet whose counts were kept, and there are no rows at hand.",
                                     "shall check", ", or start the page with --file.")],
                     crumbs=crumbs, model=model.name, figures="")
    where = asked.whole("where", FILTER)
    name = asked.one("requirement") or next((one for one in names if one in model.newest and
                                             model.newest[one].verdict == "broken"), names[0])
    if name not in names and name not in model.newest:
        raise Unknown(f"there is no requirement of this name of {model.name}")
    own = "" if name in names else str(model.newest[name].record)
    if own and not asked.one("of") and own in {one.key for one in known}:      # the newest check that asked it
        of, names = own, [one.name for one in drilling.requirements(model.name, own)] or names
    if name not in names:
        wrong, name = wrong or f"{name} was not asked there; this is {names[0]}.", names[0]
    spot = Spot(model.name, name, of)
    found: Drill | None = None
    shown: list[Element] = []
    again = 0
    try:
        found = drilling.soon(model.name, of, (name, where), partial(drilling.drill, model.name, name, where, of),
                              PATIENCE)
        if found is None:
            shown, again = [counting()], AGAIN
        else:
            shown, again = _found(site, asked, Stands(spot, found, known, rows, charge), drilling)
    except (FileError, InputError, DataError) as error:
        shown = [faults.told(error, where, kept="")]
        wrong = wrong or "."
    told = [element("p", wrong, class_="broken", role="alert")] if wrong.strip(".") else []
    asks = _asks(spot, names, [*rows, *((one.key, one.words) for one in known)], (where, _stood(of, found, known)))
    return Shown(f"{name} in slices", [*told, asks, *shown, *_saved(site, asked, spot)],
                 crumbs=[*crumbs, (name, addresses.requirement(model.name, name))] if name in model.newest else crumbs,
                 model=model.name, refresh=again, status=422 if wrong else 200, figures=FIGURES)


def _found(site: Site, asked: Asked, of: Stands, drilling: Drilling) -> tuple[list[Element], int]:
    """A slice that was drilled, with all that is around it; and after how many seconds to ask again."""
    spot, found = of.spot, of.found
    worst, again = _worst(spot, drilling) if not of.where and not found.absent else ([], 0)
    left = missing(of, asked, beside=site.served is not None)
    shown = [stands(of), _conditions(spot, found), *([] if of.lacks else _slice(found, spot)),
             *([] if left is None else [left]), *_actions(site, asked, of, drilling), *worst]
    return shown, again


def standing(asked: Asked, checks: Sequence[Side], rows: Sequence[str], charge: str) -> str:
    """What a slice stands on: as it was asked; else rows in service, else the newest check of no other version than the
    one in ``charge``, else (an empty text) the newest check."""
    of, served = asked.one("of"), [one for one in rows if one != ROWS]
    if of in (*rows, *(one.key for one in checks)):
        return of
    if served:
        return served[0]
    own = next((one for one in checks if is_on(", ".join(one.versions), charge)), None)
    return "" if own is None or own is checks[0] else own.key


def counting() -> Element:
    """What is said while rows in service are counted."""
    return element("p", "The rows in service are being read and counted …", class_="pale", role="status")


def save(site: Site, asked: Asked) -> Shown | Moved:
    """A slice is named, or a name is dropped."""
    model = model_of(site, asked)
    where = "" if asked.one("drop") else asked.whole("where", FILTER)
    try:
        subsets.save(site.evidence.store, model.name, asked.one("subset"), where, asked.who.name)
    except ShallError as error:
        return view(site, asked, str(error))
    return Moved(Spot(model.name, asked.one("requirement"), asked.one("of")).at(where) + "#saved")


def _stood(of: str, found: Drill | None, known: Sequence[Side]) -> str:
    """What the figures stand on, as the form says it: where nothing was asked, the newest check that can be read."""
    if of or found is None:
        return of or (known[0].key if known else ROWS)
    return str(found.stand.record) if found.stand.record else ROWS


def _asks(spot: Spot, names: Sequence[str], stands: list[tuple[str, str]], said: tuple[str, str]) -> Element:
    options, (where, of) = [(one, one) for one in names], said
    return search(addresses.model(spot.model, tab=TAB),
                  choice("Requirement", "requirement", "requirement", options, spot.name),
                  field("Rows", "where", "where", where, spellcheck="false", class_="line",
                        placeholder="all rows; or a filter, such as AGEP >= 55"),
                  choice("Of", "of", "of", stands, of), button("Show"), class_="ask")


def _slice(found: Drill, spot: Spot) -> Iterator[Element]:
    """What was found in the slice."""
    drilled = found.drilled
    if drilled.refused:
        yield element("p", drilled.refused, class_="undecided", role="status")
        return
    yield from _verdict(found)
    if forms := _drilled.beside(drilled, "beside"):
        yield element("figure", *forms, element("figcaption", _caption(found)))
    elif drilled.lacks:
        yield element("p", sentence(drilled.lacks), class_="pale")
    splits = [one for one in drilled.splits if one.group not in found.lacking]     # those are named once, below
    for place, one in enumerate(splits):
        yield element("section", element("h2", f"By {one.group}"), *(
            [element("p", sentence(one.lacks), class_="pale")] if one.lacks else
            _drilled.split(drilled, one, f"by{place}", lambda value: _into(spot, drilled.where, value))))


def _conditions(spot: Spot, found: Drill) -> Element:
    """Every condition of the slice, with a way to take it off."""
    some, every = terms(found.drilled.where), sent(rows_of(found.drilled.requirement.where))
    if not some:
        return element("p", f"A{every[1:]}. Click on a group below to look into it.", class_="pale")
    chips = [element("li", element("a", element("code", sent(str(one))), element("span", " ×", aria_hidden="true"),
                                   element("span", " take this condition off", class_="hidden"),
                                   href=spot.at(_text([term for term in some if term is not one])),
                                   class_="chip")) for one in some]
    return element("ul", element("li", element("a", every, href=spot.at(""), class_="chip")), *chips,
                   class_="chips", aria_label="The conditions of this slice")


def _verdict(found: Drill) -> Iterator[Element]:
    """The verdict; of a requirement that compares groups, in a slice where there is nothing to compare, its measure."""
    drilled, verdict = found.drilled, found.drilled.verdict
    if verdict is None:
        return
    part, here = verdict.deciding, drilled.here
    if drilled.alone and here is not None and here.value is not None:
        scale = _drilled.scale_of(drilled)
        yield element("p", element("code", sent(f"{drilled.measure} where {drilled.line.where}")), class_="line")
        yield element("p", f"Value {scale(here.value)}, {confidence_text(here.confidence)} bounds "
                           f"{scale.between(here.low, here.high)}, n {here.n:,}.")
        yield element("p", element("code", sent(str(drilled.requirement))), " is undecided in this slice ("
                           f"{drilled.alone}).", class_="pale")
        return
    scale = scale_of_verdict(verdict, part)
    figures = (f"Value {scale(part.value)}, {confidence_text(part.confidence)} bounds "
               f"{scale.between(part.low, part.high)}, limit {bound_text(verdict, part)}, n {part.n:,}."
               if part.value is not None else f"No value: {part.reason or part.outcome}.")
    yield element("p", badge(verdict.verdict), " ", element("code", sent(str(drilled.line))), class_="line")
    yield element("p", figures)
    if verdict.needs:
        yield element("p", f"What would settle it: {verdict.needs}.")


def _caption(found: Drill) -> str:
    drilled, here = found.drilled, found.drilled.here
    about = "" if here is None else f"{drilled.measure}: value and bounds, {here.n:,} rows that it stands on. "
    return about + _drilled.gap(drilled)


def _actions(site: Site, asked: Asked, of: Stands, drilling: Drilling) -> Iterator[Element]:
    """What can be made of the slice, for those who may."""
    spot, found, drilled = of.spot, of.found, of.found.drilled
    if drilled.where is None or drilled.refused:
        return
    inside: list[Inside] = []
    if "rows" in asked.who.may and drilling.rows_of(spot.model, spot.of) is not None and not found.absent:
        inside.append(element("p", element("a", "The rows behind this slice", href=spot.at(of.where, "rows"),
                                           class_="button")))
    if "propose" in asked.who.may:
        inside += _required(site, asked, of, drilling)
        named = field("Or name these rows, to come back to them", "subset", "subset", required="required")
        kept = [hidden(key, value) for key, value in (("requirement", spot.name), ("of", spot.of), ("where", of.where))]
        inside.append(form(asked, addresses.model(spot.model, tab="subset"), *kept, named,
                           button("Save this sub-set", class_="plain"), class_="row"))
    elif drilled.suggested is not None:
        inside.append(element("p", "A producer or a regulator can make this a requirement.", class_="pale"))
    if inside:
        yield element("section", element("h2", "Make something of it"), *inside, id="make")


def _required(site: Site, asked: Asked, of: Stands, drilling: Drilling) -> Iterator[Element]:
    """How a slice becomes a requirement; or why it does not."""
    found, line = of.found, of.found.drilled.suggested
    if line is None:
        why = "it has no figure yet" if of.lacks else f"{found.drilled.measure} has no value in it"
        yield element("p", f"No requirement can be made of this slice: {why}.", class_="pale")
    elif site.file and drilling.at_hand(of.spot.model) is not None:
        yield _proposed(asked, (of.spot, drilling), found)
    else:
        name = drilling.name_for(of.spot.model, line)
        yield element("p", "To make it a requirement, propose it where the shall file is:")
        yield element("pre", element("code", sent(propose_at(None if asked.who.role else of.check, name, str(line),
                                                             _why(found)))), class_="command")
        yield element("p", *coded(_limit(found)), class_="pale")


def _proposed(asked: Asked, of: tuple[Spot, Drilling], found: Drill) -> Element:
    """The form that makes a requirement of a slice: as it stands there, or changed."""
    (spot, drilling), line = of, found.drilled.suggested
    assert line is not None
    if known := drilling.asked_already(spot.model, line):
        to = addresses.model(spot.model, tab="edit")
        return element("p", "This very line is required already, or proposed: ", element("a", known, href=to), ".")
    if len(sent(str(line))) > LONGEST:
        return element("p", "Its line is too long for a form: write it into the shall file.", class_="pale")
    note = element("p", NOTE, class_="pale") if WRITTEN.search(sent(str(line))) else None
    return form(asked, addresses.model(spot.model, tab="propose"),
                field("Name", "new-name", "requirement", drilling.name_for(spot.model, line), class_="line"),
                field("Line", "new-line", "line", str(line), spellcheck="false", class_="line"),
                element("p", *coded(_limit(found)), class_="pale"), note,
                field("Why", "new-why", "why", _why(found)), button("Make this a requirement"), class_="made")


def _limit(found: Drill) -> str:
    """Where the limit of the line that is offered comes from."""
    drilled = found.drilled
    if drilled.suggested is None or drilled.suggested == drilled.line:
        return f"The limit is that of `{drilled.requirement.name}`."
    every, whole = rows_of(drilled.requirement.where), None if drilled.whole is None else drilled.whole.value
    return (f"The limit `{drilled.suggested.bound}` is only proposed: it is {drilled.measure} of {every}, "
            f"{_drilled.scale_of(drilled)(whole)}, rounded so that these keep it. That of "
            f"`{drilled.requirement.name}` is for a {drilled.requirement.aggregate}, not for one group: set the limit "
            "that you want.")


def _why(found: Drill) -> str:
    part, rest = found.drilled.here, found.drilled.rest
    if part is None or part.value is None or rest is None or rest.value is None:
        return "found as a slice"
    scale = _drilled.scale_of(found.drilled)
    return (f"found as a slice: {found.drilled.measure} is {scale(part.value)} there, and {scale(rest.value)} in all "
            "other rows")


def _worst(spot: Spot, drilling: Drilling) -> tuple[list[Element], int]:
    """The worst slices, where there are rows; and after how many seconds to ask again."""
    name = spot.name
    title = element("h2", "The worst slices", id="worst-title")
    try:
        known = drilling.worst_slices(spot.model, name, spot.of, PATIENCE)
    except ShallError as error:
        return [element("section", title, element("p", sentence(str(error)), class_="pale"), id="worst")], 0
    if known.found is None:
        words = known.lacks or "Every slice of up to three conditions is being looked at …"
        return [element("section", title, element("p", sentence(words), class_="pale", role="status"), id="worst")
                ], 0 if known.lacks else AGAIN
    found: Slices = known.found
    note = f"{name} is no mean over rows, so they were looked for by {known.instead}. " if known.instead else ""
    note += f"In {known.few:,} rows, evenly taken from all. " if known.few else ""
    every = rows_of(found.where)
    about = (f"{note}Where {found.measure} is {BAD[found.worst]} than {figure(found.value)} of {every}: the worst of "
             f"{found.possible:,} slices of {found.at_least:,} rows or more. Bounds hold for all of them at once.")
    if not found.slices:
        return [element("section", title, element("p", "No slice is worse than the rest."), id="worst")], 0
    rows: list[list[Inside]] = [
        [element("a", element("code", sent(one.filter)), href=spot.at(one.filter)), figure(one.value),
         between(one.low, one.high), figure(one.rest), f"{one.n:,}",
         element("span", "surely worse" if one.evident else "perhaps", class_="broken" if one.evident else "pale")]
        for one in found.slices]
    titles = ("slice", "value", "bounds", "all other rows", "n", "how sure")
    table = grid("Each a link into the slice", titles, rows, "<>>>><")
    return [element("section", title, element("p", about), element("figure", *slices_pictures(found, "worst-p")), table,
                    id="worst")], 0


def _saved(site: Site, asked: Asked, spot: Spot) -> Iterator[Element]:
    known = subsets.subsets(site.evidence.store, spot.model)
    if not known:
        return
    rows: list[list[Inside]] = []
    for one in known:
        drop = form(asked, addresses.model(spot.model, tab="subset"), hidden("subset", one.name),
                    hidden("drop", "yes"), hidden("requirement", spot.name), hidden("of", spot.of),
                    button("drop", class_="plain", aria_label=f"drop {one.name}"))
        rows.append([element("a", one.name, href=spot.at(one.where)), element("code", sent(one.where)),
                     one.by or "somebody", moment(one.at), drop if "propose" in asked.who.may else ""])
    titles = ("name", "rows", "by", "when", "change")
    yield element("section", element("h2", "Saved sub-sets"),
                  grid("Each a filter that has a name", titles, rows, "<<<<<"), id="saved")


def _into(spot: Spot, where: Filter | None, value: Value) -> str | None:
    """The address of the slice with one more condition."""
    if value.where is None:
        return None
    return spot.at(_text([*terms(where), parse_filter(str(value.where))]))


def _text(some: Sequence[Filter]) -> str:
    flat = [inner for one in some for inner in terms(one)]
    made = joined(flat)
    return "" if made is None else str(made)
