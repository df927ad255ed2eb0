"""Where evidence is kept: append-only and hash-chained, one file a kind of store. Loads on first use."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from shall.core.errors import InputError

if TYPE_CHECKING:
    from shall.core.store import Store
    from shall.stores.salvaging import Salvaged, salvage

SCHEMES: Final = {"postgresql": "postgresql", "postgres": "postgresql", "sqlite": "sqlite"}
_HOME: Final = {"Salvaged": "salvaging", "salvage": "salvaging"}

__all__ = ["Salvaged", "engine_of", "open_store", "salvage"]


def open_store(address: str | Path) -> Store:
    """Open the store at a path, or at an address such as `postgresql://me@host/db`, or make it.

    Raises StoreError where it cannot be used, and MissingExtra where its library is not installed. Any number of
    processes and threads may use it. A message never shows a password.
    """
    engine, place = engine_of(address)
    store: Store = importlib.import_module(f"{__name__}.{engine}").open_store(place)
    return store


def engine_of(address: str | Path) -> tuple[str, str]:
    """Which file of this room keeps what is at an address, and where. InputError where none does."""
    text = str(address)
    if not text.strip():
        raise InputError("the address of the store is empty: give a path, or postgresql://…")
    scheme, separator, rest = text.partition("://")
    if not separator:
        return "sqlite", text
    if scheme.lower() not in SCHEMES:
        raise InputError(f"{scheme}://… is no address of a store: give a path, or postgresql://…")
    engine = SCHEMES[scheme.lower()]
    return engine, rest if engine == "sqlite" else text


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
