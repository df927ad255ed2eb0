"""What a shall file asks for."""

from __future__ import annotations

from collections.abc import Iterator

from shall.core.log import GroupDef
from shall.reports._layout import Cell, Look, paragraph, plural, safe, table
from shall.reports._packs import used
from shall.reports._shapes import Asked


def counted(asked: Asked) -> str:
    """`shall.toml: 7 requirements, 3 groups`."""
    found = plural(len(asked.requirements), "requirement"), plural(len(asked.groups), "group")
    return f"{safe(asked.path.name) if asked.path else 'the text'}: {', '.join(found)}"


def contents(asked: Asked, look: Look) -> Iterator[str]:
    """The groups and the requirements of a file."""
    yield f"{counted(asked)}, {asked.confidence:g}% confidence"
    if asked.groups:
        yield ""
        yield look.paint("Groups", "head")
        yield from table([[Cell(safe(group.name), "name"), Cell(safe(group_words(group)))] for group in asked.groups],
                         "<<", look.paint, 2)
    if asked.packs:
        yield ""
        yield look.paint("Packs", "head")
        yield from used(asked.packs, look)
    yield ""
    yield look.paint("Requirements", "head")
    for requirement in asked.requirements:
        yield "  " + look.paint(safe(requirement.name), "name")
        yield from paragraph(safe(str(requirement)), look.width, 6, look.paint)
        if requirement.why:
            yield from paragraph(f"why: {safe(requirement.why)}", look.width, 6, look.paint, "line")
        if requirement.origin:
            yield from paragraph(f"from the pack {safe(requirement.origin)}", look.width, 6, look.paint, "line")


def group_words(group: GroupDef) -> str:
    """How a group is made, in words."""
    words = [f"column {group.column}"]
    if group.cut:
        words.append(f"cut at {', '.join(f'{edge:g}' for edge in group.cut)}")
    if group.at_least:
        rest = "pooled into one" if group.rest == "pool" else "shown only"
        words.append(f"groups below {group.at_least:,} rows {rest}")
    return ", ".join(words)
