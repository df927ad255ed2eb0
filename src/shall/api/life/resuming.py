"""What a watch keeps of how far it came, by which it goes on where it stopped, and which watch and life that is of."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from shall.adapters.growing import Done, Read
from shall.api.life.beginning import Asked, Begun
from shall.api.life.standing import Standing
from shall.core.errors import DataError
from shall.phases.watching.source import pieces
from shall.phases.watching.track import ROWS
from shall.stores.watching import WatchFolder, named

COUNTED: Final = "the windows so far are counted again, as the file has changed"
SIZED: Final = "windows are of another size: every life begins anew, with the first row"


def keep(folder: WatchFolder | None, asked: Asked, begun: Begun, done: Mapping[str, Done], standing: Standing) -> None:
    """Commit how far each track came; ``done``: what each has read. StoreError: the state before stands."""
    fresh: dict[str, bytes] = {}
    units: dict[str, dict[str, list[str]]] = {}
    for track in begun.tracks:
        units[track.name] = {}
        for window, heard in track.life.units.described().items():
            some = {named(f"{track.name}{window}units", piece): piece for piece in heard}
            units[track.name][str(window)], fresh = list(some), fresh | some
        for index in sorted(track.tallies.changed):
            content = track.tallies[index].to_bytes()
            track.tallies.names[index] = named(f"{track.name}{index}", content)
            fresh[track.tallies.names[index]] = content
    if folder is None:
        for track in begun.tracks:
            track.tallies.changed.clear()
        return
    state = {"same": _same(asked, begun), "weighted": begun.weighted, "columns": begun.columns,
             "done": {name: {key: [one.rows, one.whole, one.stamp, one.digest] for key, one in read.items()}
                      for name, read in done.items()},
             "units": units,
             "tracks": {track.name: track.described() for track in begun.tracks},
             "standing": standing.described()}
    wanted = {*fresh, *(name for track in begun.tracks for name in track.tallies.names.values())}
    folder.keep(state, fresh, wanted)
    for track in begun.tracks:
        track.tallies.changed.clear()
        for index in track.judged:
            track.tallies.rest(index)


def restore(told: Mapping[str, Any], folder: WatchFolder, asked: Asked, begun: Begun, done: dict[str, Done], *,
            at_once: int, anew: list[str]) -> Standing:
    """Go on from what was kept: the tracks and ``done`` are as they were, and how the lines stood is given back.

    ``anew`` gets what is to be said of what begins anew. DataError where it is the state of another log.
    """
    if told["same"] != _same(asked, begun):
        raise DataError(f"{asked.place} is another log than the one that {folder.path} has watched, or it was moved: "
                        "give another folder, --state FOLDER, or begin anew, --afresh")
    changed = set[str]()
    for track in begun.tracks:
        known = track.name if track.name in told["tracks"] else ROWS
        fresh = track.changed(told["tracks"][known]) if told["weighted"] == begun.weighted else []
        changed |= {*fresh}
        anew += [f"{name} was changed: its life begins anew" for name in fresh]
        if told["tracks"][known]["size"] != str(track.windows):
            changed |= {*track.keys}
            anew += [] if SIZED in anew else [SIZED]
            continue                                # what was heard was heard by windows: all from the first row on
        if known != track.name and len(fresh) == len(track.keys):
            continue                                # it waits for the labels of every row, from the first one on
        done[track.name] = {key: Read(*read) for key, read in told["done"][known].items()}
        same = track.restored(told["tracks"][known], folder.tally, fresh)
        track.life.units.restored({int(window): [folder.tally(name) for name in names]
                                   for window, names in told["units"][known].items()})
        if not same or {*fresh} & track.life.followed or track.life.lacks(told["tracks"][known]["life"]):
            anew += [] if same or COUNTED in anew else [COUNTED]
            begun.source.look([{}])
            track.again(fresh, pieces(begun.source.before(track, done[track.name]), at_once), counts=not same)
    on = datetime.date.today()
    standing = Standing.restored(told["standing"], begun.tracks, changed, on)
    for track in begun.tracks:
        standing.sound(track.sounding(on), track)
    return standing


def life_of(subject: str, asked: Asked, begun: Begun | None) -> str:
    """What tells the life of some lines, by one log, from any other: all that is recorded of it has this name."""
    tracks = () if begun is None else begun.tracks
    told = [subject, _same(asked, begun), str(asked.windows), *(track.keys for track in tracks)]
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:16]


def _same(asked: Asked, begun: Begun | None) -> dict[str, str]:
    """What tells a watch from another one of the same folder."""
    place, path = asked.place.resolve(), asked.file.path
    home = Path(path).resolve().parent if path else Path.cwd()
    where = place.relative_to(home).as_posix() if place.is_relative_to(home) else str(place)
    identity = "files" if begun is None else begun.source.log.identity
    return {"log": where if identity == "files" else identity, "rows of": "" if begun is None else begun.source.rows_of}
