"""The log of a file, counted: a folder with the help of what was counted before."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

from shall.adapters.files import ParquetLog
from shall.api.keeping import FOLDER, home
from shall.core.log import Log
from shall.core.store import Store
from shall.phases.check import Progress, count
from shall.phases.folders import Counted, Earlier, count_folder
from shall.phases.measuring import Examination
from shall.phases.remembered import Remembered
from shall.spec import ShallFile

KIND: Final = "folder"
TALLIES: Final = "tallies.db"


def counted(examination: Examination, log: Log, file: ShallFile, store: Store | None,
            progress: Progress | None = None, *, reread: bool = False) -> Counted:
    """One pass over a log; of a folder of Parquet files, where there is a store, over what is new in it."""
    if store is None or file.path is None or not isinstance(log, ParquetLog) or not log.is_folder:
        digest = log.digest()
        return Counted(count(examination, log, progress), digest)
    beside = Path(file.path).resolve().parent
    folder = Path(os.path.relpath(Path(log.name).resolve(), beside)).as_posix()
    with Remembered(home(beside) / FOLDER / TALLIES, reread=reread) as remembered:
        found = count_folder(examination.plan, log, remembered, earlier(store, file.subject.name, folder), progress)
    _keep(store, file.subject.name, folder, found)
    return found


def earlier(store: Store, subject: str, folder: str) -> Earlier | None:
    """The files of a folder as the last check of this subject that was finished found them."""
    records = (record for record in reversed(store.records(KIND, subject)) if record.body["folder"] == folder)
    last = next(records, None)
    if last is None:
        return None
    listing = json.loads(store.blob(last.body["files"]))
    return Earlier(tuple((name, digest) for name, digest in listing), last.created[:10])


def _keep(store: Store, subject: str, folder: str, found: Counted) -> None:
    """Record which files the rows of a log came from: their digests give the digest of the log."""
    before = earlier(store, subject, folder)
    if before is None or before.listing != found.listing:
        files = store.put_blob(json.dumps(found.listing, separators=(",", ":")).encode())
        store.append(KIND, subject, {"folder": folder, "log": found.digest, "files": files})
