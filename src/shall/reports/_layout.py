"""Aligned text: columns, wrapping, and safe printing of what came out of somebody's data."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from shall.reports._shapes import Paint

ELLIPSIS = "…"
ROOM = 16                                   # columns that are enough to break a text in


class Cell(NamedTuple):
    """One cell of a table; ``style`` is a name that a Paint knows."""

    text: str
    style: str = ""


def plain(text: str, style: str) -> str:
    """The Paint of a file or a pipe: no colour."""
    return text


@dataclass(frozen=True, slots=True)
class Look:
    """How a report is to be printed."""

    width: int = 80
    groups: bool = False                    # every group of every line
    paint: Paint = plain


def plural(number: int, word: str) -> str:
    """`1 requirement`, `7 requirements`."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"


def sentence(text: str) -> str:
    """A text with a capital, unless it begins with a name, such as `loans@1` or `roc_auc`: a name stays what it is."""
    first = text.split(" ", 1)[0].rstrip(",.:;")
    return text[:1].upper() + text[1:] if first.isalpha() else text


def size_text(count: float) -> str:
    """Bytes in the units that a shall file knows: `671.2 KB`."""
    if count < 1000:
        return f"{count:.0f} B"
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:.1f} KB"


def safe(text: str, keep: str = "") -> str:
    """A text without control characters: names of groups come out of data, and must not drive a terminal."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char in keep else char.encode("unicode_escape").decode()
                   for char in text)


def placed(path: str) -> str:
    """A path as one reads it: from the working directory where it lies below that, else whole, without `..`; what is
    an address, or no path at all, stays as it is."""
    if not path or "://" in path or "?" in path or not {"/", "\\"} & {*path}:
        return path
    whole, here = Path(path).resolve(), Path.cwd()
    return str(whole.relative_to(here)) if whole.is_relative_to(here) else str(whole)


def width_of(text: str) -> int:
    """Columns that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
               for char in text)


def clipped(text: str, width: int) -> str:
    """At most ``width`` columns of a text."""
    if width_of(text) <= width:
        return text
    taken = 0
    for place, char in enumerate(text):
        taken += width_of(char)
        if taken > width - 1:
            return text[:place] + ELLIPSIS
    return text


def table(rows: Sequence[Sequence[Cell]], align: str, paint: Paint, indent: int = 0, gap: int = 2) -> list[str]:
    """Rows of one number of cells as aligned lines; ``align`` has one of "<" and ">" a column."""
    widths = [max(width_of(cell.text) for cell in column) for column in zip(*rows, strict=True)]
    return [" " * indent + _line(row, widths, align, paint, " " * gap) for row in rows]


def fitting(rows: Sequence[Sequence[Cell]], align: str, paint: Paint, width: int, indent: int = 0, *, names: int = 1,
            text: bool = False, below: int = 2) -> list[list[str]]:
    """The lines of each row of a `table` that keeps to a width, and cuts nothing.

    ``text``: the last cells are texts, which are broken, or stand below the others where those leave little room. Where
    that is not enough, the first ``names`` cells stand above the others, which are ``below`` deeper at most.
    """
    if indent + _wide(rows) <= width or not (names or text):
        return [[line] for line in table(rows, align, paint, indent)]
    if text:
        return _broken(rows, align, paint, width, indent, names)
    first, rest = [row[:names] for row in rows], [row[names:] for row in rows]
    deep = indent + max(min(below, width - indent - _wide(rest)), 2)
    return [[*pair] for pair in zip(table(first, align[:names], paint, indent),
                                    table(rest, align[names:], paint, deep), strict=True)]


def _broken(rows: Sequence[Sequence[Cell]], align: str, paint: Paint, width: int, indent: int,
            names: int) -> list[list[str]]:
    """With the last cells broken in the room that the others leave, or below them."""
    figures, texts = [row[:-1] for row in rows], [row[-1] for row in rows]
    left = indent + _wide(figures) + 2
    if width - left >= ROOM:
        parts = [_wrapped(cell.text, width - left) for cell in texts]
        made = table([[*row, cell._replace(text=part[0])] for row, cell, part in
                      zip(figures, texts, parts, strict=True)], align, paint, indent)
        return [[line, *(" " * left + paint(more, cell.style) for more in part[1:])]
                for line, cell, part in zip(made, texts, parts, strict=True)]
    lines = fitting(figures, align[:-1], paint, width, indent, names=names)
    return [[*own, *(paragraph(cell.text, width, indent + 4, paint, cell.style) if cell.style != "head" else [])]
            for own, cell in zip(lines, texts, strict=True)]


def _wide(rows: Sequence[Sequence[Cell]]) -> int:
    """Columns that a table takes, without its indent."""
    return sum(max(width_of(cell.text) for cell in column) + 2 for column in zip(*rows, strict=True)) - 2


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False) or [""]


def _line(row: Sequence[Cell], widths: Sequence[int], align: str, paint: Paint, gap: str) -> str:
    last = max((place for place, cell in enumerate(row) if cell.text), default=-1)
    cells = []
    for place, cell in enumerate(row[:last + 1]):
        pad = " " * (widths[place] - width_of(cell.text))
        text = cell.text.rstrip() if place == last else cell.text
        shown = paint(text, cell.style) if cell.style and text else text
        right = "" if place == last else pad
        cells.append(pad + shown if align[place] == ">" else shown + right)
    return gap.join(cells)


def headed(head: str, rest: str, look: Look, style: str = "head") -> list[str]:
    """`head: rest` on one line, or the rest below, where that is too long."""
    if width_of(head) + 2 + width_of(rest) <= look.width:
        return [f"{look.paint(head, style)}: {rest}"]
    return [look.paint(f"{head}:", style), *paragraph(rest, look.width, 2, look.paint)]


def paragraph(text: str, width: int, indent: int, paint: Paint, style: str = "") -> list[str]:
    """A text broken into lines of ``width`` columns, the later ones two deeper; long words stay whole."""
    lines = textwrap.wrap(text, max(width - indent, 30), subsequent_indent="  ", break_long_words=False,
                          break_on_hyphens=False)
    return [" " * indent + (paint(line, style) if style else line) for line in lines]
