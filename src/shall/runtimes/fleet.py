"""The versions of one name: who is in charge, who gets a share, who is only compared. Frozen: a swap is another one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from shall.core.decisions import Sink
from shall.core.errors import NotReady, Recalled, Stopped, Unknown
from shall.runtimes.foreign import is_table, listed
from shall.runtimes.version import Lane, Version

SPACE: Final = 2**64
STOPPED: Final = "stopped"
FELL_BACK: Final = "fell back"


@dataclass(frozen=True, slots=True)
class Fleet:
    """``lanes``: versions that may answer. ``canary``: up to which part of 1 each version answers, ascending.

    ``beside``: versions that are scored after the answer has left, shadows and an apprentice. ``recalled``: why, by
    version. ``stopped``: how, "stopped" or "fell back", and why, by version. ``unit``: the field by which a canary
    sticks to a row. ``log``: where labels go, also when nothing answers. ``standby``: what may answer without notice,
    branches and those in whose place they answer.
    """

    name: str
    in_charge: str
    lanes: Mapping[str, Lane]
    canary: Sequence[tuple[float, str]] = ()
    beside: Sequence[Lane] = ()
    recalled: Mapping[str, str] = field(default_factory=dict)
    stopped: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    unit: str = ""
    log: Lane | None = None
    durable: Literal["must", "try"] = "must"    # whether a decision that cannot be logged may leave
    notes: Sequence[str] = ()               # what those who run it should know
    standby: Sequence[Version] = ()

    def lane(self, version: str | None, request: str, rows: Any) -> Lane:
        """Who answers a request. Unknown, Recalled, NotReady."""
        if version is not None:
            return self._asked(version)
        if self.canary:
            part = share_of(self.name, request or _sticky(rows, self.unit))
            for until, some in self.canary:
                if part < until:
                    return self.lanes[some]
        lane = self.lanes.get(self.in_charge)
        return self._asked(self.in_charge) if lane is None else lane

    def _asked(self, version: str) -> Lane:
        if (lane := self.lanes.get(version)) is not None:
            return lane
        if version in self.recalled:
            raise Recalled(f"{self.name}@{version} was recalled: {self.recalled[version]}")
        if version in self.stopped:
            way, why = self.stopped[version]
            raise Stopped(f"{self.name}@{version} {'was stopped' if way == STOPPED else way}: {why}", way)
        if any(lane.version.version == version for lane in self.beside):
            raise Unknown(f"{self.name}@{version} answers nothing: it is only compared with what is in charge; ask "
                          f"for {self.in_charge}, or for no version")
        if version == self.in_charge:
            raise NotReady(f"{self.name}@{version} is in charge and not ready")
        raise Unknown(f"there is no version {version[:64]} of {self.name}; there are {', '.join(self.lanes)}")

    @property
    def versions(self) -> tuple[Version, ...]:
        """Every version in service, those that are only compared too."""
        some = [lane.version for lane in (*self.lanes.values(), *self.beside)]
        return tuple({one.version: one for one in some}.values())

    @property
    def home(self) -> Lane:
        """Who writes the log of what leaves, also when nothing may leave. NotReady where there is none."""
        lane = self.log or self.lanes.get(self.in_charge) or next(iter(self.lanes.values()), None)
        if lane is None:
            raise NotReady(f"no version of {self.name} may answer")
        return lane

    @property
    def sink(self) -> Sink:
        """The log of what leaves. NotReady."""
        return self.home.sink


def share_of(name: str, key: str) -> float:
    """The part of 1 at which a request stands: the same for the same key, and another one for another name."""
    told = hashlib.blake2b(f"{name}\0{key}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(told) / SPACE


def _sticky(rows: Any, unit: str) -> str:
    """What stays the same when the first row comes again: its unit, or all of it."""
    first = next(iter(listed(rows.slice(0, 1) if is_table(rows) else rows)), None)
    told = first.get(unit) if unit and isinstance(first, Mapping) else None
    return str(told) if told is not None else repr(first)
