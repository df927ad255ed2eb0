"""What is wrong with something that was sent, a sentence at a time: what, where, and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from shall.core.errors import FileError, Problem
from shall.page.said import coded
from shall.page.travel import sent
from shall.reports._layout import plural, sentence
from shall.reports._tree import Inside, element
from shall.spec.adding import PROPOSED

OWN = ("requirement", PROPOSED)             # what a fault of the line itself says in place of a file


def told(error: Exception, line: str = "", more: str = "", kept: str = ", and nothing was changed") -> Element:
    """An error as people read it. ``line``: what was written; ``more``: what else can be done; ``kept``: what did not
    happen therefore."""
    if isinstance(error, FileError):
        inside = [element("li", *_problem(one, line)) for one in error.problems]
        head = element("p", element("strong", f"{plural(len(inside), 'fault')}{kept}:"))
        return element("div", head, element("ul", *inside), class_="fault", role="alert")
    said = [element("p", *coded(_ended(part.strip())), class_="broken" if not place else None)
            for place, part in enumerate(str(error).splitlines()) if part.strip()]
    return element("div", *said, element("p", more) if more else None, class_="fault", role="alert")


def _problem(one: Problem, line: str) -> Iterator[Inside]:
    yield element("p", element("span", *coded(_ended(one.message)), class_="broken"), f" {_place(one)}")
    if one.file in OWN and 0 < one.column <= len(line) + 1 and "\n" not in line:
        at = one.column - 1
        length = next((place for place, char in enumerate(line[at:]) if not (char.isalnum() or char in "_.%")), None)
        end = max(at + 1, len(line) if length is None else at + length)
        yield element("pre", sent(line[:at]), element("strong", sent(line[at:end]) or "▁", class_="broken"),
                      sent(line[end:]), class_="difference")
    if one.fix:
        yield element("p", "What to do: ", *coded(_ended(one.fix)))


def _place(one: Problem) -> str:
    if one.file in OWN:
        return f"In the line that you wrote, at character {one.column}."
    return f"In {one.file}, line {one.line}." if one.line else f"In {one.file}."


def _ended(text: str) -> str:
    return sentence(text) + ("" if text.endswith((".", "?", "!", '"')) else ".")
