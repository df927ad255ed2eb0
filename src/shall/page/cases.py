"""One case for one person: why it is here, what came in, what the model suggests, and the words that may be said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.api.shown.cases import Case
from shall.api.shown.evidence import Model
from shall.api.shown.reviewing import Queue, suggested
from shall.page import addresses
from shall.page.forms import button, field, form, hidden
from shall.page.site import Asked
from shall.reports._tables import grid
from shall.reports._tree import Inside, element

TAB: Final = "review"


def card(asked: Asked, model: Model, found: Queue, case: Case, who: str) -> Element:
    """One case that waits, with its buttons."""
    heard = "Somebody has said something: yours is the next word."
    second = element("p", heard, class_="pale") if case.review else None
    values = [element("div", element("dt", name), element("dd", value or "–")) for name, value in case.values.items()]
    key = f"c-{addresses.part(case.decision)}"
    return element(
        "article", element("h2", case.why[:1].upper() + case.why[1:]), element("dl", *values, class_="came"),
        element("p", suggested(found, case)), second, _say(asked, model, found, case, who),
        element("p", f"{case.model} at {_at(case)} UTC, decision ", element("code", case.decision), class_="pale"),
        class_="card", id=key)


def said(asked: Asked, model: Model, found: Queue, who: str) -> Element | None:
    """What somebody has said of cases that nothing settled yet, to be said again."""
    rows: list[list[Inside]] = [
        [element("code", case.decision), _at(case), found.meaning(_own(case, who)),
         "two differ: a third decides" if case.review is not None and case.review.state == "differ" else
         _say(asked, model, found, case, who)] for case in found.said]
    if not rows:
        return None
    return element("section", element("h2", f"What you said ({len(rows)})"),
                   element("p", "Nothing has settled these yet. Until another has spoken, a later word of yours takes "
                                "the place of the one before.", class_="pale"),
                   grid("Your words on cases that are not settled", ("decision", "at (UTC)", "you said", ""), rows,
                        "<<<<"), id="said")


def _say(asked: Asked, model: Model, found: Queue, case: Case, who: str) -> Element | None:
    """The form: a button a class, or a field for a number; none where nothing may be said."""
    if found.lacks:
        return None
    own, key = _own(case, who), f"c-{addresses.part(case.decision)}"
    kept = [hidden("decision", case.decision), None if asked.who.name else hidden("by", who),
            hidden("from", asked.one("from")) if asked.one("from") else None]
    action = addresses.model(model.name, tab=TAB)
    if not found.classes or found.number:
        words = "No, it is" if own else "It is"
        one = field(words, f"{key}-label", "label", required="required", inputmode="decimal" if found.number else None)
        return form(asked, action, *kept, element("div", one, button("Say so"), class_="row"))
    left: Sequence[str] = [label for label in found.classes if label != own]
    says = [button(found.meaning(label), name="label", value=label, aria_describedby=f"{key}-is",
                   class_="plain" if own else None) for label in left]
    return form(asked, action, *kept, element("div", element("p", "No, it is" if own else "It is", id=f"{key}-is"),
                                              *says, class_="row"))


def _own(case: Case, who: str) -> str:
    return "" if case.review is None else case.review.of(who)


def _at(case: Case) -> str:
    return case.at[:19].replace("T", " ")
