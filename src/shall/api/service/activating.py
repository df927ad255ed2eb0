"""From names and bundles to what answers: fleets whose logs are open, with recalled versions left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from shall.api.service.bundled import Loaded, with_branches
from shall.api.service.logs import Durable, Keeping, Logs
from shall.core.branches import called, parted
from shall.core.decisions import Mode
from shall.core.errors import FileError, InputError
from shall.core.filters import Filter
from shall.core.parse import parse_filter
from shall.core.recalls import Recall
from shall.core.responses import ABSTAIN, FALL_BACK, STOP, Response, branch_of, falls_back
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
    def every(self) -> Mapping[str, Loaded]:
        """Every version, and its branches: "7", "7.rules"."""
        return with_branches(self.bundles)

    def standing(self, version: str) -> tuple[str, tuple[str, str] | None]:
        """The branch that answers for a version, nothing where it does so itself; and, where none of them answers any
        more, how and why. Each falls back as its own alarms say, and to none that broke a promise before."""
        branch, seen = "", {""}
        while True:
            some = self.responses.get(called(version, branch), ())
            if stops := [one for one in some if one.way == STOP]:
                return branch, (STOPPED, _broken(stops[-1]))
            falls = [one for one in some if falls_back(one.way)]
            if not falls:
                return branch, None
            last = next((one for one in reversed(falls) if one.way == FALL_BACK), falls[-1])
            to = branch_of(last.way)
            if to in seen or to not in self.bundles[version].branches:
                return branch, (FELL_BACK, _broken(last))
            branch = to
            seen.add(branch)

    @property
    def stopped(self) -> dict[str, tuple[str, str]]:
        """The versions that answer no more: how, and why. One that nothing can take the place of stays in charge."""
        found = {version: self.standing(version)[1] for version in self.bundles}
        return {version: told for version, told in found.items()
                if told is not None and not (told[0] == FELL_BACK and version == self.in_charge and self.silent)}

    @property
    def branched(self) -> dict[str, str]:
        """The branch that answers for a version, of those for which one does; not of one that is only compared."""
        found = {version: self.standing(version)[0] for version in self.bundles if version not in self.compared}
        return {version: branch for version, branch in found.items() if branch}

    @property
    def compared(self) -> set[str]:
        """The versions that answer nothing, and are only compared with the one in charge."""
        return {*self.served.shadow, self.apprentice} - {self.in_charge}

    @property
    def out(self) -> set[str]:
        """The versions that may not answer."""
        return {*self.recalled, *self.stopped}


def fleet_of(wanted: Wanted, logs: Logs, folder: Path) -> Fleet:
    """The fleet of a name. InputError where two versions log one column as two kinds, StoreError for a log."""
    served, versions = wanted.served, _versions(wanted)
    beside = {version: _compared(versions[version], logs, folder, mode) for version, mode in _beside(wanted).items()}
    answering = {version: one for version, one in versions.items() if version not in wanted.compared}
    standby = _standby(wanted, answering)
    if clash := clashes(standby):
        raise InputError(f"{served.name}: the column {clash[0]} is of two kinds in {', '.join(versions)}: what is "
                         "logged under one name has to be of one kind, so serve one of them under another name")
    sink = logs.of(folder / DECISIONS / served.name, columns_of(standby),
                   Keeping(wanted.durable, served.sample, served.whole))
    every = {version: Lane(one, sink, _mode(version, wanted)) for version, one in answering.items()}
    stopped = {version: how for version, how in wanted.stopped.items() if version not in wanted.compared}
    lanes = {version: lane for version, lane in every.items() if version not in {*wanted.recalled, *stopped}}
    return Fleet(
        served.name, wanted.in_charge, lanes, canary=_shares(served, lanes), beside=tuple(beside.values()),
        recalled={version: one.told for version, one in wanted.recalled.items()}, stopped=stopped,
        unit=_unit(wanted), log=every.get(wanted.in_charge), durable=wanted.durable,
        notes=tuple(dict.fromkeys(wanted.notes)), standby=standby)


def _beside(wanted: Wanted) -> dict[str, Mode]:
    """Versions that are only compared; not those that were recalled, nor one that had to take their place."""
    found: dict[str, Mode] = dict.fromkeys(wanted.served.shadow, "shadow")
    found |= {wanted.apprentice: "apprentice"} if wanted.apprentice else {}
    return {version: mode for version, mode in found.items() if version not in {*wanted.recalled, wanted.in_charge}}


def _versions(wanted: Wanted) -> dict[str, Version]:
    """What answers for every version: itself, or a branch of it. Each knows the fields of the others."""
    known = frozenset(field for version in wanted.bundles for field in _version(wanted, version).checking.known)
    return {version: _version(wanted, called(version, wanted.branched.get(version, "")), known)
            for version in wanted.bundles}


def _version(wanted: Wanted, version: str, known: frozenset[str] = frozenset()) -> Version:
    """A version or a branch."""
    name, one, rows = wanted.served.name, wanted.every[version], _silenced(wanted, version)
    if rows:
        return Silenced(name, version, one.scorer, one.columns, known, face=one.face, rows=rows)
    return Version(name, version, one.scorer, one.columns, known, face=one.face)


def _standby(wanted: Wanted, answering: Mapping[str, Version]) -> list[Version]:
    """Each of those that answer, and its branches. The log has the columns of all, so that it stays the same whoever of
    them answers."""
    return [_version(wanted, called(version, name)) for version in answering
            for name in ("", *wanted.bundles[version].branches)]


def _silenced(wanted: Wanted, version: str) -> list[tuple[Filter | None, str]]:
    """The rows that a version abstains from, and why."""
    if parted(version)[0] == wanted.in_charge and wanted.silent:
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
