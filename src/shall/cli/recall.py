"""`shall recall NAME@VERSION`: take a version back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from shall.api.life import lifting, recalling
from shall.api.life.recalling import REGULATOR, UNNAMED, Attempt
from shall.api.service.beside_log import address_here
from shall.api.storing import shown
from shall.bundle.keys import private
from shall.cli._out import coloured, painted, say
from shall.cli.sign import VARIABLE, passphrase_of
from shall.cli.verify import by_role
from shall.core.recalls import Recall, moment
from shall.reports import json
from shall.reports._layout import Cell, plain, safe, table

EXAMPLES = """\b
Examples:
  shall recall income@7 --why "labels of March were swapped" --key user.key
  shall recall --list --key regulator=regulator.pub
  shall recall income@7 --lift --why "trained again" --key regulator.key

Every server that shares the store refuses a recalled version within two seconds (HTTP 410), and serves the last good
one or none. A lift counts where a server trusts its key as the regulator's, and in the list where you name that key.

\b
Exit code 1: the lift is recorded and does not count where it is served: the
version is still recalled. 2: nothing was recorded.
"""


@click.command(epilog=EXAMPLES)
@click.argument("model", metavar="[NAME@VERSION]", required=False)
@click.option("--why", default="", help="What is wrong with it, for those who used it.")
@click.option("--list", "listed", is_flag=True, help="What is recalled now.")
@click.option("--lift", is_flag=True, help="Let it answer again; it takes the regulator's key.")
@click.option("--force", is_flag=True, help="Recall what the store has never heard of, or what is recalled already.")
@click.option("--by", default="", help="Who says so; else the user of this machine.")
@click.option("--key", "keys", multiple=True, callback=by_role, metavar="[ROLE=]PATH",
              help="The private key that signs; with --list a public one, regulator=reg.pub.")
@click.option("--trust", metavar="FILE",
              help="With --list: a shall file, or a serve file, whose [trust] names the regulator's key.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH",
              help=f"A file with the passphrase of the key; else {VARIABLE}.")
@click.option("--store", metavar="ADDRESS",
              help="A path or postgresql://…; else that of the server whose decisions/ lies here, else SHALL_STORE, "
                   "else .shall/shall.db.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(model: str | None, why: str, *, listed: bool, lift: bool, force: bool, by: str,
            keys: Mapping[str, Sequence[str]], trust: str | None, passphrase_file: Path | None, store: str | None,
            as_json: bool) -> int:
    """Take a version back, as one takes back a defective product; it is recorded for good."""
    address = address_here(store)
    kept = shown(address)
    if listed:
        if keys and REGULATOR not in keys:
            raise click.UsageError("a recall is lifted by the regulator alone: --key regulator=regulator.pub")
        found = recalling.listed(address, keys=keys, trust=trust)
        body = [_plain(one) | {"lifts": [tried(lift) for lift in lifts]} for one, lifts in found]
        say(json.written("recall", {"recalls": body, "store": kept}) if as_json else
            f"{_told(found, bool(keys or trust))}\nStore: {safe(kept)}")
        return 0
    if model is None:
        raise click.UsageError("which version? NAME@VERSION, such as income@7, or --list")
    key = next((path for paths in keys.values() for path in paths), None)
    phrase = passphrase_of(passphrase_file) if key else None
    if lift:
        if key is None:
            raise click.UsageError("a recall is lifted by the regulator: --key regulator.key")
        owner = private(key, phrase)
        recalling.lift(model, why, key=owner, by=by, store=address)
        lacks = lifting.lift_lacks(model, owner.public, address)
        said = f"{_uncounted(model, lacks) if lacks else _lifted(model, key)}\nStore: {safe(kept)}"
        say(json.written("recall", {"lifted": model, "lacks": lacks, "store": kept}) if as_json else said)
        return 1 if lacks else 0
    before = recalling.stands(model, address)
    made = recalling.recall(model, why, key=key, by=by, passphrase=phrase, store=address, force=force)
    said = f"{_again(made) if made == before else _new(made, key is not None)}\nStore: {safe(kept)}"
    say(json.written("recall", {"recalls": [_plain(made)], "store": kept}) if as_json else said)
    return 0


def _lifted(model: str, key: str) -> str:
    return f"{safe(model)} may answer again where {safe(key)} is trusted as the regulator's key"


def _uncounted(model: str, lacks: str) -> str:
    return f"{safe(model)} is not lifted where it is served: {safe(lacks)}\nThe servers go on refusing it."


def _new(made: Recall, signed: bool) -> str:
    return (f"{safe(made.model)} is recalled: {safe(made.why)}\nServers that share the store refuse it from now on."
            + ("" if signed else "\nNobody signed it: --key user.key. It counts all the same."))


def _again(made: Recall) -> str:
    return (f"{safe(made.model)} was recalled already, on {moment(made.on)} by "
            f"{safe(made.by) or 'somebody'}: {safe(made.why)}\nThat recall stands, so nothing was recorded; --force "
            "records another one.")


def _plain(one: Recall) -> dict[str, object]:
    return {"model": one.model, "why": one.why, "by": one.by, "on": one.on, "record": one.sequence}


def tried(one: Attempt) -> dict[str, object]:
    """A lift, or the end of a response, that does not count, for programs."""
    return {"by": one.by, "why": one.why, "on": one.on, "record": one.sequence, "key": one.key, "lacks": one.lacks}


def _told(found: Sequence[tuple[Recall, Sequence[Attempt]]], named: bool) -> str:
    if not found:
        return "nothing is recalled"
    rows = [[Cell(safe(one.model), "name"), Cell(one.on[:16].replace("T", " ")), Cell(safe(one.by)),
             Cell(safe(one.why))] for one, _ in found]
    head = [Cell(title, "head") for title in ("VERSION", "RECALLED (UTC)", "BY", "WHY")]
    told = [_attempt(one, lift) for one, lifts in found for lift in lifts]
    hint = ["Whom do you trust? --key regulator=regulator.pub, or --trust shall.toml"] if told and not named else []
    return "\n".join([*table([head, *rows], "<<<<", painted if coloured() else plain), *([""] if told else []), *told,
                      *hint])


def _attempt(one: Recall, lift: Attempt) -> str:
    """A lift that does not count, and why: `by` is what was said, the key is what was held against it."""
    key = f"with the key {lift.key}" if lift.key else "without a signature"
    unnamed = lift.lacks == UNNAMED and lift.key
    so = f"so {'the list does not count it; a server that trusts that key does' if unnamed else 'it is still recalled'}"
    return (f"{safe(one.model)} was lifted on {moment(lift.on)} by {safe(lift.by) or 'somebody'} "
            f"{key}: {lift.lacks}, {so}")
