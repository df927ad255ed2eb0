"""What a serve file names, held against what lies there: bundles, whose signatures it wants, tokens."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from shall import bundle
from shall.api.service.bundled import loaded
from shall.api.service.reference_data import unready
from shall.api.service.serve_files import trust_of
from shall.bundle import contents, signing
from shall.bundle.signing import Trust
from shall.core.errors import InputError, Refused
from shall.spec.problems import Problems
from shall.spec.serving import ServeFile, load

FIX: Final = "put the right one there, or name another one; `shall verify` tells what it is"
FIX_REFERENCE: Final = ("the bundle reads it where it serves, by the path in [data] of its shall file: put it there, "
                        "with what is missing; until then these lines are undecided in every window")


def lint_served(path: str | Path) -> ServeFile:
    """Read a serve file and everything that it names. FileError with every problem at once."""
    return load(path, named)


def named(file: ServeFile, problems: Problems) -> None:
    """A problem for each bundle that is not there or does not verify, for keys that cannot be read, and for tokens."""
    try:
        trust = trust_of(file)
    except InputError as error:
        problems.at_key(("trust",), f"whom it trusts cannot be read: {error}", "give each key: shall keys")
        trust = None
    for name, served in file.served.items():
        for version, place in served.bundles.items():
            if Path(place) == file.path.parent:
                continue                    # no path was written
            if told := _wrong(place, trust):
                problems.at_value((name, "bundles", version), told, FIX)
                continue
            for lacking in unready(loaded(place, trust)):
                problems.at_value((name, "bundles", version), lacking, FIX_REFERENCE)
    if file.tokens is not None and not Path(file.tokens).is_file():
        problems.at_value(("tokens", "file"), f"there is no file {file.tokens}",
                          f"make one: shall tokens new NAME --role user --file {file.tokens}")


def _wrong(place: str, trust: Trust | None) -> str:
    """Why a bundle would not be taken into service; nothing: it would."""
    try:
        found = bundle.read(place)
        if trust is None:
            contents.check(found.files)
        else:
            signing.verify(found, trust)
    except (InputError, Refused, OSError) as error:
        return str(error)
    return ""
