"""Two versions of a model side by side: verdict by verdict, group by group, their searches, and row by row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from shall.api.keeping import KIND, PLACES
from shall.api.service.versioning import KIND as SHIPPED
from shall.api.service.versioning import shipped_with
from shall.api.shown import examined
from shall.api.shown.as_recorded import verdict_of
from shall.api.shown.remembered import by_number, newest
from shall.core.errors import DataError, InputError, StoreError
from shall.core.store import Record, Store
from shall.core.verdict import WORST_FIRST, Verdict
from shall.phases.changed import Changes, Counted, changes
from shall.phases.slices.small_cells import of_verdict

BUILD: Final = "build"
MOST: Final = 60                            # checks that can be chosen from, the newest ones


@dataclass(frozen=True, slots=True)
class Side:
    """One check of a model. ``versions``: those that were shipped with it; ``key``: what an address says for it;
    ``file``, ``data`` and ``labels``: the paths of its shall file, and of rows and labels that are not those of the
    file, where it says them.
    """

    key: str
    record: int
    at: str
    versions: tuple[str, ...]
    rows: int
    log: str
    place: str = ""
    model: str = ""
    file: str = ""
    data: str = ""
    labels: str = ""

    @property
    def log_name(self) -> str:
        """The file of its rows; empty where it does not say it."""
        return Path(self.data).name

    @property
    def words(self) -> str:
        """What it is called."""
        named = f"version {' and '.join(self.versions)}" if self.versions else self.log_name
        of = named or f"a log of {self.rows:,} rows"
        return f"{of}, checked {self.at[:10]} {self.at[11:16]} (record {self.record})"


@dataclass(frozen=True, slots=True)
class Pair:
    """One requirement on both sides; None where a side did not ask it."""

    name: str
    before: Verdict | None
    after: Verdict | None

    @property
    def turned(self) -> str:
        """``better`` or ``worse``, where the verdict is another one; an empty text otherwise."""
        if self.before is None or self.after is None or self.before.verdict is self.after.verdict:
            return ""
        order = [WORST_FIRST.index(one.verdict) for one in (self.before, self.after)]
        return "better" if order[1] > order[0] else "worse"


@dataclass(frozen=True, slots=True)
class Compared:
    """Both sides. ``searches``: of each the JSON of its build, where there is one; ``least``: rows of a cell; ``unit``:
    the column whose rows belong together on both sides, if any."""

    before: Side
    after: Side
    pairs: tuple[Pair, ...]
    searches: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]
    least: int
    unit: str = ""


def sides(store: Store | None, model: str, only: int | None = None) -> tuple[Side, ...]:
    """What can be compared of a model, the newest first; ``only`` the check of this number."""
    if store is None:
        return ()
    shipped = store.records(SHIPPED, model)
    records = newest(store, KIND, model, MOST) if only is None else [
        one for one in (by_number(store, KIND, model, only),) if one is not None]
    return tuple(_side(record, shipped) for record in reversed(records))


def chosen(known: Sequence[Side], key: str, otherwise: int) -> Side:
    """The side of a version, or of a record; else one by its place. InputError where there is none."""
    found = next((one for one in known if key and (key in one.versions or key == one.key)), None)
    if found is None and otherwise >= len(known):
        raise InputError("there are not two checks of this model to compare")
    return found or known[otherwise]


def compared(store: Store, model: str, before: Side, after: Side) -> Compared:
    """Both, side by side. StoreError where a record cannot be read."""
    both = [_record(store, model, one) for one in (before, after)]
    told = [verdicts_of(one) for one in both]
    asked = [examined.of(one, store) for one in both]
    least = max((one.least for one in asked if one is not None), default=1)
    names = list(dict.fromkeys([*told[0], *told[1]]))
    pairs = tuple(Pair(name, *(_hushed(one.get(name), least) for one in told)) for name in names)
    units = {None if one is None else one.plan.binding.column("unit") for one in asked}
    searches = _search(store, model, before), _search(store, model, after)
    return Compared(before, after, pairs, searches, least, (units.pop() or "") if len(units) == 1 else "")


def by_group(store: Store, model: str, before: Side, after: Side) -> Mapping[str, tuple[Changes, ...]]:
    """The measure of each requirement that both were held to, by group; nothing where counts were not kept."""
    both = [_record(store, model, one) for one in (before, after)]
    told, counted = [verdicts_of(one) for one in both], [_counted(one, store) for one in both]
    (old, hush), (new, least) = counted
    if old is None or new is None:
        return {}
    found = {name: tuple(changes(told[1][name].requirement, old, new, max(hush, least)))
             for name in told[1] if name in told[0]}
    return {name: some for name, some in found.items() if some}


def _record(store: Store, model: str, side: Side) -> Record:
    found = by_number(store, KIND, model, side.record)
    if found is None:
        raise StoreError(f"record {side.record} is gone")
    return found


def _hushed(verdict: Verdict | None, least: int) -> Verdict | None:
    return None if verdict is None else of_verdict(verdict, least)


def _side(record: Record, shipped: Sequence[Record]) -> Side:
    body = record.body
    mine = shipped_with(body, shipped)
    newest = mine[-1] if mine else {}
    report = _report(record)
    return Side(str(record.sequence), record.sequence, record.created,
                tuple(dict.fromkeys(str(one["version"]) for one in mine)), int(report["rows"]),
                str(body["log"]), str(newest.get("place", "")), str(newest.get("model", "")),
                str(report.get("file", "")), *(str(body.get(one, "")) for one in PLACES))


def _report(record: Record) -> Mapping[str, Any]:
    found = record.body["report"]
    told = json.loads(found) if isinstance(found, str) else found
    if not isinstance(told, Mapping):
        raise StoreError(f"record {record.sequence} has no report")
    return told


def verdicts_of(record: Record) -> Mapping[str, Verdict]:
    """The verdicts of a recorded check, by name. StoreError where they cannot be read."""
    return {one["name"]: verdict_of(one) for one in _report(record)["verdicts"]}


def _counted(record: Record, store: Store) -> tuple[Counted | None, int]:
    """The counts of a check, and how many rows a cell of it must have to be shown."""
    asked = examined.of(record, store)
    if asked is None:
        return None, 1
    try:
        tally = examined.tally_of(record, store, asked.plan)
    except DataError:
        return None, asked.least
    return Counted(tally, asked.plan, asked.types, asked.confidence), asked.least


def _search(store: Store, model: str, side: Side) -> Mapping[str, Any] | None:
    """The search that a version came of, as JSON."""
    records = [one for one in store.records(BUILD, model) if side.model and one.body.get("model") == side.model
               and "report" in one.body]
    if not records:
        return None
    told = json.loads(store.blob(records[-1].body["report"]))
    return told if isinstance(told, Mapping) else None
