"""Forms: each sends back the word that only a page of this site can know."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from shall.page.site import Asked
from shall.reports._tree import Inside, element

CSRF = "csrf"


def form(asked: Asked, action: str, *inside: Inside, **attributes: str | None) -> Element:
    """A form that is posted to an address of this site."""
    hidden = element("input", type="hidden", name=CSRF, value=asked.csrf)
    return element("form", hidden, *inside, method="post", action=action, **attributes)


def search(action: str, *inside: Inside, **attributes: str | None) -> Element:
    """A form that only asks: its fields become the query, and nothing is changed by it."""
    return element("form", *inside, method="get", action=action, **attributes)


def button(words: str, **attributes: str | None) -> Element:
    """What sends a form."""
    return element("button", words, type="submit", **attributes)


def field(words: str, key: str, name: str, value: str = "", **attributes: str | None) -> Element:
    """One line to write in, with its label; ``key`` is its id on the page."""
    return element("div", element("label", words, for_=key),
                   element("input", id=key, name=name, value=value, **{"type": "text", **attributes}), class_="field")


def choice(words: str, key: str, name: str, options: list[tuple[str, str]], chosen: str = "") -> Element:
    """One of several: values with their words."""
    made = [element("option", told, value=value, selected="selected" if value == chosen else None)
            for value, told in options]
    return element("div", element("label", words, for_=key), element("select", *made, id=key, name=name),
                   class_="field")
