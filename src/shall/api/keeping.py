"""What is kept of a verb in `.shall/` beside the shall file."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from shall.api.storing import configured
from shall.bundle.manifest import NAME as MANIFEST
from shall.core.errors import InputError
from shall.core.store import Record, Store
from shall.phases.check import CheckReport
from shall.phases.measuring import Examination
from shall.reports import json
from shall.spec import ShallFile
from shall.stores import open_store
from shall.tally import Tally

FOLDER: Final = ".shall"
KIND: Final = "check"
PLACES: Final = ("data", "labels")          # of a check, where they are not those of the file
PAIRED: Final = "paired"                    # of a check that compared row by row with the version before


@contextmanager
def store_of(file: ShallFile, record: bool = True, *, make: bool = True) -> Iterator[Store | None]:
    """The store of a file; None where nothing is to be kept, or the file is not on disk; to be read only, where it is
    not to be made (``make``), also where there is none yet."""
    if not record or file.path is None:
        yield None
        return
    folder = home(Path(file.path).parent)
    if not make and "://" not in (place := configured(folder)) and not Path(place).is_file():
        yield None
        return
    try:
        (folder / FOLDER).mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(f"evidence is kept in {folder / FOLDER}, which cannot be made: {error.strerror}. Give the "
                         "right to write there; check, ship and compress keep none with --no-record (record=False)"
                         ) from None
    store = open_store(configured(folder))
    try:
        yield store
    finally:
        store.close()


def home(folder: Path) -> Path:
    """Where `.shall/` lies. Nothing is written into a bundle: it would be refused from then on."""
    return folder.absolute().parent if (folder / MANIFEST).is_file() else folder


def places_of(data: Any, labels: Any = None) -> dict[str, str]:
    """Where rows and labels lie that were named by paths; nothing of what has a frame in it, or an address, which may
    have a password in it."""
    named = {name: one for name, one in zip(PLACES, (data, labels), strict=True) if one is not None}
    known = all(isinstance(one, str | Path) and one and Path(one).exists() for one in named.values())
    return {name: str(Path(one).resolve()) for name, one in named.items()} if known else {}


def keep(store: Store | None, report: CheckReport, tally: Tally, examined: bytes = b"",
         places: Mapping[str, str] = MappingProxyType({}), paired: Mapping[str, str] = MappingProxyType({})) -> None:
    """Record verdicts and tally; the same check again is not recorded twice. ``examined``: see `api.shown.examined`.

    ``places``: the paths of rows and labels, where they were not those of the file: who wants to count more of them
    needs these. ``paired``: what a line that compares row by row with the version before needs of this one: see
    `api.preceding`.
    A check of the same rows with another limit is another one, though the same is counted.
    """
    if store is None:
        return
    body = {"report": json.check(report), "log": report.digests["log"], "plan": report.digests["plan"],
            "tally": store.put_blob(tally.to_bytes()),
            **({"examined": store.put_blob(examined)} if examined else {}), **places,
            **({PAIRED: dict(paired)} if paired else {})}
    lines = "\n".join(f"{verdict.name} = {verdict.requirement}" for verdict in report.verdicts)
    asked = hashlib.sha256(lines.encode("utf-8", "surrogatepass")).hexdigest()
    beside = "".join(f" {name}={value}" for name, value in sorted(paired.items()))
    store.append(KIND, report.subject, body,
                 key=f"{report.digests['log']} {report.digests['plan']} {asked} {report.on}{beside}")


def previous(store: Store | None, subject: str, log: str, examination: Examination,
             paired: Mapping[str, str] = MappingProxyType({})) -> Tally | None:
    """The tally of the newest check of another log by the same plan; where a line compares row by row with the log of a
    version before (``paired``), of that one: a report has one `previous`."""
    if store is None:
        return None
    wanted = paired.get("previous") if "decided" in paired else None
    others = (record for record in reversed(store.records(KIND, subject))
              if record.body["log"] != log and record.body["plan"] == examination.plan.digest
              and (wanted is None or paired_of(record).get("decided") == wanted))
    newest = next(others, None)
    return None if newest is None else Tally.from_bytes(store.blob(newest.body["tally"]), examination.plan)


def paired_of(record: Record) -> Mapping[str, Any]:
    """What the record of a check says of the version before; nothing where it was not asked, or is something else."""
    told = record.body.get(PAIRED)
    return told if isinstance(told, Mapping) else {}
