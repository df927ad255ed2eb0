"""Bundles that are to serve: read, verified, ready to answer; read again only when they change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from shall import bundle, spec
from shall.api.scoring import scorer_of
from shall.api.service.log_columns import log_columns
from shall.bundle import Bundle, contents, signing
from shall.bundle.keys import Public, stated
from shall.bundle.manifest import NAME as MANIFEST
from shall.bundle.signing import Trust
from shall.core.branches import called
from shall.core.errors import FileError, Refused
from shall.core.responses import branches_of
from shall.runtimes.columns import Columns
from shall.runtimes.score import Scorer
from shall.spec import ShallFile

FIRST: Final = "1"                          # the version of a bundle that states none


@dataclass(frozen=True, slots=True)
class Loaded:
    """A bundle that answers, and how its log looks. ``file``: its shall file, None where it has none, or where that
    cannot be read here: ``note`` says why."""

    scorer: Scorer
    columns: Columns
    about: Mapping[str, Any]
    file: ShallFile | None
    size: int                               # bytes of what answers
    note: str = ""
    face: Scorer | None = None              # of a branch: the model in whose place it answers
    branches: Mapping[str, Loaded] = field(default_factory=dict)    # what answers where a promise of it is broken

    @property
    def durable(self) -> str:
        """Whether a decision that cannot be logged may be answered; nothing where the bundle does not say."""
        return "" if self.file is None else str(self.file.serve.get("durable", ""))

    @property
    def regulators(self) -> tuple[Public, ...]:
        """The key of the regulator that its shall file names as a text; a path means nothing here."""
        return () if self.file is None else stated(str(self.file.trust.get("regulator", "")))

    @property
    def name(self) -> str:
        """What it calls itself."""
        return str(self.about.get("subject", ""))

    @property
    def version(self) -> str:
        """The version that it states."""
        return str(self.about.get("version", FIRST))


@dataclass(slots=True)
class Bundles:
    """Bundles by their place. Each is read again when the file, or the manifest of the folder, is another one."""

    trust: Trust | None = None
    _known: dict[str, tuple[object, Loaded]] = field(default_factory=dict)

    def at(self, place: str) -> Loaded:
        """The bundle at a place. InputError, Refused, DataError."""
        seen = mark(place)
        if place not in self._known or self._known[place][0] != seen:
            self._known[place] = (seen, loaded(place, self.trust))
        return self._known[place][1]

    def keep(self, places: set[str]) -> None:
        """Let go of all others."""
        self._known = {place: one for place, one in self._known.items() if place in places}


def with_branches(bundles: Mapping[str, Loaded]) -> dict[str, Loaded]:
    """Bundles by their version, and their branches beside them: "7", "7.rules"."""
    return {called(version, name): one for version, loaded in bundles.items()
            for name, one in {"": loaded, **loaded.branches}.items()}


def loaded(place: str | Path, trust: Trust | None = None) -> Loaded:
    """Read a bundle, and hold it against those who are trusted. InputError, Refused, DataError."""
    found = bundle.read(place)
    if trust is not None:
        signing.verify(found, trust)
    file, note = _file(found)
    branches = contents.branches(found.files)
    scorer = scorer_of(found)
    columns = Columns() if file is None else log_columns(file, scorer)
    notes = filter(None, (_lacks(found), note, *_dangling(found, file, branches)))
    model = Loaded(scorer, columns, found.manifest.about, file, len(found[bundle.MODEL]), "; ".join(notes))
    others = {name: replace(model, scorer=scorer_of(found, name), size=len(files[bundle.MODEL]), face=scorer)
              for name, files in branches.items()}
    return replace(model, branches=others)


def _file(found: Bundle) -> tuple[ShallFile | None, str]:
    """The shall file of a bundle; or none, and why."""
    text = found.files.get(contents.SPEC)
    if text is None:
        return None, f"{found.place} has no {contents.SPEC}: nothing is logged but what its graph takes and says"
    try:
        return spec.loads(text.decode(), contents.SPEC), ""
    except (FileError, UnicodeDecodeError) as error:
        why = str(error).splitlines()[0]
        return None, (f"the shall file in {found.place} cannot be read here, so only inputs and outputs are logged: "
                      f"{why}")


def _dangling(found: Bundle, file: ShallFile | None, branches: Collection[str]) -> Iterator[str]:
    """That a line falls back to a branch that is not there."""
    for line in () if file is None else file.requirements:
        for name in branches_of(line.on_broken):
            if name not in branches:
                yield (f"{line.name} of {found.place} falls back to the branch {name}, which is not in it: another "
                       "version answers then, or every row is abstained from")


def _lacks(found: Bundle) -> str:
    """That its own evidence says that it does not keep its promises."""
    if contents.SPEC not in found.files:
        return ""
    try:
        unmet = signing.unmet(found)
    except Refused as error:
        return f"{found.place} has evidence that cannot be believed: {error}"
    return f"the evidence in {found.place} does not show to be met: {'; '.join(unmet)}" if unmet else ""


def mark(place: str | Path) -> object:
    """What changes when a file does, or the bundle in a folder; None where there is nothing."""
    path = Path(place)
    try:
        told = (path / MANIFEST if path.is_dir() else path).stat()
    except (OSError, ValueError):
        return None
    return told.st_mtime_ns, told.st_size, told.st_ino
