"""Where each requirement of a shall file stands, for reports that point at it."""

from __future__ import annotations

from collections.abc import Mapping

from shall.core.errors import FileError
from shall.spec.file import ShallFile
from shall.spec.toml import read_document, read_file


def places(file: ShallFile) -> Mapping[str, tuple[int, int]]:
    """Line and column of each requirement, from 1, by its name; of `extends` for one that a pack brings.

    Nothing for a file that was never on disk, or cannot be read any more.
    """
    if file.path is None:
        return {}
    try:
        document = read_document(read_file(file.path, str(file.path)), str(file.path))
    except FileError:
        return {}
    found, given = document.places, document.data.get("requirements", {})
    return {requirement.name: found.position(found.key(
        ("requirements", requirement.name) if requirement.name in given else ("extends",)))
        for requirement in file.requirements}
