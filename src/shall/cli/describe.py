"""`shall describe NAME`: a measure, what it means, when it is not available, and how to write it; or a pack."""

from __future__ import annotations

import difflib

import click

from shall import registry, spec
from shall.cli._measures import entry
from shall.cli._out import look, say
from shall.core.errors import InputError
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall describe selection_rate
  shall describe p99               an alias: a quantile
  shall describe four-fifths       a pack: its source and its requirements
"""


@click.command(epilog=EXAMPLES)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
def command(name: str, as_json: bool) -> int:
    """Explain a measure, by its NAME or an alias, or a pack of requirements."""
    if name in spec.shipped():
        pack = spec.shipped_pack(name)
        say(json.measures([], [pack]) if as_json else text.pack(pack, look()))
        return 0
    if name not in registry.names():
        near = difflib.get_close_matches(name, [*registry.names(), *spec.shipped()], 1)
        hint = f"did you mean {near[0]}?" if near else "`shall list` shows them all"
        raise InputError(f"there is no measure and no pack called {name}; {hint}")
    found = entry(registry.named(name).id)
    say(json.measures([found]) if as_json else text.measure(found, name, look()))
    return 0
