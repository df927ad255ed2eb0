"""Parts of the rows that somebody has named, as filters: a record of the store each, of which the newest counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from shall.core.errors import InputError
from shall.core.parse import parse_filter
from shall.core.store import Store

KIND: Final = "subset"
MOST: Final = 200                           # of a model
LONGEST: Final = 80                         # letters of a name


@dataclass(frozen=True, slots=True)
class Subset:
    """A named filter; ``by``: who named it, ``at``: when, UTC."""

    name: str
    where: str
    by: str
    at: str


def subsets(store: Store | None, model: str) -> tuple[Subset, ...]:
    """The sub-sets of a model by name; those that were dropped are not there."""
    found: dict[str, Subset] = {}
    for record in () if store is None else store.records(KIND, model):
        told = {key: str(record.body.get(key, "")) for key in ("name", "where", "by")}
        found[told["name"]] = Subset(**told, at=record.created)
    return tuple(one for _, one in sorted(found.items()) if one.where)


def save(store: Store | None, model: str, name: str, where: str, by: str = "") -> Subset:
    """Name a part of the rows of a model; an empty ``where`` drops the name. FileError where the filter is none."""
    if store is None:
        raise InputError("there is no store to keep a sub-set in")
    name = name.strip()
    if not name or len(name) > LONGEST or not name.isprintable():
        raise InputError(f"a sub-set has a name of at most {LONGEST} letters")
    told = str(parse_filter(where)) if where.strip() else ""
    had = {one.name for one in subsets(store, model)}
    if told and name not in had and len(had) >= MOST:
        raise InputError(f"there are {MOST} sub-sets of this model already: drop one")
    record = store.append(KIND, model, {"name": name, "where": told, "by": by})
    return Subset(name, told, by, record.created)
