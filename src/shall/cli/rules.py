"""`shall rules FILE`: alert rules for Prometheus, and their tests."""

from __future__ import annotations

from pathlib import Path

import click

from shall.api.life import ruling
from shall.cli._out import say
from shall.core.errors import InputError
from shall.reports._layout import safe
from shall.reports.prometheus import RULES

EXAMPLES = f"""\b
Examples:
  shall rules                            of shall.toml, printed
  shall rules serve.toml -o {RULES}    and {RULES.replace('.yml', '.test.yml')} beside it
  promtool test rules {RULES.replace('.yml', '.test.yml')}
"""


@click.command(epilog=EXAMPLES)
@click.argument("file", default="shall.toml")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="PATH", help="Where the rules are written.")
def command(file: str, output: Path | None) -> int:
    """Make alert rules for Prometheus of what FILE (shall.toml, serve.toml) promises, with tests for promtool."""
    if output is None:
        say(ruling.rules(file).rules)
        return 0
    made = ruling.rules(file, output.name)
    beside = output.with_suffix(f".test{output.suffix}")
    try:
        output.write_text(made.rules, encoding="utf-8")
        beside.write_text(made.tests, encoding="utf-8")
    except OSError as error:
        raise InputError(f"{error.filename} cannot be written: {error.strerror}") from None
    say(f"{safe(str(output))} written; test it: promtool test rules {safe(str(beside))}")
    return 0
