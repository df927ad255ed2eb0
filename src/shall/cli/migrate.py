"""`shall migrate`: a shall file in the version and spelling of today."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from pathlib import Path

import click

from shall.cli._out import coloured, say
from shall.reports._layout import safe
from shall.spec.migrating import Migrated, migrate
from shall.spec.toml import read_file

EXAMPLES = """\b
Examples:
  shall migrate                          what would change in shall.toml
  shall migrate --write a.shall.toml     change it
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1)
@click.option("--write", is_flag=True, help="Change the files; without it only the difference is printed.")
def command(files: tuple[str, ...], write: bool) -> int:
    """Show what FILES (shall.toml) need to be of today's version and spelling; comments are kept."""
    texts = {file: read_file(Path(file), file, mark=True) for file in files or ("shall.toml",)}
    found = {file: migrate(text, file) for file, text in texts.items()}     # of all, before anything is written
    for file, migrated in found.items():
        if write and migrated.steps:
            with Path(file).open("w", encoding="utf-8", newline="") as open_file:
                open_file.write(migrated.text)
        say("\n".join(_report(file, texts[file], migrated, write)))
    return 0


def _report(file: str, before: str, migrated: Migrated, written: bool) -> Iterator[str]:
    if not migrated.steps:
        yield f"{safe(file)}: nothing to change"
        return
    yield from (_painted(line) for line in difflib.unified_diff(
        before.splitlines(), migrated.text.splitlines(), file, file, "before", "after", lineterm=""))
    yield from (safe(step) for step in migrated.steps)
    yield f"{safe(file)}: " + ("rewritten" if written else "not changed yet; `shall migrate --write` changes it")


def _painted(line: str) -> str:
    colour = {"+": "green", "-": "red", "@": "cyan"}.get(line[:1])
    return click.style(safe(line, keep="\t"), fg=colour) if colour and coloured() else safe(line, keep="\t")
