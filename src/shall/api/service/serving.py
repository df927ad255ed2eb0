"""`serving`: bundles in service, wired to their logs and to the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from shall.api.life.alerting import alerts_of
from shall.api.service.bundled import Bundles
from shall.api.service.charge import Charge
from shall.api.service.enforcing import Enforcing
from shall.api.service.in_service import ALARM, Serving
from shall.api.service.logs import Keeping, Logs
from shall.api.service.serve_files import SUFFIX, single, trust_of
from shall.api.verifying import Keys, by_role, trusted
from shall.core.decisions import Clock, Field, Sink
from shall.core.errors import InputError
from shall.core.store import Store
from shall.runtimes.service import Service, now
from shall.spec import serving as reading
from shall.spec.serving import LogOptions, ServeFile
from shall.stores import open_store
from shall.stores.decisions import Sampling, open_log

SEGMENT: Final = "segment"                  # kind of a record

__all__ = ["ALARM", "Serving", "serving"]


def serving(place: str | Path, *, folder: str | Path | None = None, store: Store | str | Path | None = None,
            keys: Keys | None = None, trust: str | Path | None = None, name: str = "", clock: Clock = now,
            open: Callable[..., Sink] = open_log, ahead: Callable[[ServeFile], object] = lambda _: None) -> Serving:
    """Bundles in service.

    Args:
        place: a bundle, or a serve file: a path that ends in `.toml`.
        folder: where `decisions/` and `compared/` lie; else as the serve file says, or here.
        store: a store, its path or address, for recalls and for what took over; else as the serve file says.
        keys: public keys by role, to refuse bundles that they have not signed; as for `load_bundle`.
        trust: a shall file whose `[trust]` names keys and who is required to sign.
        name: what a single bundle is called; else as its shall file says.
        clock: microseconds since 1970, UTC.
        open: opens the log of decisions in a folder.
        ahead: called with what is to be served, before anything is made on the disk: what it raises leaves nothing.

    Raises FileError, InputError, Refused, DataError, StoreError where the first state cannot be put into service.
    """
    path = Path(place)
    given = by_role(keys)
    who = trusted(given, trust, tuple(given)) if keys or trust else None
    file = reading.load(path) if path.suffix == SUFFIX else None
    bundles = Bundles(trust_of(file) if who is None and file is not None else who)
    file = single(path, bundles.at(str(path)), name) if file is None else file
    if folder is not None:
        _expect_folder(str(folder))
    told, file = file, file if folder is None else replace(file, log=replace(file.log, folder=str(folder)))
    alerts = alerts_of(file.alert, file.log.folder)
    ahead(file)
    kept = file.store if store is None else store
    opened = open_store(kept) if isinstance(kept, str | Path) else kept
    made = Serving(Service(clock=clock), file, opened, Logs(partial(_log, open, file.log, (clock, opened))), bundles,
                   Charge(opened), trusting=who is not None, enforcing=Enforcing(opened, alerts),
                   address=str(kept) if isinstance(kept, str | Path) else "")
    try:
        made.activate()
        made.started = replace(made.file, log=told.log)
    except BaseException:
        made.close()
        raise
    return made


def _expect_folder(folder: str) -> None:
    """InputError for what is no path of a folder."""
    if not folder.strip() or "://" in folder or Path(folder).is_file():
        raise InputError(f"{folder.strip() or 'an empty path'} is no folder: name one of this machine, in which "
                         "decisions/ is to lie")


def _log(open: Callable[..., Sink], options: LogOptions, beside: tuple[Clock, Store | None], folder: Path,
         fields: Sequence[Field], keeping: Keeping) -> Sink:
    clock, store = beside
    asked = {"rows_a_segment": options.rows_a_segment, "seconds_a_segment": options.seconds_a_segment,
             "keep_days": options.keep_days, "queue": options.queue,
             "sample": None if keeping.sample is None else Sampling(keeping.sample, keeping.whole),
             "heads": None if store is None else partial(_head, store)}
    return open(folder, fields, durable=keeping.durable, clock=clock,
                **{key: value for key, value in asked.items() if value is not None})


def _head(store: Store, writer: str, link: Mapping[str, Any]) -> None:
    """Keep the head of a log in the store, so that a log that was cut short is found out."""
    store.append(SEGMENT, writer, link, key=str(link["link"]))
