"""`shall keys`: make a key, or show one."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import click

from shall.api import verifying
from shall.bundle import keys
from shall.bundle.manifest import ROLES
from shall.cli._commands import Commands
from shall.cli._out import say
from shall.cli.sign import VARIABLE, passphrase_of

EXAMPLES = """\b
Examples:
  shall keys new -o ana        ana.key, yours alone, and ana.pub
  shall keys show ana.pub
"""
NEW: Final = """\b
Examples:
  shall keys new -o ana                     ana.key, yours alone, and ana.pub
  shall keys new --role regulator --passphrase
"""
SHOW: Final = """\b
Example:
  shall keys show ana.pub                   ed25519:…, for [trust] or --key
"""


@click.group(cls=Commands, epilog=EXAMPLES)
def command() -> None:
    """Keys to sign bundles with (Ed25519); a role, a key."""


@command.command("new", epilog=NEW)
@click.option("--role", type=click.Choice(ROLES), default="user", show_default=True, help="Whose key it will be.")
@click.option("-o", "--output", "--out", "out", metavar="PATH", help="Where; `.key` and `.pub` are added (the role).")
@click.option("--passphrase", is_flag=True, help=f"Lock it: a passphrase is asked for, or is in {VARIABLE}.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH", help="Lock it by a file's content.")
def new(role: str, out: str | None, passphrase: bool, passphrase_file: Path | None) -> int:
    """Make a key. The private one is readable by you alone, and is never written over."""
    private, public, text = verifying.new_key(out or role, passphrase=_passphrase(passphrase, passphrase_file))
    say(f"private  {private}   keep it to yourself\npublic   {public}\n"
        f"\nTo trust it, in a shall file:\n[trust]\n{role} = \"{text}\"")
    return 0


@command.command("show", epilog=SHOW)
@click.argument("key")
def show(key: str) -> int:
    """Print the text of a public KEY, as [trust] takes it."""
    say(keys.public(key).id)
    return 0


def _passphrase(wanted: bool, file: Path | None) -> str:
    if not wanted and file is None:
        return ""
    told = passphrase_of(file)
    if told is None and sys.stdin.isatty():
        told = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    if not told:
        raise click.UsageError(f"there is no passphrase: set {VARIABLE}, or give --passphrase-file")
    return str(told)
