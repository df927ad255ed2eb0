"""`shall verify BUNDLE`: is it what those who are trusted have signed?"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence

import click

from shall import api
from shall.api.verifying import Verified
from shall.cli._out import say
from shall.reports import json
from shall.reports._layout import safe, size_text

EXAMPLES = """\b
Examples:
  shall verify fraud.zip --key user.pub
  shall verify fraud.zip --key user=user.pub --key regulator=ed25519:…
  shall verify fraud.zip --trust shall.toml    keys and roles of [trust]
  shall verify fraud.zip --unsigned            its content only
"""
CODES = {"PASSED": 0, "WARNED": 0, "": 0}


def by_role(_: click.Context, __: click.Parameter, told: Sequence[str]) -> dict[str, list[str]]:
    """Keys by role from `[ROLE=]KEY`."""
    found: dict[str, list[str]] = {}
    for one in told:
        role, equals, key = one.partition("=")
        found.setdefault(role if equals else "user", []).append(key if equals else one)
    return found


def day(ctx: click.Context, param: click.Parameter, told: str | None) -> datetime.date | None:
    """The date of a text, as ISO 8601 has it."""
    try:
        return datetime.datetime.strptime(told, "%Y-%m-%d").date() if told is not None else None
    except ValueError:
        today = datetime.date.today()
        raise click.BadParameter(f"{told!r} is no day: write the year, the month and the day, such as {today}", ctx,
                                 param) from None


@click.command(epilog=EXAMPLES)
@click.argument("bundle")
@click.option("--key", "keys", metavar="[ROLE=]KEY", multiple=True, callback=by_role,
              help="A public key, a PEM file or ed25519:…, of the regulator, producer or user (user).")
@click.option("--trust", metavar="FILE", help="A shall file of yours, whose [trust] names keys and required roles.")
@click.option("--after", metavar="YYYY-MM-DD", callback=day, help="Signatures before this day do not count.")
@click.option("--unsigned", is_flag=True, help="Look at the content only: nobody vouches for it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(bundle: str, keys: dict[str, list[str]], trust: str | None, after: datetime.date | None,
            unsigned: bool, as_json: bool) -> int:
    """Refuse BUNDLE, a folder or zip, unless every byte is as those who are trusted have signed it.

    Exit code 1 where it is refused, or its requirements are not met; 2 where a file cannot be read.
    """
    if unsigned and (keys or trust or after):
        raise click.UsageError("--unsigned looks at no signature: leave out --key, --trust and --after")
    found = api.verify(bundle, keys=keys, trust=trust, required=tuple(keys), unsigned=unsigned, after=after)
    say(json.written("verify", found.described()) if as_json else "\n".join(told(found)))
    return CODES.get(found.result, 1)


def told(found: Verified) -> Iterator[str]:
    """What was found, in words."""
    size = sum(found.files.values())
    yield f"{safe(found.place)}: {len(found.files)} files, {size_text(size)}, every byte as its manifest says"
    yield f"sha256     {found.digest}"
    for one in found.signed:
        yield f"{one.role:<10} {one.key}  {one.on}"
    for role in found.claimed:
        yield f"{role:<10} claims to have signed; not held against a key"
    if not found.signed:
        yield "nobody vouches for it: no signature was verified"
    if found.result:
        words = {"PASSED": "every requirement was met", "WARNED": "every requirement was met, or waived",
                 "FAILED": "some requirement was not met, and it is signed as such: a server that takes it says so"}
        yield f"{found.result:<10} {words[found.result]}"
