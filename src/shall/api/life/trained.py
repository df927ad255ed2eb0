"""Versions that were trained again after a promise broke: put beside the one in charge, as an apprentice."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from shall.api.life.trainer import RETRAINED
from shall.api.service.bundled import Bundles
from shall.api.service.versioning import following
from shall.core.errors import ShallError
from shall.core.store import Record, Store
from shall.spec.fleets import NAME, Served


def with_trained(served: Served, bundles: Bundles, store: Store | None) -> tuple[Served, tuple[str, ...], str]:
    """A name with the newest version that was trained again, what is to be known of it, and where it lies.

    It becomes an apprentice where there is none, and answers nothing. Where there is one, where its version is that of
    another bundle, or where it does not verify, it is only told.
    """
    record = _newest(served, store)
    if record is None:
        return served, (), ""
    version, place = str(record.body["version"]), str(record.body["place"])
    told = f"{record.subject} was trained again: {served.name}@{version}, at {place}, meets its requirements"
    there = {bundles.at(one).scorer.digest for one in served.bundles.values()}
    try:
        if bundles.at(place).scorer.digest in there:        # somebody has put it into service
            return served, (), place
        if version in served.bundles:
            return served, (f"{told}; {version} is another bundle here, so it is not beside: list it as "
                            f"{following(served.bundles)}",), place
        if served.apprentice:
            return served, (f"{told}; put it beside as the next apprentice, in place of {served.apprentice}",), place
    except (ShallError, OSError) as error:
        return served, (f"{told}, and is not beside: {str(error).splitlines()[0]}",), place
    beside = replace(served, bundles={**served.bundles, version: place}, apprentice=version)
    return beside, (f"{told}; it is beside as an apprentice",), place


def _newest(served: Served, store: Store | None) -> Record | None:
    """The last one that was found for a version that is there, if it lies where it was put."""
    if store is None:
        return None
    records = [record for version in served.bundles for record in store.records(RETRAINED, f"{served.name}@{version}")
               if record.body.get("found") is True]
    newest = max(records, key=lambda record: record.sequence, default=None)
    if newest is None:
        return None
    version = str(newest.body.get("version", ""))
    there = NAME.fullmatch(version) and Path(str(newest.body.get("place"))).is_file()
    return newest if there else None
