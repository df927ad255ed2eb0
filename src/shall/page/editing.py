"""Requirements are changed here: what another line would have meant, a proposal, and the signature that lands it."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown import proposing
from shall.api.shown.evidence import Model
from shall.core.errors import InputError, Refused, ShallError
from shall.core.proposals import Proposal
from shall.core.requirement import Requirement
from shall.page import addresses, faults, proposed
from shall.page.finding import model_of
from shall.page.forms import button, field, form, hidden, search
from shall.page.lines import NEW, TAB, lines
from shall.page.site import Asked, Moved, Shown, Site
from shall.page.travel import NOTE, WRITTEN, sent
from shall.reports._tree import element
from shall.spec import ShallFile, load

FIELDS: Final = {"requirement": "a name", "line": "a line", "why": "a reason"}


def view(site: Site, asked: Asked, wrong: Element | None = None) -> Shown:
    """The lines of the shall file, a change with what it would have meant, and the proposals so far."""
    model = model_of(site, asked)
    try:
        file = _file(site, model)
    except ShallError as error:
        return Shown(f"Requirements of {model.name}", [faults.told(error)], model=model.name)
    drilling, again = proposed.waiting(site, asked, model, file)
    told = [wrong, proposed.done(site, asked, file)]
    change, soon = None, 0
    if asked.one("requirement") and "propose" in asked.who.may:
        change, soon = _change(site, asked, (model, file), looks=wrong is None)
    return Shown(f"Requirements of {model.name}", [*told, change, *drilling, lines(site, asked, model, file),
                              proposed.ended(site, file)],
                 top=[element("p", element("code", str(file.path)), class_="pale")],
                 crumbs=[("Models", "/page"), (model.name, addresses.model(model.name))], model=model.name,
                 status=200 if wrong is None else 422, refresh=again if change is None else soon)


def propose(site: Site, asked: Asked) -> Shown | Moved:
    """A proposal is recorded."""
    def act(path: Path) -> Proposal:
        name, line, why = (asked.whole(key, what) for key, what in FIELDS.items())
        return proposing.propose(path, name, line, why=why, by=asked.who.name, store=site.evidence.store)
    return _done(site, asked, act, "proposed")


def sign(site: Site, asked: Asked) -> Shown | Moved:
    """A proposal is signed, and stands in the shall file."""
    number = _number(asked)
    return _done(site, asked, lambda path: proposing.sign(
        path, number, by=asked.who.name, why=asked.one("why"), key=site.key, store=site.evidence.store), "signed",
        f"Where the key is: shall propose --sign {number} --key regulator.key, or start this page there: "
        "shall page --file shall.toml --key regulator.key")


def decline(site: Site, asked: Asked) -> Shown | Moved:
    """A proposal is declined, or taken back."""
    return _done(site, asked, lambda path: proposing.decline(
        path, _number(asked), why=asked.one("why"), by=asked.who.name, store=site.evidence.store), "declined")


def _done(site: Site, asked: Asked, act: Callable[[Path], Proposal], what: str, refused: str = "") -> Shown | Moved:
    """What was asked for, done, and the page that says so; or what is wrong, and what was written."""
    model = model_of(site, asked)
    try:
        path = _file(site, model).path
        assert path is not None
        made = act(path)
    except ShallError as error:
        more = refused if isinstance(error, Refused) else ""
        return view(site, asked, faults.told(error, asked.one("line"), more))
    return Moved(addresses.model(model.name, tab=TAB, **{what: str(made.number)}))


def _file(site: Site, model: Model) -> ShallFile:
    """The shall file of a model, where this page has it."""
    start = "Start the page beside the shall file to change its lines: shall page --file shall.toml"
    if not site.file:
        raise InputError(f"This page has no shall file. {start}")
    file = load(site.file)
    if file.subject.name != model.name:
        raise InputError(f"The shall file here is that of {file.subject.name or 'another subject'}. {start}")
    return file


def _change(site: Site, asked: Asked, of: tuple[Model, ShallFile], *, looks: bool) -> tuple[Element, int]:
    """The form of one change; where it ``looks``, with what another line would have meant, and after how many seconds
    to ask again for that."""
    model, file = of
    name, line, why = (asked.whole(key, what) for key, what in FIELDS.items())
    old = next((str(Requirement.parse(str(one))) for one in file.requirements if one.name == name), "")
    fresh = name == NEW
    fields = [field("Name", "name", "requirement", "" if fresh else name, required="required",
                    readonly=None if fresh or not old else "readonly"),
              field("Line", "line", "line", line, spellcheck="false", class_="line",
                    placeholder="ratio of selection_rate over sex >= 0.80"),
              field("Why", "why", "why", why, placeholder="for those who sign")]
    asks = search(addresses.model(model.name, tab=TAB) + "#change", *fields, button("Show what it would have meant"),
                  class_="sheet")
    notes = ["An empty line drops the requirement."] if old else []
    notes += [NOTE] if WRITTEN.search(sent(line)) else []
    shown: list[Element] = []
    meant: proposed.Meant | None = None
    if looks := looks and not fresh and line != old:
        meant = proposed.of_line(site, file, name, line)
        shown = list(_previewed(asked, (model, file), (name, line, why), meant))
    return element("section", element("h2", "A new requirement" if fresh else f"Change {name}"), asks,
                   *(element("p", one, class_="pale") for one in notes), *shown, id="change"
                   ), proposed.AGAIN if looks and meant is None else 0


def _previewed(asked: Asked, of: tuple[Model, ShallFile], said: tuple[str, str, str],
               meant: proposed.Meant | None) -> Iterator[Element]:
    (model, file), (name, line, why) = of, said
    assert file.path is not None
    yield from proposed.told(meant, "now", line)
    found = None if meant is None else meant[0]
    if found is None or isinstance(found, ShallError):
        return
    yield element("h3", "The file")
    yield _difference(file.path.read_text(encoding="utf-8"), found.text)
    kept = [hidden(key, value) for key, value in (("requirement", name), ("line", line), ("why", why))]
    if why.strip():
        yield form(asked, addresses.model(model.name, tab="propose"), *kept, button("Propose this"))
    else:
        yield element("p", "Say why above, and it can be proposed.", class_="pale")


def _difference(old: str, new: str) -> Element:
    """The lines of a file that change, with one before and after."""
    rows = [*difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)][2:]
    kinds = {"+": "ins", "-": "del"}
    return element("pre", *(element(kinds.get(row[:1], "span"), row + "\n") for row in rows if row[:2] != "@@"),
                   class_="difference", tabindex="0", role="region", aria_label="What changes in the file")


def _number(asked: Asked) -> int:
    """Of the proposal; 0 where the form names none."""
    said = asked.one("number")
    return int(said) if said.isdecimal() and len(said) < 19 else 0
