"""The lines of a shall file as they stand there, each with the newest verdict on that very line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.evidence import Model
from shall.api.shown.standing import Standing, standing
from shall.core.requirement import Requirement
from shall.page import addresses
from shall.page.said import badge_of, record_link, step
from shall.page.site import Asked, Site
from shall.page.travel import sent
from shall.reports._tables import grid
from shall.reports._tree import Inside, element
from shall.spec import ShallFile

TAB: Final = "edit"
NEW: Final = "new requirement"


def lines(site: Site, asked: Asked, model: Model, file: ShallFile) -> Element:
    """Every line as it stands there, with the newest verdict on it."""
    may = "propose" in asked.who.may
    rows: list[list[Inside]] = []
    for line in file.requirements:
        bare = str(Requirement.parse(str(line)))
        change = element("a", "change", href=at(model, line.name, bare), aria_label=f"change {line.name}")
        found = standing(site.evidence, model.name, line.name, line)
        rows.append([line.name, element("code", sent(bare)), line.origin or "the file",
                     element("div", *judged(found)), change if may else ""])
    new = element("p", element("a", "A new requirement", href=at(model, NEW, ""), class_="button")) if may else None
    table = grid("Every requirement of the file", ("name", "line", "from", "newest verdict", ""), rows, "<<<<<") \
        if rows else step("The file asks for nothing yet.", 'shall propose NAME "LINE" --why REASON')
    return element("section", element("h2", "The lines"), table, new, id="lines")


def at(model: Model, name: str, line: str) -> str:
    """The address of the form that changes a line."""
    return addresses.model(model.name, tab=TAB, requirement=name, line=line) + "#change"


def judged(found: Standing) -> Iterator[Element]:
    """The verdict on a line; and that on another line of its name, as what it is."""
    if found.judged is not None:
        yield badge_of(found.judged.verdict)
        if found.judged.version:
            yield element("span", f" version {found.judged.version}", class_="pale")
    elif found.other is not None:
        yield element("span", "not judged yet", class_="verdict undecided")
    else:
        yield element("span", "not judged yet", class_="pale")
    if found.other is not None:
        yield element("p", "The newest verdict by this name is on another line, ", element("code", sent(found.line)),
                      ": ", badge_of(found.other.verdict), " (", record_link(found.other.record), "). ",
                      "" if found.judged is not None else "shall check judges this one.", class_="pale small")
