"""What a server says of its log beside it, for those who read it without the server: its store, and what is what."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from shall import stores
from shall.api import storing
from shall.api.service.activating import DECISIONS, Wanted
from shall.core.errors import InputError
from shall.core.log import ROLES, GroupDef
from shall.journal import disk
from shall.spec import ShallFile

FILE: Final = "served.json"


@dataclass(frozen=True, slots=True)
class Told:
    """``store``: its path as seen from the folder of the log, or the address of a server without who asks; "": none."""

    store: str = ""
    target: str = ""                        # what is decided, as its shall file calls it
    positive: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)    # how the log calls them, by role
    groups: tuple[GroupDef, ...] = ()       # of whose rows alarms may be


def note(wanted: Mapping[str, Wanted], folder: Path, address: str) -> None:
    """Write it into the log of each name, where it is new. ``address``: of the store. OSError."""
    for name, one in wanted.items():
        loaded = one.bundles.get(one.in_charge) or next(iter(one.bundles.values()), None)
        told = told_of(None if loaded is None else loaded.file, _from(folder / name, address))
        if (folder / name).is_dir() and noted(folder / name) != told:
            disk.put(folder / name / FILE, json.dumps(asdict(told), indent=1).encode())


def told_of(file: ShallFile | None, store: str = "") -> Told:
    """What a shall file says of the columns of its log."""
    if file is None:
        return Told(store)
    return Told(store, file.subject.target or "", file.subject.positive or "",
                {role: column.name for role, column in file.columns.items()}, file.groups)


def noted(folder: Path) -> Told | None:
    """What the folder of a log says; None where it says nothing that can be read."""
    try:
        said = json.loads((folder / FILE).read_bytes())
        store, target, positive, columns = (said[name] for name in ("store", "target", "positive", "columns"))
        groups = tuple(GroupDef(**{**one, "cut": tuple(map(float, one["cut"]))}) for one in said.get("groups", ()))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
    texts = (store, target, positive, *(part for one in groups for part in (one.name, one.column)))
    if not isinstance(columns, dict) or not all(isinstance(one, str) for one in (*texts, *columns.values())):
        return None
    return Told(store, target, positive, {role: columns[role] for role in ROLES if role in columns}, groups)


def store_of(folder: Path) -> str:
    """The address of the store of the server that writes a log, where it is a file that is there; else "".

    InputError where the server said another one, which nobody here knows how to open; unless SHALL_STORE says one.
    """
    told = noted(folder)
    if told is None or not told.store:
        return ""
    path = Path(os.path.normpath(folder.resolve() / told.store))
    if "://" not in told.store and path.is_file():
        return _short(path)
    if storing.VARIABLE in os.environ:
        return ""
    where = told.store if "://" in told.store else f"{path}, which is not there from here"
    raise InputError(f"the server that writes {folder} keeps its store at {where}: name it with --store, so that what "
                     "is said here lies with what others say")


def address_for(folder: Path, given: str | None) -> str:
    """The address of the store in which something that is said of a log is kept.

    As it is ``given``; else that of the server that writes the log; else as `storing.configured` says. InputError where
    only the server's is known, and not how to open it.
    """
    return given if given is not None else store_of(folder) or storing.configured(Path())


def stores_of(place: Path) -> Mapping[str, str]:
    """The stores of the servers that write the logs in a folder, by model; nothing of those that say none. InputError.
    """
    found = {one.name: store_of(one) for one in sorted(place.iterdir()) if one.is_dir()} if place.is_dir() else {}
    return {name: store for name, store in found.items() if store}


def address_here(given: str | None) -> str:
    """The address of the store that is meant from here, of those who name no log.

    As it is ``given``; else that of the servers whose logs lie here; else as `storing.configured` says. InputError
    where these are several.
    """
    if given is not None:
        return given
    every = [*dict.fromkeys(stores_of(Path(DECISIONS)).values())]
    if len(every) > 1:
        raise InputError(f"the servers that write the logs in {DECISIONS} keep several stores: name one with --store, "
                         f"{' or '.join(every)}")
    return every[0] if every else storing.configured(Path())


def _from(folder: Path, address: str) -> str:
    """An address as it is noted in a folder: whoever moves the log with its store finds it."""
    if not address:
        return ""
    engine, place = stores.engine_of(address)
    return os.path.relpath(Path(place).resolve(), folder.resolve()) if engine == "sqlite" else storing.shown(address)


def _short(path: Path) -> str:
    """A path as people say it, from where they are."""
    here = os.path.relpath(path)
    return str(path) if here.startswith(os.pardir) and path.is_absolute() else here


def same(one: str, other: str) -> bool:
    """Whether two addresses are of one store."""
    (engine, place), (its, there) = (stores.engine_of(text) for text in (one, other))
    return engine == its and (os.path.realpath(place) == os.path.realpath(there) if engine == "sqlite"
                              else storing.shown(one) == storing.shown(other))
