"""Cases for people: what came in, what the model suggests, and what they say; two who agree make a label."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.service.activating import DECISIONS
from shall.api.shown import reviewing
from shall.api.shown.cases import Case
from shall.api.shown.evidence import Model
from shall.api.shown.reviewing import Agreement, Queue
from shall.core.errors import InputError, ShallError
from shall.core.reviews import REVIEW
from shall.core.store import Store
from shall.journal.layout import is_log
from shall.page import addresses
from shall.page.finding import model_of
from shall.page.forms import button, field, form, hidden, search
from shall.page.said import step
from shall.page.site import Asked, Moved, Shown, Site
from shall.reports._layout import sentence
from shall.reports._tables import grid
from shall.reports._tree import Inside, element
from shall.spec import ShallFile, load

TAB: Final = "review"
AT_ONCE: Final = 10                         # cases on one page
WHENCE: Final = ("Cases come of shall serve: rows that it did not decide, and the newest rows that an alarm is about.")


def overview(site: Site, asked: Asked) -> Shown:
    """How many cases wait, by model."""
    rows: list[list[Inside]] = []
    for name in site.evidence.names():
        if asked.who.sees(name) and _folder(site, name) is not None:
            found = _queue(site, asked, site.evidence.model(name))
            link = element("a", name, href=addresses.model(name, tab=TAB))
            rows.append([link, str(len(found.cases)), str(found.waiting), _share(found.agreement)])
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
    try:
        found = _queue(site, asked, model)
    except ShallError as error:
        return Shown(model.name, [*told, element("p", str(error))], crumbs=crumbs, model=model.name)
    if not _who(asked):
        return Shown(model.name, [*told, *_head(found, named=False), _named(model)], crumbs=crumbs, model=model.name,
                     status=422 if wrong else 200)
    cases = [_case(asked, model, found, case, place) for place, case in enumerate(found.cases[:AT_ONCE])]
    nothing = element("p", "No case waits for you. " if found.waiting else "No case waits. ", WHENCE, role="status")
    cases = cases or [nothing]
    main = [*told, _kept(site, asked, model), *_head(found, named=True), _reviewer(asked, model), *cases]
    return Shown(model.name, main, crumbs=crumbs, model=model.name, status=422 if wrong else 200,
                 called=asked.one("by"))


def answer(site: Site, asked: Asked) -> Shown | Moved:
    """What somebody says of one case is kept."""
    model = model_of(site, asked)
    try:
        reviewing.answer(_known(site, model.name), _store(site), asked.one("decision"), asked.one("label"),
                         by=_who(asked), role=asked.who.role, file=_file(site, model))
    except ShallError as error:
        return view(site, asked, sentence(str(error)))
    return Moved(addresses.model(model.name, tab=TAB, said=asked.one("decision")), asked.one("by"))


def _queue(site: Site, asked: Asked, model: Model) -> Queue:
    alarms = [(event.name, about) for event in model.alarms if (about := _about(site, event.record))]
    return reviewing.queue(_known(site, model.name), _store(site), _who(asked), file=_file(site, model),
                           alarms=alarms)


def _about(site: Site, record: int) -> str:
    return str(site.evidence.record(record).body.get("about", ""))


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


def _store(site: Site) -> Store:
    if site.evidence.store is None:
        raise InputError("This page has no store to keep reviews in: start it with --store.")
    return site.evidence.store


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
    """That the last word was kept, where it was."""
    decision, who = asked.one("said"), _who(asked)
    if not decision or not any((record.body.get("decision"), record.body.get("by")) == (decision, who)
                               for record in _store(site).records(REVIEW, model.name)):
        return None
    return element("p", "✓ Your word on ", element("code", decision), " is kept.", class_="met", role="status")


def _head(found: Queue, *, named: bool) -> Iterator[Element]:
    more = found.waiting - len(found.cases)
    others = f", {more} more wait for somebody else" if more > 0 else ""
    whose = f"{_cases(len(found.cases))} for you{others}" if named else f"{_cases(found.waiting)} in all"
    yield element("p", f"{whose}. Two people who agree make a label; neither sees "
                       "what the other said. Where they differ, a third decides.")
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


def _case(asked: Asked, model: Model, found: Queue, case: Case, place: int) -> Element:
    """One card: why it is here, what came in, what is suggested, and the buttons."""
    score = "" if case.score is None else f" (score {case.score:.4g})"
    suggestion = f"The model suggests {case.suggestion}{score}." if case.suggestion else (
        f"The model does not decide{score}.")
    heard = "Somebody has said something: yours is the next word."
    second = element("p", heard, class_="pale") if case.review else None
    values = [part for name, value in case.values.items()
              for part in (element("dt", name), element("dd", value or "–"))]
    return element(
        "article", element("h2", case.why[:1].upper() + case.why[1:]), element("dl", *values),
        element("p", suggestion), second, _say(asked, model, found, case, f"c{place}"),
        element("p", f"{case.model} at {case.at[:19].replace('T', ' ')} UTC, decision ",
                element("code", case.decision), class_="pale"),
        class_="card", id=f"c{place}")


def _say(asked: Asked, model: Model, found: Queue, case: Case, key: str) -> Element | None:
    """The form: a button a class, or a field for a number; none where nothing may be said."""
    if found.lacks:
        return None
    of = hidden("decision", case.decision)
    name = None if asked.who.name else hidden("by", _who(asked))
    if found.classes and not found.number:
        says: list[Inside] = [element("p", "It is", id=f"{key}-is"),
                              *(button(label, name="label", value=label, aria_describedby=f"{key}-is")
                                for label in found.classes)]
    else:
        says = [field("It is", f"{key}-label", "label", required="required",
                      inputmode="decimal" if found.number else None), button("Say so")]
    return form(asked, addresses.model(model.name, tab=TAB), of, name, element("div", *says, class_="row"))
