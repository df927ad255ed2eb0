"""What is made of the code: the page of measures, the keys of the serve file, the routes of the server as OpenAPI.

``python -m checks.reference`` writes all, ``--check`` fails where one is out of date.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from shall import registry
from shall.core.card import Card
from shall.http import openapi
from shall.http.routes import ROUTES
from shall.spec import serve_keys

FOLDER: Final = Path(__file__).resolve().parent.parent / "docs" / "reference"
PAGE: Final = FOLDER / "measures.md"
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


def serve_file() -> str:
    """The page of the serve file, from its keys."""
    parts = ["# The serve file", "", "Made from `spec/serve_keys.py` by `python -m checks.reference`; do not edit.", "",
             "What `shall serve serve.toml` reads ([Serve a bundle](../guide/serving.md)); `shall lint serve.toml` "
             "tells what is wrong with it, and with what it names.",
             "Paths are relative to the file. A size is `8 MB`, a time `30 s`, `10 ms` or `400 days`, a share `10%`. "
             "A key that is not here is an error.", ""]
    for table, keys in serve_keys.KEYS.items():
        parts += [f"## {f'[{table}]' if table else 'serve.toml'}", "", serve_keys.ABOUT[table], "",
                  "| key | takes | without it | example | what |", "|---|---|---|---|---|"]
        parts += [f"| `{key.name}` | {key.takes} | {key.default} | `{key.example}` | {key.what} |" for key in keys]
        parts.append("")
    return "\n".join(parts)


MADE: Final[dict[Path, Callable[[], str]]] = {
    PAGE: page,
    FOLDER / "serve-file.md": serve_file,
    FOLDER / "openapi.json": lambda: openapi.text(ROUTES).decode(),
}


def main(arguments: list[str]) -> int:
    """Write what is made, or compare it."""
    stale = [path for path, make in MADE.items() if not path.exists() or path.read_text(encoding="utf-8") != make()]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.name} is out of date: python -m checks.reference")
        if not stale:
            print("reference: nothing is wrong")
        return bool(stale)
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MADE[path](), encoding="utf-8")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
