"""`shall page`: the evidence of a store, for people to look at."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

import shall
from shall.api import storing
from shall.api.life.recalling import REGULATOR, lifting, regulators
from shall.api.shown.evidence import Evidence
from shall.bundle.keys import Public, private
from shall.cli._entrance import entrance_of
from shall.cli._out import say
from shall.cli.serve import url
from shall.cli.sign import VARIABLE, passphrase_of
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.lines import Faults, Lines
from shall.http.server import bound, run
from shall.page.site import Site
from shall.reports._layout import plural, safe
from shall.runtimes.service import Service
from shall.spec import load

EXAMPLES: Final = """\b
Examples:
  shall page                       http://127.0.0.1:8090/page
  shall page --file shall.toml --data gate.parquet
  shall page --store postgresql://ana@db/shall --tokens tokens.toml

\b
Without --tokens only this machine can look. `shall serve` has the same page
beside its answers, at /page.
"""
PORT: Final = 8090


@click.command(epilog=EXAMPLES)
@click.option("--store", metavar="ADDRESS", help="A path or postgresql://…; else SHALL_STORE, else .shall/shall.db.")
@click.option("--file", "file", metavar="FILE", help="The shall file, to propose changes of it; its store, its trust.")
@click.option("--data", metavar="PATH", default="", help="A log with rows, for those who may see them.")
@click.option("--log", metavar="FOLDER", default="", help="The folder with decisions/ in it, for those who review.")
@click.option("--key", metavar="PATH", help="The regulator's private key, to sign here; on this machine only.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH",
              help=f"A file with the passphrase of the key; else {VARIABLE}.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen: this machine only.")
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, help=f"{PORT}; 0: any that is free.")
@click.option("--tokens", metavar="FILE", help="Who may look, and what else: shall tokens new.")
@click.option("--host-name", "names", metavar="NAME", multiple=True, help="A name that others call this server by.")
@click.option("--json", "as_json", is_flag=True, help="Tell in one line of JSON when it answers, and where.")
def command(store: str | None, *, file: str | None, data: str, log: str, key: str | None,
            passphrase_file: Path | None, host: str, port: int, tokens: str | None, names: tuple[str, ...],
            as_json: bool) -> int:
    """Show the evidence of a store in a browser: models, verdicts over time, alarms, and the records behind them."""
    lines = Lines(sys.stderr)
    faults = Faults(lines)
    logging.getLogger().addHandler(faults)
    if key and not Hosts(host, names).loopback:
        raise click.UsageError("--key signs for whoever asks: it goes with an address of this machine only")
    signing = private(key, passphrase_of(passphrase_file)) if key else None
    address = store or (None if file is None else storing.configured(Path(file).absolute().parent))
    try:
        with storing.opened(address) as kept:
            evidence = Evidence(kept, lifting(_regulators(file)))
            site = Site(evidence, None, file or "", data, signing, log)
            app = App(Service(), entrance_of(host, names, tokens, "look", "viewer"), site=site)
            listening = bound(host, port)
            evidence.refresh()
            place = listening.getsockname()[:2]
            run(app, listening, lambda: say(_machine(evidence, place) if as_json else "\n".join(_people(site, place))))
    finally:
        logging.getLogger().removeHandler(faults)
        lines.close()
    return 0


def _regulators(file: str | None) -> Sequence[Public]:
    """The keys that may lift a recall: none where the file names none."""
    return regulators(trust=file) if file and REGULATOR in load(Path(file)).trust else ()


def _machine(evidence: Evidence, place: tuple[str, int]) -> str:
    return json.dumps({"shall": shall.__version__, "command": "page", "ready": True, "url": f"{url(place)}/page",
                       "host": place[0], "port": place[1], "pid": os.getpid(), "models": evidence.names(),
                       "verdicts": evidence.verdicts})


def _people(site: Site, place: tuple[str, int]) -> Iterator[str]:
    evidence = site.evidence
    yield f"shall {shall.__version__} shows {plural(len(evidence.names()), 'model')} and " \
          f"{plural(evidence.verdicts, 'verdict')}:"
    yield f"  {url(place)}/page"
    yield from (f"  Rows of {safe(site.data)}, for those who may see them" for _ in (1,) if site.data)
    yield "Ctrl-C stops it."
