"""`shall page`: the evidence of a store, for people to look at."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import click

import shall
from shall.adapters import open_log
from shall.api import storing
from shall.api.life.recalling import REGULATOR, lifting, regulators
from shall.api.service import beside_log
from shall.api.service.activating import DECISIONS
from shall.api.shown.evidence import Evidence
from shall.bundle.keys import Public, private
from shall.cli._entrance import PORT, entrance_of
from shall.cli._out import say
from shall.cli.serve import url
from shall.cli.sign import VARIABLE, passphrase_of
from shall.core.errors import InputError
from shall.http.app import App
from shall.http.hosts import Hosts
from shall.http.lines import Faults, Lines
from shall.http.server import bound, run
from shall.page.site import Site
from shall.reports._layout import plural, safe
from shall.runtimes.service import Service
from shall.spec import expect_columns, load

EXAMPLES: Final = """\b
Examples:
  shall page                       http://127.0.0.1:8090/page
  shall page --file shall.toml --data gate.parquet
  shall page --store postgresql://ana@db/shall --tokens tokens.toml

\b
Without --tokens only this machine can look. `shall serve` has the same page
beside its answers, at /page.
"""
USUAL: Final = 8090                         # port


@click.command(epilog=EXAMPLES)
@click.option("--store", metavar="ADDRESS",
              help="A path or postgresql://…; else that of --file, else of the server of --log, else SHALL_STORE, else "
                   ".shall/shall.db.")
@click.option("--file", "file", metavar="FILE", help="The shall file, to propose changes of it; its store, its trust.")
@click.option("--data", metavar="PATH", help="A log with rows, for those who may see them.")
@click.option("--labels", metavar="PATH", help="Labels that came later, joined by the id column, as of shall check.")
@click.option("--log", metavar="FOLDER", help="The folder with decisions/ in it, for those who review.")
@click.option("--key", metavar="PATH", help="The regulator's private key, to sign here; on this machine only.")
@click.option("--passphrase-file", type=click.Path(path_type=Path), metavar="PATH",
              help=f"A file with the passphrase of the key; else {VARIABLE}.")
@click.option("--host", metavar="ADDRESS", default="127.0.0.1", help="Where to listen: this machine only.")
@click.option("--port", type=PORT, default=USUAL, help=f"{USUAL}; 0: any that is free.")
@click.option("--tokens", metavar="FILE", help="Who may look, and what else: shall tokens new.")
@click.option("--host-name", "names", metavar="NAME", multiple=True, help="A name that others call this server by.")
@click.option("--json", "as_json", is_flag=True, help="Tell in one line of JSON when it answers, and where.")
def command(store: str | None, *, file: str | None, data: str | None, labels: str | None,
            log: str | None, key: str | None,
            passphrase_file: Path | None, host: str, port: int, tokens: str | None, names: tuple[str, ...],
            as_json: bool) -> int:
    """Show the evidence of a store in a browser: models, verdicts over time, alarms, and the records behind them."""
    if key and not Hosts(host, names).loopback:
        raise click.UsageError("--key signs for whoever asks: it goes with an address of this machine only")
    _expect(file, data, labels, log)
    signing = private(key, passphrase_of(passphrase_file)) if key else None
    beside = None if file is None else storing.configured(Path(file).absolute().parent)
    servers = {} if store is not None or log is None else beside_log.stores_of(Path(log) / DECISIONS)
    every = [*dict.fromkeys(servers.values())]
    address = next((one for one in (store, beside, every[0] if len(every) == 1 else None) if one is not None), None)
    lines = Lines(sys.stderr)
    faults = Faults(lines)
    logging.getLogger().addHandler(faults)
    try:
        with ExitStack() as stack:
            kept = stack.enter_context(storing.opened(address))
            evidence = Evidence(kept, lifting(_regulators(file)))
            others = {name: one for name, one in servers.items()
                      if not beside_log.same(one, address or storing.configured(Path()))}
            reviews = {one: Evidence(stack.enter_context(storing.opened(one))) for one in
                       dict.fromkeys(others.values())}
            site = Site(evidence, None, file or "", data or "", signing, log or "",
                        labels=labels or "", reviews={name: reviews[one] for name, one in others.items()},
                        reviewed=others)
            app = App(Service(), entrance_of(host, names, tokens, "look", "viewer"), site=site)
            listening = bound(host, port)
            evidence.refresh()
            place = listening.getsockname()[:2]
            run(app, listening, lambda: say(_machine(evidence, place) if as_json else "\n".join(_people(site, place))))
    finally:
        logging.getLogger().removeHandler(faults)
        lines.close()
    return 0


def _expect(file: str | None, data: str | None, labels: str | None, log: str | None) -> None:
    """InputError where what the page is to read is not there, or not as the file has it: it would be found out only
    when somebody looks."""
    known = None if file is None else load(Path(file))
    named = [option for option, one in (("--data", data), ("--labels", labels)) if one is not None]
    if named and known is None:
        raise InputError(f"{named[0]} names rows, and nothing says how they are read: name the shall file with --file")
    if data is not None and known is not None:
        expect_columns(known, open_log(data, known.types).schema.names)
    if labels is not None and known is not None:
        open_log(labels, known.types)
    if log is not None and not (log and (Path(log) / DECISIONS).is_dir()):
        raise InputError(f"{log or 'the folder of --log'} holds no folder {DECISIONS}: name the folder that "
                         "`shall serve --log` names, in which it lies")


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
    yield from (f"  Reviews of {safe(name)} are kept in {safe(store)}" for name, store in site.reviewed.items())
    yield "Ctrl-C stops it."
