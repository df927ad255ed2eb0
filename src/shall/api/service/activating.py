"""From names and bundles to what answers: fleets whose logs are open, with recalled versions left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shall.api.service.bundled import Loaded
from shall.api.service.logs import Durable, Keeping, Logs
from shall.core.decisions import Mode
from shall.core.errors import FileError, InputError
from shall.core.filters import Filter
from shall.core.parse import parse_filter
from shall.core.recalls import Recall
from shall.core.responses import ABSTAIN, FALL_BACK, STOP, Response
from shall.runtimes.fleet import FELL_BACK, STOPPED, Fleet
from shall.runtimes.silenced import Silenced
from shall.runtimes.version import Lane, Version, clashes, columns_of
from shall.spec.fleets import Served

DECISIONS: Final = "decisions"
COMPARED: Final = "compared"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a name is to be: its table of the serve file, its bundles, and who is in charge now."""

    served: Served
    bundles: Mapping[str, Loaded]
    in_charge: str
    apprentice: str = ""
    recalled: Mapping[str, Recall] = field(default_factory=dict)    # by version
    durable: Durable = "must"
    notes: Sequence[str] = ()
    responses: Mapping[str, Sequence[Response]] = field(default_factory=dict)   # that stand, by version
    asked: Wanted | None = field(default=None, compare=False, repr=False)   # before recalls and responses decided
    silent: str = ""                        # why the one in charge abstains from every row, though it fell back

    @property
    def stopped(self) -> dict[str, tuple[str, str]]:
        """The versions that answer no more: how, and why. One that nothing can take the place of stays in charge."""
        found = {}
        for version, some in self.responses.items():
            stops = [one for one in some if one.way == STOP]
            falls = [one for one in some if one.way == FALL_BACK]
            if stops:
                found[version] = STOPPED, _broken(stops[-1])
            elif falls and not (version == self.in_charge and self.silent):
                found[version] = FELL_BACK, _broken(falls[-1])
        return found

    @property
    def out(self) -> set[str]:
        """The versions that may not answer."""
        return {*self.recalled, *self.stopped}


def fleet_of(wanted: Wanted, logs: Logs, folder: Path) -> Fleet:
    """The fleet of a name. InputError where two versions log one column as two kinds, StoreError for a log."""
    served, versions = wanted.served, _versions(wanted)
    beside = {version: _compared(versions[version], logs, folder, mode) for version, mode in _beside(wanted).items()}
    compared = {*served.shadow, wanted.apprentice} - {wanted.in_charge}
    answering = [one for version, one in versions.items() if version not in compared]
    if clash := clashes(answering):
        raise InputError(f"{served.name}: the column {clash[0]} is of two kinds in {', '.join(versions)}: what is "
                         "logged under one name has to be of one kind, so serve one of them under another name")
    sink = logs.of(folder / DECISIONS / served.name, columns_of(answering),
                   Keeping(wanted.durable, served.sample, served.whole))
    every = {one.version: Lane(one, sink, _mode(one.version, wanted)) for one in answering}
    stopped = {version: how for version, how in wanted.stopped.items() if version not in compared}
    lanes = {version: lane for version, lane in every.items() if version not in {*wanted.recalled, *stopped}}
    return Fleet(
        served.name, wanted.in_charge, lanes, canary=_shares(served, lanes), beside=tuple(beside.values()),
        recalled={version: _why(one) for version, one in wanted.recalled.items()}, stopped=stopped,
        unit=_unit(wanted), log=every.get(wanted.in_charge), durable=wanted.durable,
        notes=tuple(dict.fromkeys(wanted.notes)))


def _beside(wanted: Wanted) -> dict[str, Mode]:
    """Versions that are only compared; not those that were recalled, nor one that had to take their place."""
    found: dict[str, Mode] = dict.fromkeys(wanted.served.shadow, "shadow")
    found |= {wanted.apprentice: "apprentice"} if wanted.apprentice else {}
    return {version: mode for version, mode in found.items() if version not in {*wanted.recalled, wanted.in_charge}}


def _versions(wanted: Wanted) -> dict[str, Version]:
    """Every version; each knows the fields of the others."""
    name = wanted.served.name
    alone = {version: Version(name, version, one.scorer, one.columns) for version, one in wanted.bundles.items()}
    known = frozenset(field for one in alone.values() for field in one.checking.known)
    rows = {version: _silenced(wanted, version) for version in wanted.bundles}
    return {version: Silenced(name, version, one.scorer, one.columns, known, rows=rows[version]) if rows[version]
            else Version(name, version, one.scorer, one.columns, known) for version, one in wanted.bundles.items()}


def _silenced(wanted: Wanted, version: str) -> list[tuple[Filter | None, str]]:
    """The rows that a version abstains from, and why."""
    if version == wanted.in_charge and wanted.silent:
        return [(None, wanted.silent)]
    return [(_rows(one), _broken(one)) for one in wanted.responses.get(version, ()) if one.way == ABSTAIN]


def _rows(one: Response) -> Filter | None:
    """Which rows; all of them where that cannot be read."""
    try:
        return parse_filter(one.where) if one.where else None
    except FileError:
        return None


def _broken(one: Response) -> str:
    return f"{one.name} is broken ({one.line}) of {one.about}"


def _compared(version: Version, logs: Logs, folder: Path, mode: Mode) -> Lane:
    sink = logs.of(folder / COMPARED / version.model, columns_of([version], beside=True), Keeping("try"))
    return Lane(version, sink, mode)


def _mode(version: str, wanted: Wanted) -> Mode:
    return "canary" if version in wanted.served.canary and version != wanted.in_charge else "live"


def _shares(served: Served, lanes: Mapping[str, Lane]) -> tuple[tuple[float, str], ...]:
    """Up to which part of 1 each canary answers; that of one that may not is for the one in charge."""
    until, found = 0.0, []
    for version, share in served.canary.items():
        if version in lanes:
            until += share
            found.append((until, version))
    return tuple(found)


def _unit(wanted: Wanted) -> str:
    """The field that tells which rows belong to one another: the unit of the file, else the id."""
    loaded = wanted.bundles.get(wanted.in_charge)
    columns = {} if loaded is None or loaded.file is None else loaded.file.columns
    return next((columns[role].name for role in ("unit", "id") if role in columns), "")


def _why(one: Recall) -> str:
    return f"{one.why or 'no reason was given'} (by {one.by or 'somebody'}, {one.on[:10]})"
