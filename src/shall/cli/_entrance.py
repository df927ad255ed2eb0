"""Who may ask a server: by its address, its names and its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import click

from shall.core.errors import InputError
from shall.http.access import Entrance
from shall.http.hosts import Hosts, is_loopback
from shall.http.tokens import Tokens
from shall.reports._layout import safe


class Port(click.ParamType[int]):
    """The number of a port; 0 is any that is free."""

    name = "number"
    most = 65_535

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The number; a usage error says what a port is."""
        text = str(value).strip()
        if not text.isascii() or not text.isdecimal() or int(text) > self.most:
            self.fail(f"{value!r} is no port: write a number from 1 to {self.most}, or 0 for any that is free", param,
                      ctx)
        return int(text)


PORT: Final = Port()


def entrance_of(host: str, names: Sequence[str], tokens: str | None, verb: str = "serve", role: str = "user"
                ) -> Entrance:
    """The entrance of a server. InputError where others could reach it, and there are no tokens."""
    hosts = Hosts(host, names)
    if tokens is None and not hosts.loopback:
        others = ", ".join((*(() if is_loopback(host) else (host,)), *names))
        raise InputError(f"{others} can be reached by other machines, and there are no tokens. Make one "
                         f"(shall tokens new NAME --role {role}) and {verb} with --tokens tokens.toml, or leave "
                         "--host and --host-name out")
    known = None if tokens is None else Tokens(Path(tokens))
    for warning in () if known is None else known.warnings:
        click.echo(f"Note: {safe(warning)}", err=True)
    return Entrance(hosts, known)
