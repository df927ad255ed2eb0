"""Packs of requirements as a reader meets them: in a list, one explained, or as a file uses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from shall.reports._layout import Cell, Look, paragraph, plural, safe, table
from shall.reports._shapes import Extension, Pack


def listed(packs: Sequence[Pack], look: Look) -> Iterator[str]:
    """All packs, each with its date and its title."""
    yield look.paint("Packs of requirements: extends = [\"NAME\"]", "head")
    for pack in packs:
        yield "  " + look.paint(safe(pack.name), "name")
        yield from paragraph(safe(pack.title), look.width, 6, look.paint)
        yield "      " + look.paint(f"{pack.date}; {plural(len(pack.requirements), 'requirement')}", "line")
    yield ""


def explained(pack: Pack, look: Look) -> Iterator[str]:
    """One pack: what it says, its groups and lines, and what they leave unsaid."""
    yield f"{look.paint(safe(pack.name), 'head')}  {safe(pack.title)}"
    yield ""
    for text in (pack.about, f"Source: {pack.source}", f"Date: {pack.date}", pack.url):
        if text:
            yield from paragraph(safe(" ".join(text.split())), look.width, 2, look.paint)
    yield ""
    yield look.paint("In a shall file", "head")
    yield f'    extends = ["{safe(pack.name)}"]'
    if pack.groups:
        yield ""
        yield look.paint("Groups that it needs", "head")
        yield from table([[Cell(safe(name), "name"), Cell(safe(what))] for name, what in pack.groups.items()],
                         "<<", look.paint, 2)
    yield ""
    yield look.paint("Requirements", "head")
    for line in pack.requirements:
        yield "  " + look.paint(safe(line.name), "name")
        yield from paragraph(safe(str(line)), look.width, 6, look.paint)
        if line.why:
            yield from paragraph(f"why: {safe(line.why)}", look.width, 6, look.paint, "line")
    if pack.not_covered:
        yield ""
        yield look.paint("What its lines do not say", "head")
        for text in pack.not_covered:
            yield from paragraph(f"- {safe(text)}", look.width, 2, look.paint)


def used(packs: Sequence[Extension], look: Look) -> Iterator[str]:
    """The packs of a file, and where the file says otherwise."""
    for one in packs:
        pack = one.pack
        yield f"  {look.paint(safe(pack.name), 'name')} ({pack.date}): {plural(len(one.lines), 'requirement')}"
        for name in one.replaced:
            yield f"    {safe(name)} is in the words of the file, not of the pack"
        for name, why in one.left_out.items():
            yield from paragraph(f"{safe(name)} is left out: {safe(why)}", look.width, 4, look.paint)
