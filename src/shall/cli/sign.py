"""`shall sign BUNDLE`: vouch for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from shall import api
from shall.bundle.manifest import ROLES
from shall.cli._out import say
from shall.cli.verify import told
from shall.core.errors import InputError
from shall.reports import json

EXAMPLES = """\b
Examples:
  shall sign fraud.zip --key user.key
  shall sign fraud.zip --key reg.key --role regulator
"""
VARIABLE = "SHALL_PASSPHRASE"


def passphrase_of(file: Path | None) -> str | None:
    """The passphrase from a file, from SHALL_PASSPHRASE, or none."""
    if file is None:
        return os.environ.get(VARIABLE)
    try:
        return file.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the passphrase cannot be read from {file}: {error}") from None


@click.command(epilog=EXAMPLES)
@click.argument("bundle")
@click.option("--key", required=True, metavar="PATH", help="The private key, as `shall keys new` made it.")
@click.option("--role", type=click.Choice(ROLES), default="user", show_default=True, help="As whom.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH",
              help=f"A file with the passphrase of the key; else {VARIABLE}, else it is asked for.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(bundle: str, key: str, role: str, passphrase_file: Path | None, as_json: bool) -> int:
    """Sign BUNDLE where it lies: the digest of its manifest, and what its evidence says."""
    passphrase = passphrase_of(passphrase_file)
    if passphrase is None and sys.stdin.isatty() and locked(Path(key)):
        passphrase = click.prompt(f"Passphrase of {key}", hide_input=True, err=True)
    found = api.sign(bundle, key, role, passphrase=passphrase)
    say(json.written("sign", found.described()) if as_json else "\n".join(told(found)))
    return 0


def locked(key: Path) -> bool:
    """Whether a key file says that it has a passphrase."""
    try:
        return b"ENCRYPTED" in key.read_bytes()[:2**14]
    except OSError:
        return False
