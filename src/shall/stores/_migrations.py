"""The numbered SQL of each kind of store: forward only, one file a step, never changed after a release."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def steps_of(engine: str) -> tuple[str, ...]:
    """The steps of an engine, in order; step 1 brings an empty store to schema 1."""
    folder = files("shall.stores").joinpath("migrations", engine)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return tuple(folder.joinpath(name).read_text(encoding="utf-8") for name in names)
