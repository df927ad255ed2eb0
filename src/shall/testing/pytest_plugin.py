"""The plug-in of pytest: every requirement of `shall.toml` and `*.shall.toml` is a test.

Broken and undecided fail, waived warns. Nothing of shall is loaded before such a file is collected.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from shall import testing

if TYPE_CHECKING:
    from shall.testing.collected import ShallFile


def pytest_collect_file(file_path: Path, parent: Any) -> ShallFile | None:
    """The shall files of a folder that pytest walks, or is given."""
    if file_path.name != "shall.toml" and not file_path.name.endswith(".shall.toml"):
        return None
    file: ShallFile = testing.ShallFile.from_parent(parent, path=file_path)
    return file
