"""The measure reference: ``python -m checks.reference`` writes it, ``--check`` fails where it is out of date."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shall import registry
from shall.core.card import Card

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "measures.md"
SECTION: Final = re.compile(r"^(Meaning|When not available|How to mend|Example|Reference):\s*", re.MULTILINE)


def page() -> str:
    """The page, from the card and the docstring of every built-in measure."""
    parts = ["# Measures", "", "Made from the measure files by `python -m checks.reference`; do not edit.", ""]
    for name in registry.built_in("measures"):
        parts += _measure(name)
    return "\n".join(parts)


def _measure(name: str) -> Iterator[str]:
    module = registry.find("measures", name)
    card: Card = module.CARD
    text = inspect.getdoc(module) or ""
    title, _, rest = text.partition("\n")
    pieces = SECTION.split(rest)
    sections = dict(zip(pieces[1::2], pieces[2::2], strict=True))
    yield from (f"## {name}", "", title, "")
    for section in ("Meaning", "When not available", "How to mend"):
        sentence = " ".join(sections[section].split())
        yield f"**{section}.** {sentence[:1].upper()}{sentence[1:]}"
        yield ""
    yield from ("| needs | better | bounds | range | also called | options |", "|---|---|---|---|---|---|")
    aliases = ", ".join(f"`{alias}`" for alias, _ in card.aliases) or "–"
    options = ", ".join(f"`{option.name} = {option.default}`" for option in card.options) or "–"
    needs = ", ".join(card.needs) or ("a column" if card.takes == "column" else "–")
    yield f"| {needs} | {card.better} | {card.bounds} | {card.low:g} to {card.high:g} | {aliases} | {options} |"
    yield from ("", "```text", inspect.cleandoc(sections["Example"]), "```", "")
    yield from (f"*{' '.join(sections['Reference'].split())}*", "")


def main(arguments: list[str]) -> int:
    """Write the page, or compare it."""
    made = page()
    if "--check" in arguments:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != made:
            print(f"{PAGE.name} is out of date: python -m checks.reference")
            return 1
        print("reference: nothing is wrong")
        return 0
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(made, encoding="utf-8")
    print(PAGE)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
