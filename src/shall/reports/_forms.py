"""A picture in two forms, broad and narrow: the sheet shows the one that its place has room for, so that no text in it
is smaller than 11 pixels and nothing has to be scrolled."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from xml.etree.ElementTree import Element

from shall.reports._layout import width_of
from shall.reports._tree import Inside, element

LETTER: Final = 7.2                         # pixels of a letter, about; of a bold one and of a small one
BOLD: Final = 8.0
SMALL: Final = 6.8


@dataclass(frozen=True, slots=True)
class Form:
    """One of the two: its name, as the sheet knows it, and how wide it is drawn."""

    name: str
    width: int


BROAD: Final = Form("broad", 740)
NARROW: Final = Form("narrow", 308)         # of a telephone, within its margins


def both(drawn: Callable[[Form], Element]) -> tuple[Element, ...]:
    """A picture in both forms, for one figure."""
    return drawn(BROAD), drawn(NARROW)


def svg(form: Form, of: tuple[str, str], said: tuple[str, str], height: float, parts: Iterable[Inside],
        sheet: str = "") -> Element:
    """The picture; ``of``: its class and its key, ``said``: its title, and what it shows in words; ``sheet``: a style
    for one that stands on its own."""
    style = element("style") if sheet else None
    if style is not None:
        style.text = sheet                  # as it is: a text of the report would be clipped
    key = f"{of[1]}-{form.name}"
    alone = {"xmlns": "http://www.w3.org/2000/svg", "width": str(form.width), "height": f"{height:g}"} if sheet else {}
    return element(
        "svg", element("title", said[0], id=f"{key}-t"), element("desc", said[1], id=f"{key}-d"), style,
        element("rect", class_="ground", x=0, y=0, width=form.width, height=height) if sheet else None, *parts,
        class_=of[0] if sheet else f"{of[0]} {form.name}", viewBox=f"0 0 {form.width} {height:g}", role="img",
        aria_labelledby=f"{key}-t {key}-d", **alone)


def wrapped(text: str, room: float, most: int = 3, letter: float = LETTER) -> list[str]:
    """A text in lines that fit a room of so many pixels, at most ``most`` of them; what is left out ends in ` …`.

    A word that is longer than a line is broken behind a `_`, where it has one.
    """
    letters = int(room / letter + 0.01)
    if not text.isascii():
        letters = int(letters * len(text) / max(width_of(text), 1))
    letters = max(letters, 6)
    parted = " ".join(part for word in text.split(" ") for part in _parts(word, letters))
    return textwrap.wrap(parted, letters, max_lines=most, placeholder=" …", break_on_hyphens=False)


def _parts(word: str, letters: int) -> Iterator[str]:
    """Two of them together are longer than a line, so that no line has a space where there was none."""
    while len(word) > letters and (place := word.rfind("_", 0, letters)) > 0:
        yield word[:place + 1]
        word = word[place + 1:]
    yield word


def within(x: float, text: str, start: float, end: float, letter: float = LETTER) -> float:
    """The middle of a text that is to stand at ``x``, and not to leave the room from ``start`` to ``end``."""
    half = width_of(text) * letter / 2
    return max(min(x, end - half), start + half)
