"""`shall describe MEASURE`: what it means, when it is not available, and how to write it."""

from __future__ import annotations

import difflib

import click

from shall import registry
from shall.cli._measures import entry
from shall.cli._out import look, say
from shall.core.errors import InputError
from shall.reports import json, text

EXAMPLES = """\b
Examples:
  shall describe selection_rate
  shall describe p99               an alias: a quantile
"""


@click.command(epilog=EXAMPLES)
@click.argument("measure")
@click.option("--json", "as_json", is_flag=True, help="Print JSON of a versioned schema.")
def command(measure: str, as_json: bool) -> int:
    """Explain one MEASURE, by its name or an alias."""
    if measure not in registry.names():
        near = difflib.get_close_matches(measure, registry.names(), 1)
        hint = f"did you mean {near[0]}?" if near else "`shall list` shows them all"
        raise InputError(f"there is no measure called {measure}; {hint}")
    found = entry(registry.named(measure).id)
    say(json.measures([found]) if as_json else text.measure(found, measure, look()))
    return 0
