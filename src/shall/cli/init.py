"""`shall init DATA`: a first shall file, proposed from the data."""

from __future__ import annotations

from pathlib import Path

import click

from shall import api
from shall.cli._out import say
from shall.cli._progress import Progress
from shall.core.errors import InputError

EXAMPLES = """\b
Examples:
  shall init decisions.parquet
  shall init people.csv --target employed --output hiring.shall.toml
"""


@click.command(epilog=EXAMPLES)
@click.argument("data")
@click.option("--target", metavar="COLUMN", help="The label column, where it cannot be guessed.")
@click.option("--extends", metavar="PACK", multiple=True, help="A pack of requirements, such as four-fifths.")
@click.option("-o", "--output", metavar="FILE", default="shall.toml", show_default=True,
              help="Where to write it; - prints it.")
@click.option("--force", is_flag=True, help="Write over a file that exists.")
def command(data: str, target: str | None, extends: tuple[str, ...], output: str, force: bool) -> int:
    """Propose a shall file for DATA; every guess is commented with the value measured now."""
    path = Path(output)
    if output != "-" and path.exists() and not force:
        raise InputError(f"{output} exists already: choose another --output, or write over it with --force")
    with Progress() as progress:
        proposed = api.init(data, target=target, extends=extends, progress=progress)
    if output == "-":
        say(proposed)
        return 0
    path.write_text(proposed, encoding="utf-8")
    file = "" if output == "shall.toml" else f" {output}"
    then = f"run `shall check{file}`" if "\nlog = " in proposed else (
        f"part the rows with `shall split {data}`, name both files under [data], and run `shall build{file}`")
    say(f"{output} is written: read it, change what is wrong, then {then}")
    if "\ntarget = " not in proposed:
        say("no label column was found, so nothing is asked of how right the answers are: --target COLUMN names it")
    return 0
