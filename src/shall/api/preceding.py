"""The version before, and what it decided on the same rows: what `previous` is to a line that compares row by row.

A log is held against that of the check before, read again where it lay then; a model that is put to rows against the
version that was shipped before, which decides these rows itself. A record of the store is what somebody wrote there: a
path of it counts only within the folder of the shall file, and what lies there only with the digest that was recorded.
A version is what it decides: a log that decides alike is no other one, whatever file it lies in. The same holds of a
branch of a bundle, which stands beside the branch of its name in the version before.
Whatever else is there is not taken for it, nor is a version before that one: the line is undecided then, and says why.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from shall import adapters, bundle, registry, spec
from shall.adapters.frames import TableLog
from shall.adapters.graph import GraphModel
from shall.api.keeping import FOLDER, KIND, home, paired_of, store_of
from shall.api.opening import log_at, of_files, on_rows, peek, source_of
from shall.api.service.versioning import KIND as SHIPPED
from shall.api.service.versioning import answers_of
from shall.bundle import contents
from shall.core.errors import DataError, InputError, ShallError
from shall.core.log import Binding, Log
from shall.core.store import Record
from shall.methods.model import Model, load
from shall.phases.datasets.asking import Material, Question, ask
from shall.phases.datasets.probing import MOST, table_of
from shall.spec import ShallFile

CHURN: Final = "churn"                      # the probe of decisions that differ
GRAPHS: Final = "graphs"                    # of the record of a version: what it was made of, and each branch by name
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
NAMED: Final = "or name a log of its decisions under [data], such as shipped: against shipped"
KEPT: Final = f"keep the log of each version where it lies when it is checked, {NAMED}"
NEXT: Final = "the next version has one before it; for now name a bundle that has it, --previous PLACE"
APART: Final = "ship each version to a place of its own there, -o bundle-8; for now say where it is, --previous PLACE"


@dataclass(frozen=True, slots=True)
class Version:
    """A version that can be asked; ``said``: which it is, ``threshold``: of its own shall file."""

    model: Model | GraphModel
    said: str
    threshold: float | None = None


class Preceding:
    """What the store of a shall file knows of the version before; a `shall.api.opening.Before`.

    ``data``: the rows that are checked, where they are not those of the file. ``output``: where the user has this
    version packed: the one before may lie there. ``given``: its bundle, where the user says so.
    """

    def __init__(self, file: ShallFile, record: bool = True, *, data: Any = None, untrusted: bool = False,
                 output: str | Path | None = None, given: str | Path | None = None) -> None:
        self._file, self._record, self._data, self._untrusted = file, record, data, untrusted
        self._output, self._given, self._branch = output, given, ""
        self._answered: tuple[Log, str, Log] | None = None      # the rows, which version, what it decides
        self.noted: dict[str, str] = {}

    def of_branch(self, name: str) -> Preceding:
        """The same of a branch: who knows what the one of this name was in the version before."""
        found = copy(self)
        found._branch, found.noted = name, {}
        return found

    def log(self, now: Log, rows: Log, binding: Binding) -> tuple[Log, str]:
        """The log of the newest check of other decisions. The same ones, checked again, would say nothing: where
        another log decides alike, `previous` is what it was to that one."""
        digest = now.digest()
        self.noted = {"decided": digest, "place": self._place()}
        same, wanted, alike = [digest], "", ""
        for record in self._records(KIND):
            known = paired_of(record)
            decided = known.get("decided")
            again = decided in same or record.body.get("log") in same
            if again or {"model", "beside"} & known.keys() or (wanted and decided != wanted):
                continue
            found, said = self._logged(record, known), f"{known['place']}, checked on {record.created[:10]}"
            if not _alike(rows, binding, found):
                self.noted["previous"] = str(decided)
                return found, f"`previous` is {said}{alike}"
            same.append(str(decided))
            wanted, alike = str(known.get("previous", "")), f"; {said}, decides alike and so is no version before"
        raise DataError(f"no other log of {self._file.subject.name} was checked before{alike}: check that of the "
                        f"version before with this file, then this one, {NAMED}")

    def answers(self, model: Any, rows: Log, binding: Binding) -> tuple[Log, str]:
        """What the version that was shipped last, or its branch, decides on the rows, this one aside. A bundle that the
        user named raises what is wrong with it."""
        mine = str(getattr(model, "subject", model.digest))
        self.noted = {"model": mine}
        old = self._shipped_before(model, mine) if self._given is None else self._packed(
            bundle.read(self._given), f"the version in {self._given}")
        self.noted["previous"] = old.model.digest
        kept = self._answered
        if kept is None or kept[0] is not rows or kept[1] != old.model.digest:
            kept = self._answered = rows, old.model.digest, self._decided(old, rows, binding)
        return kept[2], f"`previous` is {old.said}"

    def _records(self, kind: str) -> Sequence[Record]:
        """The newest first."""
        if not self._record or self._file.path is None:
            mend = "leave --no-record out" if not self._record else "checks are recorded beside a shall file on disk"
            raise DataError(f"nothing is recorded here, so no version before is known: {mend}, {NAMED}")
        if not self._file.subject.name:
            raise DataError("what has no name has no version before: [subject] name = \"…\"")
        with store_of(self._file, make=False) as store:
            return () if store is None else store.records(kind, self._file.subject.name)[::-1]

    def _logged(self, record: Record, told: Mapping[str, Any]) -> Log:
        """The log of a check as it was then."""
        check = f"the check before ({record.created[:10]})"
        place, digest = told.get("place"), told.get("decided")
        if digest is None:
            raise DataError(f"{check} did not note where its log lies, as no line asked for that: check that log once "
                            "more, then this one")
        if not isinstance(place, str) or not place:
            raise DataError(f"{check} was of no file or folder in {self._folder}, so its rows are not at hand: {KEPT}")
        path = self._within(place)
        if path is None:
            raise DataError(f"{check} was of {place}, which is not in {self._folder} and so is not read: {KEPT}")
        if not _there(path):
            raise DataError(f"{check} was of {place}, which is not there any more: {KEPT}")
        try:
            log = adapters.shared(log_at(self._file, str(path), self._untrusted))
            there = log.digest()
        except (ShallError, OSError) as error:
            raise DataError(f"{check} was of {place}, which cannot be read: {error}") from None
        if there != digest:
            raise DataError(f"{check} was of {place}, which was changed since: {KEPT}")
        return log

    def _shipped_before(self, model: Any, mine: str) -> Version:
        for record in self._records(SHIPPED):
            built = self._built(record)
            if mine == built:
                continue
            found = self._version(record, built)
            if model.digest != found.model.digest and mine != getattr(found.model, "subject", found.model.digest):
                return found
        name = self._file.subject.name
        if self._branch:
            raise DataError(f"no other branch {self._branch} of {name} was shipped before: {NEXT}")
        raise DataError(f"no other version of {name} was shipped before: ship that one first, {NAMED}")

    def _built(self, record: Record) -> str:
        """What a version, or its branch, was made of, as far as its record says. DataError where it says that it had no
        such branch."""
        told = record.body.get(GRAPHS)
        if not isinstance(told, Mapping):
            return "" if self._branch else str(record.body.get("model") or "")
        if self._branch and self._branch not in told:
            raise self._lacking(_said(record))
        return str(told.get(self._branch) or "")

    def _version(self, record: Record, built: str) -> Version:
        """A version as it was shipped: its bundle, else the model that it was made of."""
        place, said = str(record.body.get("place") or ""), _said(record)
        ours = self._output is not None and place == str(Path(self._output).absolute())
        path = Path(place) if ours else self._within(place)
        if path is not None and _there(path):
            with suppress(ShallError, OSError):     # something else lies there now
                packed = bundle.read(path)
                if answers_of(packed.files) == record.body.get("answers"):
                    return self._packed(packed, said)
        if DIGEST.fullmatch(built):
            with suppress(ShallError, OSError):
                found = load(home(self._folder) / FOLDER / "models" / built[:16], partial(registry.find, "methods"))
                if found.digest == built:
                    return Version(found, self._of(said))
        raise DataError(f"{said}, is not at hand: what was packed then does not lie in {self._folder}, or not any "
                        f"more; {APART}")

    def _packed(self, packed: bundle.Bundle, said: str) -> Version:
        """What answers in a bundle. Refused, DataError, FileError."""
        files = {"": packed.files, **contents.branches(packed.files)}.get(self._branch)
        if files is None:
            raise self._lacking(said)
        text, called = files.get(contents.SPEC), self._of(said)
        threshold = None if text is None else spec.loads(text.decode(errors="replace"), contents.SPEC).subject.threshold
        return Version(GraphModel(of_files(files, packed.place), called), called, threshold)

    def _of(self, said: str) -> str:
        return f"the branch {self._branch} of {said}" if self._branch else said

    def _lacking(self, said: str) -> DataError:
        return DataError(f"{said}, has no branch {self._branch}: {NEXT}")

    def _decided(self, old: Version, rows: Log, binding: Binding) -> Log:
        """What it decides on the rows that are asked about; without their ids, since they are the same in order."""
        file, groups = self._file, tuple(group.name for group in self._file.groups)
        file = replace(file, requirements=(), mentions=(), build=replace(file.build, use_groups=groups),
                       subject=replace(file.subject, threshold=old.threshold))
        try:
            table = peek(on_rows(file, old.model, (old.said, ()), rows, self._untrusted).log, MOST)
        except InputError as error:
            raise DataError(f"{old.said}, cannot answer these rows: {error}") from None
        return TableLog(table.select([name for name in table.column_names if name != binding.column("id")]), old.said)

    @property
    def _folder(self) -> Path:
        """That of the shall file."""
        assert self._file.path is not None
        return Path(self._file.path).resolve().parent

    def _within(self, place: str) -> Path | None:
        """A path in the folder of the shall file, links followed; None for one that leads elsewhere."""
        try:
            path = (self._folder / place).resolve()
        except (OSError, RuntimeError, ValueError):     # a link to itself, a name that no file can have
            return None
        return path if "://" not in place and path.is_relative_to(self._folder) else None

    def _place(self) -> str:
        """Where the rows that are checked lie, as seen from the shall file; nothing where that is not in its folder."""
        source = source_of(self._file) if self._data is None else self._data
        if self._file.path is None or not isinstance(source, str | Path) or not Path(source).exists():
            return ""
        path = self._within(str(Path(source).absolute()))
        return "" if path is None else path.relative_to(self._folder).as_posix()


def _alike(rows: Log, binding: Binding, other: Log) -> bool:
    """Whether both decide the same of every row that both have, by the figures of `churn`. Not where nobody knows: the
    line says why."""
    names = {*(column.name for _, column in binding.roles), *(name for _, name in binding.scores),
             *(group.column for group in binding.groups)}
    enough = binding.column("id") is not None and names <= {*other.schema.names}   # else all tells which row it is
    try:
        mine, theirs = (table_of(log, sorted(names) if enough else None) for log in (rows, other))
        found = ask(Question(CHURN, CHURN, CHURN), Material(mine.slice(0, MOST), binding, other=lambda _: theirs))
    except DataError:
        return False
    return bool((found == 0).any() and not (found == 1).any())


def _there(path: Path) -> bool:
    """Whether it is a file or a folder: nothing else is opened, least of all what never ends."""
    try:
        return path.is_file() or path.is_dir()
    except (OSError, ValueError):
        return False


def _said(shipped: Record) -> str:
    return f"version {shipped.body.get('version')}, shipped on {shipped.created[:10]}"
