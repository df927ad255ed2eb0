"""Forms: each sends back the word that only a page of this site can know."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from shall.page.site import Asked
from shall.page.travel import sent
from shall.reports._tree import Inside, element

CSRF = "csrf"


def form(asked: Asked, action: str, *inside: Inside, **attributes: str | None) -> Element:
    """A form that is posted to an address of this site."""
    return element("form", hidden(CSRF, asked.csrf), *inside, method="post", action=action, **attributes)


def search(action: str, *inside: Inside, **attributes: str | None) -> Element:
    """A form that only asks: its fields become the query, and nothing is changed by it."""
    return element("form", *inside, method="get", action=action, **attributes)


def button(words: str, value: str | None = None, **attributes: str | None) -> Element:
    """What sends a form."""
    return element("button", words, type="submit", value=None if value is None else sent(value), **attributes)


def hidden(name: str, value: str) -> Element:
    """A field that nobody sees."""
    return element("input", type="hidden", name=name, value=sent(value))


def field(words: str, key: str, name: str, value: str = "", **attributes: str | None) -> Element:
    """One line to write in, with its label; ``key`` is its id on the page."""
    return element("div", element("label", words, for_=key),
                   element("input", id=key, name=sent(name), value=sent(value), **{"type": "text", **attributes}),
                   class_="field")


def choice(words: str, key: str, name: str, options: list[tuple[str, str]], chosen: str = "") -> Element:
    """One of several: values with their words."""
    made = [element("option", told, value=sent(value), selected="selected" if value == chosen else None)
            for value, told in options]
    return element("div", element("label", words, for_=key), element("select", *made, id=key, name=name),
                   class_="field")
