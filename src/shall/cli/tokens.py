"""`shall tokens`: who may ask a server, and what."""

from __future__ import annotations

import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Final

import click

from shall.cli._commands import Commands
from shall.cli._out import look, say
from shall.http import token_files, tokens
from shall.http.access import roles
from shall.http.token_table import ROLES, Role, Token
from shall.reports import json
from shall.reports._layout import Cell, fitting

EXAMPLES: Final = """\b
Examples:
  shall tokens new web --role user       the token is printed once
  shall tokens list
  shall tokens revoke web --id 1f0c22ab
"""
MAY: Final = "\n  ".join(roles())
NEW: Final = f"""\b
Examples:
  shall tokens new web --role user --model income
  shall tokens new prometheus --role viewer --days 90
\b
What each role may, of programs and on the page:
  {MAY}
Read: models, metrics and the page. Review: say what a case is. Propose: a line, or to
decline one. Sign: a line; and lift a recall. Trail: who did what.
To change a token in service: make a second one of the same name, use it, revoke the first.
"""
LIST: Final = """\b
Examples:
  shall tokens list
  shall tokens list --file tokens.toml --json
"""
REVOKE: Final = """\b
Examples:
  shall tokens revoke web --id 1f0c22ab
  shall tokens revoke web --all
"""
FILE: Final = click.option("--file", "-f", "path", type=click.Path(path_type=Path), default=Path("tokens.toml"),
                           show_default=True, help="The file of tokens, which holds their digests only.")


@click.group(cls=Commands, epilog=EXAMPLES)
def command() -> None:
    """Tokens of `shall serve`. A server that runs sees a change within a second or two."""


@command.command("new", epilog=NEW)
@click.argument("name")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What it may do.")
@click.option("--days", type=click.IntRange(1, 3650), default=365, show_default=True, help="How long it is good.")
@click.option("--forever", is_flag=True, help="It does not end by itself.")
@click.option("--model", "models", multiple=True, metavar="NAME", help="Only for this model; may be given again.")
@FILE
def new(name: str, role: Role, days: int, forever: bool, models: tuple[str, ...], path: Path) -> int:
    """Make a token of NAME and print it: once, since only its digest is kept."""
    text, token = tokens.new(path, name, role, None if forever else days, models)
    click.echo(f"{path}: token {token.id} of {name} ({role}), ends {_end(token)}. It is not shown again:", err=True)
    say(text)
    return 0


@command.command("list", epilog=LIST)
@FILE
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def show(path: Path, as_json: bool) -> int:
    """List the tokens: their names, roles and times, never themselves."""
    at = tokens.now()
    if as_json:
        say(json.written("tokens list", {"file": str(path), "tokens": [_described(token, at) for token in
                                                                       token_files.read(path)]}))
        return 0
    head = ("name", "role", "id", "state", "made", "ends", "models")
    rows = [(token.name, token.role, token.id, token.why_dead(at) or "live", f"{token.created:%Y-%m-%d}",
             _end(token), " ".join(token.models) or "all") for token in token_files.read(path)]
    shown = look()
    lines = fitting([[Cell(text) for text in row] for row in (head, *rows)], "<" * len(head), shown.paint, shown.width,
                    text=True)
    say("\n".join(line.rstrip() for line in chain(*lines)))
    return 0


@command.command("revoke", epilog=REVOKE)
@click.argument("name")
@click.option("--id", "id_", metavar="ID", help="Which of two, as `list` shows it.")
@click.option("--all", "every", is_flag=True, help="Every token of this name.")
@FILE
def revoke(name: str, id_: str | None, every: bool, path: Path) -> int:
    """Revoke the token of NAME."""
    for token in tokens.revoke(path, name, id_, every=every):
        say(f"revoked {token.id} of {name}")
    return 0


def _described(token: Token, at: datetime.datetime) -> dict[str, Any]:
    times = {name: None if time is None else f"{time.astimezone(datetime.UTC):%Y-%m-%dT%H:%M:%SZ}" for name, time in (
        ("created", token.created), ("expires", token.expires), ("revoked", token.revoked))}
    return {"name": token.name, "role": token.role, "id": token.id, "state": token.why_dead(at) or "live", **times,
            "models": [*token.models]}


def _end(token: Token) -> str:
    return f"{token.expires:%Y-%m-%d}" if token.expires else "never"
