"""From an id to its module: by path inside the package, then by entry point; the only dynamic import."""

from __future__ import annotations

import importlib
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

from shall.core.card import Card
from shall.core.errors import InputError

PACKAGE = Path(__file__).parent
FLAT = ("subjects", "probes")               # rooms without folders


class Named(NamedTuple):
    """What a name of a measure stands for: its id, its card, and the options that an alias sets."""

    id: str
    card: Card
    preset: tuple[tuple[str, float], ...] = ()


@cache
def ids(room: str) -> tuple[str, ...]:
    """The ids of a room ("measures", "methods", "subjects"), sorted; built-in ones and those of plug-ins."""
    return tuple(sorted({*_built_in(room), *_plugged_in(room)}))


@cache
def find(room: str, name: str) -> ModuleType:
    """The module of an id; InputError where there is none."""
    if name in _built_in(room):
        return importlib.import_module(_built_in(room)[name])
    if name in _plugged_in(room):
        module: Any = _plugged_in(room)[name].load()
        if not isinstance(module, ModuleType):
            raise InputError(f"entry point {name} of group shall.{room} must name a module, not {module!r}")
        return module
    raise InputError(f"there is nothing called {name} in {room}; there are: {', '.join(ids(room))}")


def card(name: str) -> Card:
    """The card of a measure, by its id or an alias."""
    return named(name).card


def named(name: str) -> Named:
    """What a measure's id or alias stands for; InputError where there is none."""
    if name not in names():
        raise InputError(f"there is no measure called {name}; `shall list` shows them all")
    return names()[name]


@cache
def names() -> dict[str, Named]:
    """Every name that a measure may be written by."""
    found: dict[str, Named] = {}
    for measure in ids("measures"):
        its_card: Card = find("measures", measure).CARD
        found[measure] = Named(measure, its_card)
        for alias, preset in its_card.aliases:
            found[alias] = Named(measure, its_card, preset)
    return found


def built_in(room: str) -> tuple[str, ...]:
    """The ids that come with shall, sorted."""
    return tuple(sorted(_built_in(room)))


def within(room: str, folder: str) -> tuple[str, ...]:
    """The ids that come with shall in one folder of a room, sorted."""
    return tuple(sorted(name for name, path in _built_in(room).items() if path.split(".")[-2] == folder))


def plugged_in(room: str) -> tuple[str, ...]:
    """The ids that plug-ins add to a room, sorted."""
    return tuple(sorted(_plugged_in(room)))


@cache
def _built_in(room: str) -> dict[str, str]:
    # one folder a question, one file an id
    files = (PACKAGE / room).glob("*.py" if room in FLAT else "*/*.py")
    return {file.stem: ".".join(("shall", *file.relative_to(PACKAGE).with_suffix("").parts))
            for file in files if not file.stem.startswith("_")}


@cache
def _plugged_in(room: str) -> dict[str, EntryPoint]:
    return {point.name: point for point in entry_points(group=f"shall.{room}")}
