"""Branches: other graphs in the same bundle, that answer in the place of the model. "7.rules": the branch rules of 7.

A version has no dot in its name, so no version is called like a branch.
"""

from __future__ import annotations

import re
from typing import Final

NAME: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
DOT: Final = "."
VERSION: Final = re.compile(rf"[a-z0-9][a-z0-9_-]{{0,63}}(\{DOT}{NAME.pattern})?")     # or a branch of one


def called(of: str, branch: str) -> str:
    """The branch of a version, of a model or of a subject; without a branch itself."""
    return f"{of}{DOT}{branch}" if branch else of


def parted(version: str) -> tuple[str, str]:
    """A version, and which branch of it; nothing where it is the version itself."""
    of, _, branch = version.partition(DOT)
    return of, branch
