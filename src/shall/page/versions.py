"""The versions of a model: which one answers, which ones were recalled, and the form that recalls one."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element

from shall.api.life import recalling
from shall.api.shown.evidence import Model
from shall.core.branches import parted
from shall.core.errors import InputError, ShallError
from shall.core.store import Store
from shall.page import addresses
from shall.page.finding import answers, model_of
from shall.page.forms import button, choice, field, form, hidden
from shall.page.said import badge_of, moment, record_link, step
from shall.page.site import Asked, Moved, Shown, Site
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

TAB: Final = "versions"
WHAT: Final = ("Every server that shares this store refuses a recalled version within two seconds; the last good one "
               "answers, or none does.")
KEY: Final = ("A recall is lifted with the regulator's key: shall recall {model} --lift --why ... --key regulator.key, "
              "or on a page that was started with it.")


def view(site: Site, asked: Asked, wrong: str = "") -> Shown:
    """Every version, newest last, and what may be done about it."""
    model = model_of(site, asked)
    told = [element("p", wrong, class_="broken", role="alert")] if wrong else []
    forms = [_recall(asked, model), *(_lift(site, asked, model, version) for version in model.recalled)]
    return Shown(f"Versions of {model.name}", [*told, _versions(site, model), *forms], model=model.name,
                 status=422 if wrong else 200, crumbs=[("Models", "/page"), (model.name, addresses.model(model.name))])


def recall(site: Site, asked: Asked) -> Shown | Moved:
    """A version is taken back."""
    model = model_of(site, asked)
    try:
        version = _version(model, asked)
        recalling.recall(f"{model.name}@{version}", asked.one("why"), by=asked.who.name, store=_store(site))
    except ShallError as error:
        return view(site, asked, str(error))
    return Moved(addresses.model(model.name, tab=TAB))


def lift(site: Site, asked: Asked) -> Shown | Moved:
    """A version may answer again, by the key of this page."""
    model = model_of(site, asked)
    try:
        version = _version(model, asked)
        if site.key is None:
            raise InputError(KEY.format(model=f"{model.name}@{version}"))
        recalling.lift(f"{model.name}@{version}", asked.one("why"), key=site.key, by=asked.who.name,
                       store=_store(site))
    except ShallError as error:
        return view(site, asked, str(error))
    return Moved(addresses.model(model.name, tab=TAB))


def _versions(site: Site, model: Model) -> Element:
    since = {event.version: event.at for event in site.evidence.life(model.name) if event.kind == "in service"}
    rows: list[list[Inside]] = []
    for version, at in model.versions.items():
        gone = model.recalled.get(version)
        now = answers(site, model).removeprefix(f"version {version} ") if version == model.in_charge else ""
        state: Inside = element("span", now, class_="met" if now == "answers" else "undecided") if now else ""
        if gone is not None:
            state = element("span", f"✗ recalled by {gone.by or 'somebody'}: {gone.why}", class_="broken")
        rows.append([version, moment(at), moment(since[version]) if version in since else "", state,
                     _found(site, model, version)])
    if not rows:
        return step("No version is known yet.", "shall ship", ": it packs one, and shall serve puts it in charge.")
    titles = ("version", "first heard of", "in service since", "state", "found of it last")
    return grid("Every version", titles, rows, "<<<<<")


def _found(site: Site, model: Model, version: str) -> Inside:
    """The newest verdicts on a version by itself; each leads to its record."""
    courses = [site.evidence.followed(model.name, name) for name in site.evidence.requirements(model.name)]
    found = {course.name: point for course in courses for point in [course.newest_of(version, named=True)]
             if point is not None}
    return element("ul", *(element("li", badge_of(point.verdict), " ", record_link(point.record, name))
                           for name, point in found.items())) if found else ""


def _recall(asked: Asked, model: Model) -> Element | None:
    """The form that takes one back."""
    left = [version for version in model.versions if version not in model.recalled and not parted(version)[1]]
    if "recall" not in asked.who.may or not left:
        return None
    chosen = model.in_charge if model.in_charge in left else left[-1]
    fields = [choice("Version", "version", "version", [(one, one) for one in left], chosen),
              field("Why, for those who used it", "why", "why", required="required")]
    return element("section", element("h2", "Recall a version"), element("p", WHAT), form(
        asked, addresses.model(model.name, tab="recall"), *fields, button("Recall it"), class_="sheet"))


def _lift(site: Site, asked: Asked, model: Model, version: str) -> Element | None:
    if "sign" not in asked.who.may:
        return None
    if site.key is None:
        return element("p", KEY.format(model=f"{model.name}@{version}"), class_="pale")
    key = f"lift-{addresses.part(version)}"
    return element("section", element("h2", f"Let {version} answer again"), form(
        asked, addresses.model(model.name, tab="lift"), hidden("version", version),
        field("Why", key, "why", required="required"), button("Lift the recall", class_="plain"), class_="sheet"))


def _version(model: Model, asked: Asked) -> str:
    """The version of the form. InputError for one that nobody knows."""
    version = asked.one("version")
    if version not in model.versions:
        raise InputError("Which version? Load the page again.")
    return version


def _store(site: Site) -> Store:
    if site.evidence.store is None:
        raise InputError("This page has no store.")
    return site.evidence.store
