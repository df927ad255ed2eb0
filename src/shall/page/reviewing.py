"""Cases for people: what came in, what the model suggests, and what they say; two who agree make a label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.service.activating import DECISIONS
from shall.api.shown import reviewing
from shall.api.shown.evidence import Model
from shall.api.shown.reviewing import Agreement, Queue
from shall.core.errors import InputError, ShallError
from shall.core.reviews import REVIEW, person, reviews
from shall.core.store import Store
from shall.journal.layout import is_log
from shall.page import addresses
from shall.page.cases import TAB, card, said
from shall.page.finding import model_of
from shall.page.forms import button, field, search
from shall.page.said import step
from shall.page.site import Asked, Moved, Shown, Site
from shall.reports._layout import sentence
from shall.reports._tables import grid
from shall.reports._tree import Inside, element
from shall.spec import ShallFile, load

AT_ONCE: Final = 10                         # cases on one page
WHENCE: Final = ("Cases come of shall serve: rows that it did not decide, and the newest rows that an alarm is about.")


def overview(site: Site, asked: Asked) -> Shown:
    """How many cases wait, by model."""
    rows: list[list[Inside]] = []
    for name in site.evidence.names():
        if asked.who.sees(name) and _folder(site, name) is not None:
            found = _queue(site, asked, site.evidence.model(name))
            link = element("a", name, href=addresses.model(name, tab=TAB))
            rows.append([link, str(found.yours), str(found.waiting), _share(found.agreement)])
    titles = ("model", "cases for you", "cases in all", "agreement")
    main = [grid("Cases that wait, by model", titles, rows, "<>><")] if rows else [
        step("No log of decisions lies beside this page.", "shall serve", ": it writes one. shall page --log FOLDER "
             "names the folder that has decisions/ in it.")]
    return Shown("Review", main)


def view(site: Site, asked: Asked, wrong: str = "") -> Shown:
    """The cases of one model that wait for the one who asks."""
    model = model_of(site, asked)
    crumbs = [("Review", "/page/review"), (model.name, addresses.model(model.name))]
    told = [element("p", wrong, class_="broken", role="alert")] if wrong else []
    title, who = f"Review of {model.name}", _who(asked)
    try:
        found = _queue(site, asked, model)
    except ShallError as error:
        return Shown(title, [*told, element("p", str(error))], crumbs=crumbs, model=model.name)
    where = element("p", f"What people say is kept in {site.reviewed[model.name]}, the store of the server.",
                    class_="pale") if model.name in site.reviewed else None
    if not who:
        return Shown(title, [*told, *_head(found, named=False), where, _named(model)], crumbs=crumbs, model=model.name,
                     status=422 if wrong else 200)
    first = _first(asked, len(found.cases))
    cases = [card(asked, model, found, case, who) for case in found.cases[first:first + AT_ONCE]]
    nothing = element("p", "No case waits for you. " if found.waiting else "No case waits. ", WHENCE, role="status")
    main = [*told, _kept(site, asked, model), *_head(found, named=True), where, _reviewer(asked, model),
            _pages(model, found, first, "above"),
            element("div", *cases, class_="two") if cases else nothing, _pages(model, found, first, "below"),
            said(asked, model, found, who)]
    return Shown(title, main, crumbs=crumbs, model=model.name, status=422 if wrong else 200, called=asked.one("by"),
                 figures="")


def answer(site: Site, asked: Asked) -> Shown | Moved:
    """What somebody says of one case is kept."""
    model = model_of(site, asked)
    try:
        made = reviewing.answer(_known(site, model.name), _store(site, model.name), asked.one("decision"),
                                asked.one("label"), by=_who(asked), role=asked.who.role, file=_file(site, model))
    except ShallError as error:
        return view(site, asked, sentence(str(error)))
    place = {"how": made.how, "from": asked.one("from")}
    return Moved(addresses.model(model.name, tab=TAB, said=asked.one("decision"),
                                 **{name: value for name, value in place.items() if value}), asked.one("by"))


def _first(asked: Asked, number: int) -> int:
    """The place of the first case that is shown: pages begin where they ended before some were answered."""
    wanted = asked.one("from")
    first = int(wanted) - 1 if wanted.isdecimal() and len(wanted) < 9 else 0
    return max(0, min(first, (number - 1) // AT_ONCE * AT_ONCE))


def _pages(model: Model, found: Queue, first: int, where: str) -> Element | None:
    """Which of the cases these are, and the way to the others."""
    number = len(found.cases)
    if number <= AT_ONCE:
        return None
    some = f", the newest of {found.yours:,}" if found.yours > number else ""
    told = element("span", f"{first + 1:,} to {min(first + AT_ONCE, number):,} of {_cases(number)} for you{some}")
    ways = [element("a", words, href=addresses.model(model.name, tab=TAB, **{"from": str(at + 1)}))
            for words, at, there in (("Previous", max(0, first - AT_ONCE), first > 0),
                                     ("Next", first + AT_ONCE, first + AT_ONCE < number)) if there]
    return element("nav", told, *ways, class_="row", aria_label=f"More cases, {where} these")


def _queue(site: Site, asked: Asked, model: Model) -> Queue:
    return reviewing.queue(_known(site, model.name), _store(site, model.name), _who(asked), file=_file(site, model),
                           evidence=site.reviews.get(model.name, site.evidence))


def _file(site: Site, model: Model) -> ShallFile | None:
    """The shall file of a model: of the bundle in charge, else the one beside this page."""
    if site.serving is not None and (wanted := site.serving.wanted.get(model.name)) is not None:
        loaded = wanted.bundles.get(wanted.in_charge)
        return None if loaded is None else loaded.file
    file = load(site.file) if site.file else None
    return file if file is not None and file.subject.name == model.name else None


def _folder(site: Site, name: str) -> Path | None:
    """The log of decisions of a model that is known."""
    root = site.log or (site.serving.file.log.folder if site.serving is not None else "")
    place = Path(root) / DECISIONS / name
    return place if root and is_log(place) else None


def _known(site: Site, name: str) -> Path:
    place = _folder(site, name)
    if place is None:
        raise InputError("No decisions of this model are logged here yet.")
    return place


def _store(site: Site, name: str) -> Store:
    """Where what people say of the decisions of a model is kept: with what they say on the page of the server."""
    found = site.reviews.get(name, site.evidence).store
    if found is None:
        raise InputError("This page has no store to keep reviews in: start it with --store.")
    return found


def _who(asked: Asked) -> str:
    """Who reviews: by the token, or as they call themselves where this machine alone is answered."""
    if asked.who.name or asked.one("other"):
        return asked.who.name
    return asked.one("by") or asked.called


def _named(model: Model) -> Element:
    """The question who reviews, once for all cases."""
    return search(addresses.model(model.name, tab=TAB), field("Your name", "by", "by", required="required",
                                                              autocomplete="name"),
                  button("Show me my cases"), class_="sheet")


def _reviewer(asked: Asked, model: Model) -> Element:
    """Who is asked now, and the way for somebody else."""
    other = None if asked.who.name else element("a", "Somebody else?", href=addresses.model(
        model.name, tab=TAB, other="yes"))
    return element("p", "You review as ", element("strong", _who(asked)), ". ", other)


def _kept(site: Site, asked: Asked, model: Model) -> Element | None:
    """What became of the last word, where it was kept: in the words of the terminal."""
    decision, who = asked.one("said"), _who(asked)
    one = reviews(_store(site, model.name).records(REVIEW, model.name)).get(decision)
    if one is None or not person(who) or not one.of(who):
        return None
    told = reviewing.words(one, one.of(who), asked.one("how"))
    return element("p", "✓ Your word on ", element("code", decision), f" is kept: {told}.", class_="met",
                   role="status")


def _head(found: Queue, *, named: bool) -> Iterator[Element]:
    more = found.waiting - found.yours
    others = f", {more} more {'waits' if more == 1 else 'wait'} for somebody else" if more > 0 else ""
    whose = f"{_cases(found.yours)} for you{others}" if named else f"{_cases(found.waiting)} in all"
    yield element("p", f"{whose}. Two people who agree make a label; neither sees "
                       "what the other said. Where they differ, a third decides.")
    if told := reviewing.further(found):
        yield element("p", told, class_="pale")
    if found.lacks:
        yield element("p", sentence(found.lacks) + ".", class_="undecided", role="status")
    if found.agreement.cases:
        yield element("p", f"Agreement so far: {_share(found.agreement)}.")


def _share(agreement: Agreement) -> str:
    if not agreement.cases:
        return "nothing yet"
    alpha = "" if agreement.alpha is None else f", Krippendorff's alpha {agreement.alpha:.2f}"
    return f"{agreement.agreed} of {_cases(agreement.cases)}{alpha}"


def _cases(number: int) -> str:
    return f"{number:,} case" + ("" if number == 1 else "s")
