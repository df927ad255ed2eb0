"""`shall list`: the measures, the packs, and what a shall file asks for."""

from __future__ import annotations

import click

from shall import spec
from shall.cli._measures import entries
from shall.cli._out import look, say
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall list                       every measure and every pack
  shall list shall.toml            what this file asks for
  shall describe selection_rate    one measure in full
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
def command(file: str | None, as_json: bool) -> int:
    """List the measures and the packs of requirements; with FILE, the groups and requirements of a shall file."""
    if file is None:
        packs = [spec.shipped_pack(name) for name in spec.shipped()]
        if as_json:
            say(json.measures(entries(), packs))
        else:
            say(text.measures(entries(), look()) + "\n" + text.packs(packs, look()))
        return 0
    asked = spec.load(file)
    say(json.contents(asked) if as_json else text.contents(asked, look()))
    return 0
