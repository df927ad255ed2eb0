"""`shall schema`: the JSON schema of the shall file, for editors."""

from __future__ import annotations

import json

import click

from shall.cli._out import say
from shall.spec.schema import pack_schema, schema

EXAMPLES = """\b
Examples:
  shall schema > shall.schema.json    then, as the first line of shall.toml:
                                      #:schema ./shall.schema.json
  shall schema --pack                 of a pack of requirements
"""


@click.command(epilog=EXAMPLES)
@click.option("--pack", "of_pack", is_flag=True, help="Of a pack of requirements.")
def command(of_pack: bool) -> int:
    """Print the JSON schema (2020-12) of the shall file: editors complete keys and mark faults with it."""
    say(json.dumps(pack_schema() if of_pack else schema(), indent=2, ensure_ascii=False))
    return 0
