"""Elements of HTML and SVG: every text and attribute is escaped when the tree is written, none before."""

from __future__ import annotations

from typing import Final
from xml.etree.ElementTree import Element, tostring

from shall.reports._layout import clipped, safe

LONGEST: Final = 2_000                      # columns of one text: a name that is longer drowns a page
WHOLE: Final = ("href", "value")            # attributes that are no text to be read

Inside = Element | str | None


def element(tag: str, *inside: Inside, **attributes: str | float | None) -> Element:
    """An element; ``class_`` is class, ``x_y`` is x-y, and an attribute that is None is left out."""
    given = {_name(name): _given(name, value) for name, value in attributes.items() if value is not None}
    made = Element(tag, given)
    for part in inside:
        add(made, part)
    return made


def add(to: Element, part: Inside) -> None:
    """One more child: an element, or text."""
    if part is None:
        return
    if isinstance(part, Element):
        to.append(part)
    elif len(to):
        to[-1].tail = (to[-1].tail or "") + _text(part)
    else:
        to.text = (to.text or "") + _text(part)


def html(root: Element) -> str:
    """A document as HTML."""
    return "<!DOCTYPE html>\n" + tostring(root, encoding="unicode", method="html") + "\n"


def xml(root: Element) -> str:
    """A document as XML."""
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _name(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def _given(name: str, value: str | float) -> str:
    """An address and what a form sends whole: half of a filter would be another one."""
    return safe(value, keep="\n") if name in WHOLE and isinstance(value, str) else _written(value)


def _written(value: str | float) -> str:
    return _text(value) if isinstance(value, str) else f"{round(value, 1):g}"


def _text(text: str) -> str:
    return clipped(safe(text, keep="\n"), LONGEST) if len(text) > LONGEST else safe(text, keep="\n")
