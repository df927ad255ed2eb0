"""From a shall file and what it names to logs whose rows can be counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import tomlkit

from shall import adapters, spec
from shall.core.errors import DataError
from shall.core.log import Binding, Log
from shall.phases.parts import FEATURE, Feature
from shall.spec import ShallFile
from shall.subjects import classifier

File = str | Path | Mapping[str, Any] | ShallFile


@dataclass(frozen=True, slots=True)
class Opened:
    """A log, how its rows are read, and what was guessed on the way."""

    file: ShallFile
    log: Log
    binding: Binding
    features: tuple[Feature, ...]
    notes: tuple[str, ...]


def file_of(file: File) -> ShallFile:
    """A shall file from a path, from a mapping with the keys of the TOML file, or as it is."""
    if isinstance(file, ShallFile):
        return file
    if isinstance(file, Mapping):
        return spec.loads(tomlkit.dumps(file), "requirements")
    return spec.load(Path(file))
