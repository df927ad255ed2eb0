"""Requirements are changed here: what another line would have meant, a proposal, and the signature that lands it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown import previewing, proposing
from shall.api.shown.evidence import Model
from shall.api.shown.previewing import Case, Preview
from shall.core.errors import InputError, Refused, ShallError
from shall.core.proposals import Proposal
from shall.core.requirement import Requirement
from shall.core.verdict import Finding
from shall.page import addresses
from shall.page.finding import model_of
from shall.page.forms import button, field, form, search
from shall.page.site import Asked, Moved, Shown, Site
from shall.reports._page_parts import badge
from shall.reports._tables import grid
from shall.reports._tree import Inside, element
from shall.spec import ShallFile, load

TAB: Final = "edit"
CASES: Final = 50                           # that a preview shows
NEW: Final = "new requirement"


def view(site: Site, asked: Asked, wrong: str = "") -> Shown:
    """The lines of the shall file, a change with what it would have meant, and the proposals so far."""
    model = model_of(site, asked)
    try:
        file = _file(site, model)
    except ShallError as error:
        return Shown(model.name, [element("p", str(error))], model=model.name)
    told = [element("p", wrong, class_="broken", role="alert")] if wrong else []
    main = [*told, *_proposals(site, asked, model, file), _lines(model, file, asked)]
    name = asked.one("requirement")
    if name and "propose" in asked.who.may:
        main.insert(len(told), _change(site, asked, (model, file), name))
    return Shown(model.name, main, top=[element("p", element("code", str(file.path)), class_="pale")],
                 crumbs=[("Models", "/page"), (model.name, addresses.model(model.name))], model=model.name,
                 status=422 if wrong else 200)


def propose(site: Site, asked: Asked) -> Shown | Moved:
    """A proposal is recorded."""
    return _done(site, asked, lambda path: proposing.propose(
        path, asked.one("requirement"), asked.one("line"), why=asked.one("why"), by=asked.who.name,
        store=site.evidence.store))


def sign(site: Site, asked: Asked) -> Shown | Moved:
    """A proposal is signed, and stands in the shall file."""
    number = _number(asked)
    return _done(site, asked, lambda path: proposing.sign(
        path, number, by=asked.who.name, why=asked.one("why"), key=site.key, store=site.evidence.store),
        f"Where the key is: shall propose --sign {number} --key regulator.key, or start this page there: "
        "shall page --file shall.toml --key regulator.key")


def decline(site: Site, asked: Asked) -> Shown | Moved:
    """A proposal is declined, or taken back."""
    return _done(site, asked, lambda path: proposing.decline(
        path, _number(asked), why=asked.one("why"), by=asked.who.name, store=site.evidence.store))


def _done(site: Site, asked: Asked, act: Callable[[Path], object], refused: str = "") -> Shown | Moved:
    """What was asked for, done; or the page again, with what is wrong and what was written."""
    model = model_of(site, asked)
    try:
        path = _file(site, model).path
        assert path is not None
        act(path)
    except Refused as error:
        return view(site, asked, f"{error}. {refused}")
    except ShallError as error:
        return view(site, asked, str(error))
    return Moved(addresses.model(model.name, tab=TAB))


def _file(site: Site, model: Model) -> ShallFile:
    """The shall file of a model, where this page has it."""
    start = "Start the page beside the shall file to change its lines: shall page --file shall.toml"
    if not site.file:
        raise InputError(f"This page has no shall file. {start}")
    file = load(site.file)
    if file.subject.name != model.name:
        raise InputError(f"The shall file here is that of {file.subject.name or 'another subject'}. {start}")
    return file


def _lines(model: Model, file: ShallFile, asked: Asked) -> Element:
    """Every line as it stands there, with the newest verdict on it."""
    may = "propose" in asked.who.may
    rows: list[list[Inside]] = []
    for line in file.requirements:
        point = model.newest.get(line.name)
        bare = str(Requirement.parse(str(line)))
        change = element("a", "change", href=_at(model, line.name, bare), aria_label=f"change {line.name}")
        rows.append([line.name, element("code", bare), line.origin or "the file",
                     badge(Finding(point.verdict)) if point else "", change if may else ""])
    new = element("p", element("a", "A new requirement", href=_at(model, NEW, ""), class_="button")) if may else None
    return element("section", element("h2", "The lines"),
                   grid("Every requirement of the file", ("name", "line", "from", "newest verdict", ""), rows, "<<<<<"),
                   new, id="lines")


def _at(model: Model, name: str, line: str) -> str:
    return addresses.model(model.name, tab=TAB, requirement=name, line=line) + "#change"


def _change(site: Site, asked: Asked, of: tuple[Model, ShallFile], name: str) -> Element:
    """The form of one change; with what it would have meant, where another line is written there."""
    model, file = of
    old = next((str(Requirement.parse(str(line))) for line in file.requirements if line.name == name), "")
    line, why, fresh = asked.one("line"), asked.one("why"), name == NEW
    fields = [field("Name", "name", "requirement", "" if fresh else name, required="required",
                    readonly=None if fresh or not old else "readonly"),
              field("Line", "line", "line", line, spellcheck="false", class_="line",
                    placeholder="ratio of selection_rate over sex >= 0.80"),
              field("Why", "why", "why", why, placeholder="for those who sign")]
    asks = search(addresses.model(model.name, tab=TAB) + "#change", *fields, button("Show what it would have meant"),
                  class_="sheet")
    note = element("p", "An empty line drops the requirement.", class_="pale") if old else None
    shown = list(_previewed(site, asked, (model, file), (name, line, why))) if not fresh and line != old else []
    return element("section", element("h2", "A new requirement" if fresh else f"Change {name}"), asks, note, *shown,
                   id="change")


def _previewed(site: Site, asked: Asked, of: tuple[Model, ShallFile], said: tuple[str, str, str]) -> Iterator[Element]:
    (model, file), (name, line, why) = of, said
    assert file.path is not None
    try:
        found = previewing.preview(file.path, name, line, store=site.evidence.store)
    except ShallError as error:
        yield element("p", str(error), class_="broken", role="alert")
        return
    yield element("p", element("strong", _sentence(str(found))), role="status")
    if found.cases:
        yield _cases(found)
    yield element("h3", "The file")
    yield _difference(file.path.read_text(encoding="utf-8"), found.text)
    hidden = [element("input", type="hidden", name=key, value=value)
              for key, value in (("requirement", name), ("line", line), ("why", why))]
    if why.strip():
        yield form(asked, addresses.model(model.name, tab="propose"), *hidden, button("Propose this"))
    else:
        yield element("p", "Say why above, and it can be proposed.", class_="pale")


def _cases(found: Preview) -> Element:
    rows: list[list[Inside]] = [[case.at[:16].replace("T", " "), case.model, case.what, _verdict(case.before),
                                 _after(case)] for case in found.cases[:CASES]]
    left = len(found.cases) - CASES
    more = f"; the newest {CASES}, {left} more are older" if left > 0 else ""
    return grid(f"What was measured, decided again{more}", ("recorded (UTC)", "of", "what", "was", "would have been"),
                rows, "<<<<<")


def _after(case: Case) -> Inside:
    return _verdict(case.after) if case.after is not None else element("span", "cannot be told", class_="pale")


def _verdict(finding: Finding | None) -> Inside:
    return element("span", "not asked", class_="pale") if finding is None else badge(finding)


def _difference(old: str, new: str) -> Element:
    """The lines of a file that change, with one before and after."""
    lines = [*difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)][2:]
    kinds = {"+": "ins", "-": "del"}
    return element("pre", *(element(kinds.get(line[:1], "span"), line + "\n") for line in lines if line[:2] != "@@"),
                   class_="difference", tabindex="0", role="region", aria_label="What changes in the file")


def _proposals(site: Site, asked: Asked, model: Model, file: ShallFile) -> Iterator[Element]:
    """What was proposed, the newest first; what is open with its buttons."""
    assert file.path is not None
    waiting = proposing.waiting(file.path, site.evidence.store)
    if waiting:
        yield element("section", element("h2", f"Open proposals ({len(waiting)})"),
                      *(_open(asked, model, one) for one in waiting), id="open")
    ended = [one for one in reversed(proposing.proposals(file.path, site.evidence.store)) if one not in waiting]
    if ended:
        rows: list[list[Inside]] = [[one.ended_on[:16].replace("T", " "), one.change, one.why, one.by,
                                     f"{one.state} by {one.ended_by}", one.ended_why] for one in ended]
        yield element("section", element("h2", "What became of proposals"), grid(
            "Proposals that have ended", ("ended (UTC)", "change", "why", "proposed by", "ended", "why"), rows,
            "<<<<<<", heads=1))


def _open(asked: Asked, model: Model, one: Proposal) -> Element:
    number = element("input", type="hidden", name="number", value=str(one.number))
    key = f"p{one.number}"
    buttons: list[Inside] = []
    if "sign" in asked.who.may:
        words = "Sign, and put it in the file" if one.state == "open" else "It is signed: put it in the file"
        buttons.append(form(asked, addresses.model(model.name, tab="sign"), number, button(words)))
    if "propose" in asked.who.may and one.state == "open":
        again = element("input", type="hidden", name="number", value=str(one.number))
        buttons.append(form(asked, addresses.model(model.name, tab="decline"), again,
                            field("Reason", f"{key}-why", "why", required="required"),
                            button("Decline", class_="plain")))
    return element("article", element("p", element("strong", one.name)),
                   _was(one), element("p", f"Why: {one.why}"),
                   element("p", f"Proposed by {one.by} on {one.on[:16].replace('T', ' ')} UTC", class_="pale"),
                   element("div", *buttons, class_="row"), class_="card", id=key)


def _was(one: Proposal) -> Element:
    lines = [element(tag, f"{sign} {text}\n") for tag, sign, text in (("del", "-", one.was), ("ins", "+", one.line))
             if text]
    return element("pre", *lines, class_="difference")


def _number(asked: Asked) -> int:
    """Of the proposal; 0 where the form names none."""
    said = asked.one("number")
    return int(said) if said.isdecimal() and len(said) < 19 else 0


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
