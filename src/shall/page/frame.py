"""The frame of every page: what stands around a view."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from xml.etree.ElementTree import Element

from shall.page import addresses, files
from shall.page.forms import button, form
from shall.page.site import Asked, Page, Shown
from shall.reports._tree import Inside, element, html

ENDS: Final = "A verdict is met, broken or undecided; too little evidence is never a pass."


def frame(shown: Shown, asked: Asked, pages: Sequence[Page]) -> str:
    """The whole document, as text."""
    return html(element("html", _head(shown), _body(shown, asked, pages), lang="en"))


def _head(shown: Shown) -> Element:
    return element(
        "head", element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{shown.title} – shall" if shown.title else "shall"),
        element("link", rel="icon", href=files.address("icon.svg"), type="image/svg+xml"),
        element("link", rel="stylesheet", href=files.address("page.css")),
        element("script", src=files.address("page.js"), defer="defer"),
        element("noscript", element("meta", http_equiv="refresh", content=str(shown.refresh)))
        if shown.refresh else None)


def _body(shown: Shown, asked: Asked, pages: Sequence[Page]) -> Element:
    return element(
        "body", element("a", "Skip to the content", href="#main", class_="skip"),
        element("header", element("a", element("strong", "shall"), href="/page", class_="brand"),
                _menu(asked, pages), _who(asked), class_="bar"),
        _crumbs(shown),
        element("main", element("div", element("h1", shown.title), *shown.top, class_="head"),
                _tabs(shown, asked, pages), *shown.main, id="main", tabindex="-1",
                data_refresh=str(shown.refresh) if shown.refresh else None),
        element("footer", element("p", f"{ENDS} {shown.figures}".rstrip())))


def _menu(asked: Asked, pages: Sequence[Page]) -> Element:
    made = [_link(page.menu, page.pattern, here=page is asked.page) for page in _allowed(asked, pages) if page.menu]
    return element("nav", element("ul", *(element("li", one) for one in made)), aria_label="Main")


def _who(asked: Asked) -> Element:
    who = asked.who
    if not who.role:
        return element("p", "this machine only" if who.may else "", class_="who")
    out = form(asked, "/page/sign-out", button("Sign out", class_="plain"))
    named = element("span", who.name, element("span", f" · {who.role}", class_="pale"))
    return element("div", named, out, class_="who")


def _crumbs(shown: Shown) -> Element | None:
    if not shown.crumbs:
        return None
    made = [element("li", element("a", words, href=address)) for words, address in shown.crumbs]
    return element("nav", element("ol", *made), aria_label="Where you are", class_="crumbs")


def _tabs(shown: Shown, asked: Asked, pages: Sequence[Page]) -> Element | None:
    if not shown.model:
        return None
    part = addresses.part(shown.model)
    made = [_link(page.tab, page.pattern.replace("{name}", part), here=page is asked.page)
            for page in _allowed(asked, pages) if page.tab]
    return element("nav", element("ul", *(element("li", one) for one in made)), aria_label="This model",
                   class_="tabs")


def _allowed(asked: Asked, pages: Iterable[Page]) -> Iterator[Page]:
    return (page for page in pages if page.method == "GET" and page.policy in asked.who.may)


def _link(words: Inside, address: str, *, here: bool) -> Element:
    return element("a", words, href=address, aria_current="page" if here else None)
